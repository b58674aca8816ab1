import type { LiveLeg } from '../call/live-leg.ts';
import { giveUpLeg } from '../call/outbound-leg.ts';
import { standardParameters } from '../call/parameters.ts';
import type { Documents } from '../call/ports.ts';
import type { Document, DocumentSource } from './compile.ts';
import type { CallStart, FirstDocument } from './call-start.ts';
import {
  compileDocument,
  fallbackParameters,
  type Got,
  type NoDocument,
  requestDocument,
} from './get-document.ts';
import { answerLeg, endLeg, isUnanswered } from './leg-ending.ts';
import type { CallTerms, Ending, Fallback, PendingRequest, Position, Step } from './position.ts';
import { ERROR_CODES } from './problem.ts';
import { CallRecord } from './record.ts';
import type { FetchRequest, SideDocument, SideOutcome, VerbOutcome, VerbServices } from './run-context.ts';
import { verbContext } from './verb-context.ts';
import type { CompiledVerb } from './verb.ts';

/** What running calls asks of the world; the same for every call. */
export interface InterpreterServices extends VerbServices {
  readonly documents: Documents;
  /** A new I-Idempotency-Token. */
  newToken(): string;
}

/** After so many documents in a row without anything heard, dialled or waited for, the call is hung up. */
const MOST_IDLE_DOCUMENTS = 50;

/** So long after a playback said that the channel has gone, the leg's end must have been reported. */
const END_REPORTED_WITHIN_MS = 10_000;

/** Verbs after which a Reject can still be the first effective verb. */
const BEFORE_REJECT: readonly string[] = ['Pause', 'Redirect', 'Reject'];

/** Verbs by which a side document says no. */
const DECLINING: readonly string[] = ['Hangup', 'Reject'];

type VerbStep = Extract<Step, { kind: 'verb' }>;

/** Runs documents on one leg: a loop over steps, each written down before it begins. */
export class Interpreter {
  readonly #live: LiveLeg;
  readonly #services: InterpreterServices;
  #fallback: Fallback | undefined;
  readonly #hangUpAt: number | undefined;
  readonly #record: CallRecord;
  #idleDocuments = 0;
  #hasBegun = false;
  #current: { readonly source: DocumentSource; readonly document: Document } | undefined;
  /** Aborted when somebody hands the leg another document (live modification). */
  #interruption = new AbortController();
  #newStart: CallStart | undefined;
  /** The step that another process had begun. */
  #resumed: Step | undefined;
  /** Actions under way whose reply is ignored: the call went on with another document meanwhile. */
  readonly #owed = new Map<PendingRequest, Promise<unknown>>();
  /** What is run beside a call's own document, for a verb of it: then the leg is not ended at the end. */
  readonly #side: SideDocument | undefined;
  #stopped = false;
  #ending: Ending | undefined;

  constructor(
    live: LiveLeg,
    services: InterpreterServices,
    { fallback, hangUpAt }: CallTerms,
    side?: SideDocument,
  ) {
    this.#live = live;
    this.#services = services;
    this.#fallback = fallback;
    this.#hangUpAt = hangUpAt;
    this.#side = side;
    this.#record = new CallRecord(live, services.journal, services.clock);
  }

