import { compact } from '../../call/compact.ts';
import type { LiveLeg } from '../../call/leg/live-leg.ts';
import { giveUpLeg } from '../../call/leg/hang-up.ts';
import { standardParameters } from '../../call/leg/parameters.ts';
import type { Documents } from '../../call/documents.ts';
import type { Parameters } from '../../call/request-parameters.ts';
import type { CallStart } from './call-start.ts';
import type { Document } from '../document/compile.ts';
import type { CompileTurns } from '../document/compile-turns.ts';
import type { DocumentSource } from '../document/document-source.ts';
import { unlessAborted } from '../../concurrency/unless-aborted.ts';
import type { WorkShares } from '../../concurrency/work-shares.ts';
import { compileDocument, type Got, type NoDocument, requestDocument } from './get-document.ts';
import { answerLeg, isUnanswered } from '../../call/leg/answer.ts';
import { reportedEnd } from './leg-ending.ts';
import { beforeVerb, type Facts, type Happening, type Next, nextStep, type Remark } from './next-step.ts';
import type { DocumentEnd, PendingRequest, Position, SavedState, Step, VerbStep } from './position.ts';
import type { TimelineWriter } from './timeline-writer.ts';
import type { VerbOutcome, VerbServices } from './run-context.ts';
import type { SideDocument, SideDocumentKind, SideOutcome } from './side-document.ts';
import { verbContext } from './verb-context.ts';
import type { CompiledVerb } from '../document/verb.ts';

/** What running documents needs from outside; the same for every call. */
export interface InterpreterServices extends VerbServices {
  readonly documents: Documents;
  readonly compileTurns: CompileTurns;
  readonly shares: WorkShares;
  /** A new I-Idempotency-Token. */
  newToken(): string;
}

/** What steps cost the process, in milliseconds; see `WorkShares`. */
const REQUEST_MS = 4;
const VERB_MS = 2;
/** A mistake in a document becomes a notification and a line of the timeline. */
const NOTICE_MS = 0.5;
/** Of a document that is new: it is written, and compiled. */
const MS_PER_CHARACTER = 1 / 16_384;

/** For whom documents are run: what differs between a call's own documents and a side document. */
export interface DocumentOwner {
  /** Which side document this is; undefined: a call's own. */
  readonly side?: SideDocumentKind;
  /** Sent with every request, after the standard parameters. */
  readonly parameters?: () => Parameters;
  /** Called when no verb runs any more, while actions may still be being requested. */
  readonly onSilent?: () => void;
  /** Makes durable where the leg stands, before its step begins. */
  keep(position: Position): Promise<void>;
  /** Called when the last document is over. */
  end(ending: DocumentEnd): Promise<void>;
  runSide(side: SideDocument): Promise<SideOutcome>;
}

/**
 * Runs documents on one leg: makes durable where the leg stands, does what the step says, and asks `nextStep` what
 * follows, until nothing does.
 */
export class DocumentRunner {
  readonly #live: LiveLeg;
  readonly #services: InterpreterServices;
  readonly #timeline: TimelineWriter;
  readonly #owner: DocumentOwner;
  #position: Position;
  /** The position that was written together with the leg, if one was. */
  readonly #kept: Position | undefined;
  readonly #ready: Promise<void>;
  #compiled: { readonly source: DocumentSource; readonly document: Document } | undefined;
  /** Aborted when what the leg does now is to stop: it goes on with another document, or with none. */
  #interruption = new AbortController();
  #modification: CallStart | undefined;
  #stopped = false;
  /** The last request that was replied to. */
  #repliedTo: PendingRequest | undefined;
  /** The step that a former process had begun. */
  #resumed: Step | undefined;
  /** Actions that are being requested, by token; those whose reply is ignored are waited for too. */
  readonly #underWay = new Map<string, Promise<unknown>>();

  constructor(
    live: LiveLeg,
    services: InterpreterServices,
    {
      timeline,
      owner,
      position,
      isKept = false,
      ready = Promise.resolve(),
    }: {
      readonly timeline: TimelineWriter;
      readonly owner: DocumentOwner;
      readonly position: Position;
      /** The position is durable already. */
      readonly isKept?: boolean;
      /** The first verb waits for this, the first document does not. */
      readonly ready?: Promise<void>;
    },
  ) {
    this.#live = live;
    this.#services = services;
    this.#timeline = timeline;
    this.#owner = owner;
    this.#position = position;
    this.#kept = isKept ? position : undefined;
    this.#ready = ready;
  }

  /** Resumes where a former process stood. */
  async resume(): Promise<void> {
    const { cookies, owed = [], step } = this.#position;
    this.#resumed = step;
    if (cookies !== undefined) this.#live.cookies ??= this.#services.documents.cookies(cookies);
    this.#timeline.event('notice', { message: 'Legwork was restarted; the call goes on' });
    for (const request of owed) this.#settleOwed(request, Promise.resolve());
    await this.run();
  }