  /** Goes on from this step until there is no next one. */
  async run(first: Step): Promise<void> {
    let step: Step | undefined = first;
    while ((step !== undefined && !this.#stopped) || this.#newStart !== undefined) {
      const start = this.#newStart;
      step = start === undefined ? await this.#perform(step as Step) : await this.#restart(start, step);
    }
    await Promise.all(this.#owed.values());
    await (this.#side === undefined ? this.#record.flush(null) : this.#record.flush());
  }

  /** Runs a document beside the call's own, from its request or from where another process stood. */
  async runSide(side: SideDocument): Promise<SideOutcome> {
    const stop = () => {
      this.#stopped = true;
      this.#interruption.abort();
    };
    side.signal.addEventListener('abort', stop);
    if (side.signal.aborted) stop();
    const { url, method, position } = side;
    if (position === undefined) await this.run(this.firstStep({ url, method }));
    else await this.resume(position as Position);
    side.signal.removeEventListener('abort', stop);
    if (this.#stopped || this.#live.signal.aborted) return 'stopped';
    return this.#ending?.why === 'end-of-document' ? 'finished' : 'declined';
  }

  /** Goes on from where another process stood. */
  async resume({ idleDocuments, hasBegun, owed = [], cookies, step }: Position): Promise<void> {
    this.#idleDocuments = idleDocuments;
    this.#hasBegun = hasBegun;
    if (cookies !== undefined) this.#live.cookies ??= this.#services.documents.cookies(cookies);
    this.#record.event('notice', { message: 'Legwork was restarted, the call goes on' });
    for (const request of owed) this.#owe(request, this.#ask(request));
    this.#resumed = step;
    await this.run(step);
  }

  /** Stops whatever the leg does now and goes on with another document. */
  interrupt(start: CallStart): void {
    this.#newStart = start;
    this.#interruption.abort();
  }

  /** A call's first step: the request for its document, or the document itself. */
  firstStep(first: FirstDocument): Step {
    if ('url' in first) {
      const request = { ...first, extraParameters: [], reason: 'first' } as const;
      return { kind: 'request', request: this.#pending(request) };
    }
    const document = { text: first.text, contentType: 'text/xml' };
    return { kind: 'verb', document, index: 0, beganAt: this.#services.clock.now(), skipDials: false };
  }

  /** Begins with another document; an action that the interrupted verb owes is requested, its reply ignored. */
  async #restart({ first, fallback }: CallStart, interrupted: Step | undefined): Promise<Step | undefined> {
    this.#newStart = undefined;
    if (this.#live.signal.aborted) return interrupted;
    this.#interruption = new AbortController();
    this.#fallback = fallback;
    this.#idleDocuments = 0;
    this.#record.event('notice', { message: 'The call was modified over REST: another document runs' });
    const step = this.firstStep(first);
    if (interrupted?.kind === 'request' && interrupted.request.reason === 'action') {
      const { request } = interrupted;
      this.#owe(
        request,
        this.#save(step).then(() => this.#ask(request)),
      );
    }
    return step;
  }

  #owe(request: PendingRequest, work: Promise<unknown>): void {
    const done = work.finally(() => this.#owed.delete(request));
    this.#owed.set(request, done);
  }

  #ask(request: PendingRequest): Promise<Got> {
    return requestDocument(request, this.#live, this.#services.documents, this.#record);
  }

  #perform(step: Step): Promise<Step | undefined> {
    switch (step.kind) {
      case 'request':
        return this.#request(step);
      case 'verb':
        return this.#verb(step);
      case 'end':
        return this.#end(step);
    }
  }

  async #request(step: Extract<Step, { kind: 'request' }>): Promise<Step | undefined> {
    const { request } = step;
    await this.#save(step);
    // Also when that took its time: only an action is requested for a call that is over.
    if (this.#live.signal.aborted && request.reason !== 'action') return undefined;
    const asking = this.#ask(request);
    const got = await unlessAborted(asking, this.#interruption.signal);
    if (got === undefined) {
      if (request.reason === 'action') this.#owe(request, asking);
      return undefined;
    }
    // The reply to an action of a leg that is over is ignored.
    if (this.#live.signal.aborted) return undefined;
    return got.ok ? this.#open(got.source, request) : this.#withoutDocument(got, request);
  }

  /** Begins a document that came, or was handed over as text (then without a request). */
  #open(source: DocumentSource, request: PendingRequest | undefined): Step {
    const document = compileDocument(source, this.#record);
    if ('errorCode' in document) return this.#withoutDocument(document, request);
    this.#current = { source, document };
    this.#idleDocuments += 1;
    return {
      kind: 'verb',
      document: source,
      index: 0,
      beganAt: this.#services.clock.now(),
      skipDials: false,
    };
  }

  #withoutDocument(failure: NoDocument, request: PendingRequest | undefined): Step {
    const fallback = this.#fallback;
    if (fallback === undefined || request?.reason === 'fallback') {
      const status = failure.status === undefined ? {} : { status: failure.status };
      return { kind: 'end', ending: { why: 'no-document', ...status } };
    }
    const parameters = request?.parameters ?? standardParameters(this.#live.leg, this.#live.status);
    return this.#unlessLooping({
      reason: 'fallback',
      ...fallback,
      parameters: fallbackParameters(parameters, failure, request?.url),
      token: this.#services.newToken(),
    });
  }

  async #verb(step: VerbStep): Promise<Step | undefined> {
    if (this.#live.signal.aborted && !this.#mayOwe(step)) return undefined;
    const document = this.#documentOf(step);
    if ('errorCode' in document) return this.#withoutDocument(document, undefined);
    const verb = document.verbs[step.index];
    if (verb === undefined) return { kind: 'end', ending: { why: 'end-of-document' } };
    if (this.#side?.verbs.includes(verb.name) === false) {
      const message = `Line ${verb.line}: <${verb.name}> is not possible in ${this.#side.what}, it is skipped.`;
      this.#record.notify({ level: 'warning', errorCode: ERROR_CODES.schema, message });
      return { ...step, index: step.index + 1 };
    }
    if (this.#side !== undefined && DECLINING.includes(verb.name)) {
      return { kind: 'end', ending: { why: 'hang-up' } };
    }
    if (step.skipDials && verb.name === 'Dial') {
      const message = `Line ${verb.line}: <Dial> was skipped, because the Dial before it was answered.`;
      this.#record.event('notice', { message });
      return { ...step, index: step.index + 1 };
    }
    const outcome = await this.#runVerb(verb, step, step.index + 1 < document.verbs.length);
    if (!BEFORE_REJECT.includes(verb.name)) this.#hasBegun = true;
    return this.#after(outcome, step);
  }

  async #runVerb(verb: CompiledVerb, step: VerbStep, hasNext: boolean): Promise<VerbOutcome> {
    const { name, line, column } = verb;
    const isResumed = step === this.#resumed;
    if (!isResumed) this.#record.event('verb', { name, line, column });
    const saved: VerbStep = isResumed ? step : { ...step, beganAt: this.#services.clock.now() };
    await this.#save(saved);
    if (!verb.leavesRinging && isUnanswered(this.#live)) await answerLeg(this.#live, this.#services);
    const signal = AbortSignal.any([this.#live.signal, this.#interruption.signal]);
    if (signal.aborted && !this.#mayOwe(step)) return { kind: 'ended' };
    const run = {
      signal,
      live: this.#live,
      record: this.#record,
      hasNext,
      hasBegun: this.#hasBegun,
      savedState: step.state,
      resumed: isResumed,
      beganAt: saved.beganAt,
      saveState: (state: unknown) => this.#save({ ...saved, state }),
      runDocument: (side: SideDocument) => runSideDocument(side, this.#services),
    };
    return verb.run(verbContext(run, this.#services));
  }

  /** A verb that had begun before a restart may owe its action although the leg ended meanwhile. */
  #mayOwe(step: VerbStep): boolean {
    return step === this.#resumed && step.state !== undefined;
  }

  async #after(outcome: VerbOutcome, step: VerbStep): Promise<Step | undefined> {
    switch (outcome.kind) {
      case 'next': {
        if (outcome.idle !== true) this.#idleDocuments = 0;
        const { document, index } = step;
        const skipDials = outcome.skipDials ?? false;
        return { kind: 'verb', document, index: index + 1, beganAt: this.#services.clock.now(), skipDials };
      }
      case 'fetch':
        if (outcome.request.reason === 'action' && outcome.idle !== true) this.#idleDocuments = 0;
        return this.#unlessLooping(this.#pending(outcome.request));
      case 'hang-up':
        return { kind: 'end', ending: { why: 'hang-up' } };
      case 'reject':
        await giveUpLeg(this.#services, this.#live, outcome.giveUp, outcome.reason);
        return undefined;
      case 'ended':
        if (this.#interruption.signal.aborted) return undefined;
        // A playback may say so a moment before the leg's end is reported.
        await this.#services.clock.sleep(END_REPORTED_WITHIN_MS, this.#live.signal);
        return undefined;
    }
  }

  async #end(step: Extract<Step, { kind: 'end' }>): Promise<undefined> {
    await this.#save(step);
    this.#ending = step.ending;
    if (this.#side === undefined) await endLeg(this.#live, step.ending, this.#services);
  }

  #pending(request: Omit<FetchRequest, 'reason'> & Pick<PendingRequest, 'reason'>): PendingRequest {
    const standard = standardParameters(this.#live.leg, this.#live.status);
    return {
      reason: request.reason,
      url: request.url,
      method: request.method,
      parameters: [...standard, ...request.extraParameters],
      token: request.token ?? this.#services.newToken(),
    };
  }

  #unlessLooping(request: PendingRequest): Step {
    if (this.#idleDocuments < MOST_IDLE_DOCUMENTS) return { kind: 'request', request };
    const message =
      `${MOST_IDLE_DOCUMENTS} documents came one after the other without anything to hear, to dial or to ` +
      'wait for; the call was hung up, because it looks like an endless loop of redirects.';
    this.#record.notify({ level: 'error', errorCode: ERROR_CODES.redirectLoop, message });
    return { kind: 'end', ending: { why: 'endless-loop' } };
  }

  #documentOf(step: VerbStep): Document | NoDocument {
    if (this.#current?.source === step.document) return this.#current.document;
    const document = compileDocument(step.document, this.#record);
    if (!('errorCode' in document)) this.#current = { source: step.document, document };
    return document;
  }

  #save(step: Step): Promise<void> {
    const cookies = this.#live.cookies?.kept();
    const position: Position = {
      version: 1,
      ...(this.#fallback === undefined ? {} : { fallback: this.#fallback }),
      ...(this.#hangUpAt === undefined ? {} : { hangUpAt: this.#hangUpAt }),
      idleDocuments: this.#idleDocuments,
      hasBegun: this.#hasBegun,
      ...(this.#owed.size === 0 ? {} : { owed: [...this.#owed.keys()] }),
      ...(cookies === undefined ? {} : { cookies }),
      step,
    };
    if (this.#side === undefined) return this.#record.flush(position);
    // A side document's position is part of the state of the verb that runs it.
    return this.#record.flush().then(() => this.#side?.keep(position));
  }
}

/** Runs a document on a leg for somebody's verb: restricted to some verbs, and without ending the leg. */
function runSideDocument(side: SideDocument, services: InterpreterServices): Promise<SideOutcome> {
  return new Interpreter(side.live, services, {}, side).runSide(side);
}

/** What `work` gives, or undefined when `signal` aborts first. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  let stop: () => void = () => undefined;
  const aborted = new Promise<undefined>((resolve) => {
    stop = () => resolve(undefined);
    signal.addEventListener('abort', stop);
    if (signal.aborted) stop();
  });
  const result = await Promise.race([work, aborted]);
  signal.removeEventListener('abort', stop);
  return result;
}