  /** Goes on until nothing follows and every action has been requested. */
  async run(): Promise<void> {
    let goesOn = true;
    while (this.#modification !== undefined || (goesOn && !this.#stopped)) {
      if (this.#modification !== undefined) {
        goesOn = this.#begin(this.#modification) || goesOn;
        continue;
      }
      const happening = await this.#perform(this.#position.step);
      goesOn = happening !== undefined && (await this.#follow(this.#next(happening)));
    }
    this.#owner.onSilent?.();
    await Promise.all(this.#underWay.values());
  }

  /** Stops whatever the leg does now and goes on with another document. */
  modify(start: CallStart): void {
    this.#modification = start;
    this.#interruption.abort();
  }

  /** Stops whatever the leg does now. */
  stop(): void {
    this.#stopped = true;
    this.#interruption.abort();
  }

  get stopped(): boolean {
    return this.#stopped;
  }

  /** Moves to another document's first step. False when the leg is over: then its present steps go on. */
  #begin(start: CallStart): boolean {
    this.#modification = undefined;
    if (this.#live.signal.aborted) return false;
    this.#interruption = new AbortController();
    const next = this.#next(compact({ kind: 'modified', start, repliedTo: this.#repliedTo }));
    if (next.kind === 'step') this.#moveTo(next.position, next.remark);
    const { owed = [] } = this.#position;
    const areAsked = owed.every(({ token }) => this.#underWay.has(token));
    const kept = areAsked ? Promise.resolve() : this.#keep();
    for (const request of owed) this.#settleOwed(request, kept);
    return true;
  }

  #next(happening: Happening): Next {
    return nextStep(this.#position, happening, this.#facts());
  }

  #facts(): Facts {
    const { clock } = this.#services;
    return compact({
      now: clock.now(),
      parameters: [
        ...standardParameters(this.#live.leg, this.#live.status),
        ...(this.#owner.parameters?.() ?? []),
      ],
      newToken: () => this.#services.newToken(),
      side: this.#owner.side,
    });
  }

  /** Whether there is a step to go on with. */
  async #follow(next: Next): Promise<boolean> {
    switch (next.kind) {
      case 'step':
        this.#moveTo(next.position, next.remark);
        return true;
      case 'reject':
        this.#live.endsBy('document');
        await giveUpLeg(this.#services, this.#live, next.giveUp, next.reason);
        return false;
      case 'leg-over':
        // A playback may notice it a moment before the leg's end is reported.
        if (!this.#interruption.signal.aborted) {
          await reportedEnd(this.#live, this.#services.clock);
        }
        return false;
    }
  }

  #moveTo(position: Position, remark: Remark | undefined): void {
    this.#position = position;
    if (remark === undefined) return;
    const { level, errorCode, message } = remark;
    if (level === undefined || errorCode === undefined) this.#timeline.event('notice', { message });
    else this.#timeline.notify({ level, errorCode, message });
  }

  #keep(): Promise<void> {
    const cookies = this.#live.cookies?.kept();
    if (cookies === undefined && this.#position === this.#kept) return Promise.resolve();
    return this.#owner.keep(cookies === undefined ? this.#position : { ...this.#position, cookies });
  }

  /** Does a step and says what came of it; undefined when nothing follows, or a modification says what does. */
  async #perform(step: Step): Promise<Happening | undefined> {
    switch (step.kind) {
      case 'request':
        return this.#request(step.request);
      case 'verb':
        return this.#verb(step);
      case 'end':
        await this.#keep();
        await this.#owner.end(step.ending);
        return undefined;
    }
  }

  async #request(request: PendingRequest): Promise<Happening | undefined> {
    await this.#keep();
    // The leg may have ended during the write: then only an action is still requested.
    if (this.#live.signal.aborted && request.reason !== 'action') return undefined;
    await this.#turn(REQUEST_MS);
    const asking = this.#ask(request);
    if (request.reason === 'action') this.#wait(request, asking);
    const got = await unlessAborted(asking, this.#interruption.signal);
    // The reply to an action of a leg that is over is ignored.
    if (got === undefined || this.#live.signal.aborted) return undefined;
    this.#repliedTo = request;
    if (!got.ok) return { kind: 'no-document', failure: got };
    const document = await this.#documentOf(got.source);
    if (document === undefined) return undefined;
    if ('errorCode' in document) return { kind: 'no-document', failure: document };
    return { kind: 'document', source: got.source };
  }

  #ask(request: PendingRequest): Promise<Got> {
    return requestDocument(request, this.#live, this.#services.documents, this.#timeline);
  }

  /** Requests an action whose reply is ignored, unless it is being requested already. */
  #settleOwed(request: PendingRequest, kept: Promise<void>): void {
    const asking = this.#underWay.get(request.token) ?? kept.then(() => this.#ask(request));
    const settled = asking.finally(() => {
      const owed = (this.#position.owed ?? []).filter(({ token }) => token !== request.token);
      const { owed: _former, ...position } = this.#position;
      this.#position = owed.length === 0 ? position : { ...position, owed };
    });
    this.#wait(request, settled);
  }

  #wait({ token }: PendingRequest, asking: Promise<unknown>): void {
    const waited: Promise<unknown> = asking.finally(() => {
      if (this.#underWay.get(token) === waited) this.#underWay.delete(token);
    });
    this.#underWay.set(token, waited);
  }

  async #verb(step: VerbStep): Promise<Happening | undefined> {
    if (this.#live.signal.aborted && !this.#mayOwe(step)) return undefined;
    const isNew = this.#compiled?.source !== step.document;
    const newMs = isNew ? step.document.text.length * MS_PER_CHARACTER : 0;
    if (step !== this.#resumed) await this.#turn(VERB_MS + newMs);
    // What a former process began, such as a talk, does not wait.
    const document =
      step === this.#resumed ? this.#compile(step.document) : await this.#documentOf(step.document);
    if (document === undefined) return undefined;
    if ('errorCode' in document) return { kind: 'no-document', failure: document };
    const verb = document.verbs[step.index];
    const instead = beforeVerb(verb, step, this.#owner.side);
    if (verb === undefined || instead !== undefined) return instead;
    const outcome = await this.#runVerb(verb, step, step.index + 1 < document.verbs.length);
    return { kind: 'verb-over', verb, outcome };
  }

  async #runVerb(verb: CompiledVerb, step: VerbStep, hasNext: boolean): Promise<VerbOutcome> {
    const { name, line, column } = verb;
    const { clock } = this.#services;
    const isResumed = step === this.#resumed;
    if (!isResumed) this.#timeline.event('verb', { name, line, column });
    let running: VerbStep = isResumed ? step : { ...step, beganAt: clock.now() };
    this.#position = { ...this.#position, step: running };
    await Promise.all([this.#keep(), this.#ready]);
    if (verb.answers && isUnanswered(this.#live)) await answerLeg(this.#live, this.#services);
    const signal = this.#stepSignal();
    if (signal.aborted && !this.#mayOwe(step)) return { kind: 'ended' };
    const saveState = async (state: SavedState) => {
      // Too late: the leg has left this verb.
      if (this.#position.step !== running) return;
      running = { ...running, state };
      this.#position = { ...this.#position, step: running };
      await this.#keep();
    };
    const context = verbContext(this.#live, this.#timeline, this.#services, {
      signal,
      hasNext,
      hasBegun: this.#position.hasBegun,
      resumed: isResumed,
      beganAt: running.beganAt,
      runDocument: (side) => this.#owner.runSide(side),
    });
    return verb.run({ ...context, savedState: step.state, saveState });
  }

  /** A verb that had begun before a restart may still owe its action, even if the leg has ended meanwhile. */
  #mayOwe(step: VerbStep): boolean {
    return step === this.#resumed && step.state !== undefined;
  }

  /** Waits while the account has more than its share of a busy process, unless the leg leaves the step. */
  async #turn(costMs: number): Promise<void> {
    await this.#services.shares.turn(this.#live.leg.accountSid, costMs)?.(this.#stepSignal());
  }

  /** Aborted when the leg leaves the present step. */
  #stepSignal(): AbortSignal {
    return AbortSignal.any([this.#live.signal, this.#interruption.signal]);
  }

  /** Undefined when the leg has left the step before the document's turn to be compiled came. */
  async #documentOf(source: DocumentSource): Promise<Document | NoDocument | undefined> {
    if (this.#compiled?.source === source) return this.#compiled.document;
    const { accountSid } = this.#live.leg;
    const { clock, compileTurns } = this.#services;
    const asker = { accountSid, signal: this.#stepSignal() };
    const since = clock.steady();
    return compileTurns.run(source, asker, () => {
      const seconds = Math.round((clock.steady() - since) / 1000);
      const message = `The document waited ${seconds} s for its turn behind other large documents of the account`;
      if (seconds > 0) this.#timeline.event('notice', { message });
      return this.#compile(source);
    });
  }

  #compile(source: DocumentSource): Document | NoDocument {
    const document = compileDocument(source, this.#timeline);
    const notices = 'errorCode' in document ? 1 : document.warnings.length;
    this.#services.shares.spend(this.#live.leg.accountSid, notices * NOTICE_MS);
    if (!('errorCode' in document)) this.#compiled = { source, document };
    return document;
  }
}
