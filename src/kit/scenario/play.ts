import { aborted } from '../../concurrency/aborted.ts';
import { compact } from '../../call/compact.ts';
import type { NotificationRecord } from '../../call/journal-store.ts';
import { statusOf } from '../../call/leg/leg.ts';
import type { Heard } from '../simulated-switch/heard.ts';
import { callIn } from '../world/inbound-call.ts';
import { Hearing } from '../world/hearing.ts';
import type { SeenRequest } from '../world/seen-request.ts';
import type { Settled } from '../world/tape.ts';
import { buildWorld, type World, type WorldParts } from '../world/world.ts';
import { shortUrl } from '../transcript/transcript.ts';
import { wholeUrl, withDefaults } from './api-form.ts';
import { PhoneCast } from './phone-cast.ts';
import { createCall } from './rest-calls.ts';
import type { Mistake, Place, Scenario, Step } from './scenario.ts';
import { StepRunner } from './step-runner.ts';

/** A document that leads to itself is asked for again and again. */
const MOST_REQUESTS = 500;
/** So long the last callbacks may take, in the call's time: there is no use in waiting a day for a server that refuses them. */
const DELIVERED_WITHIN_MS = 120_000;
const LOOK_EACH_MS = 250;

/** What the author of the application should know. */
export type Notice = Pick<NotificationRecord, 'level' | 'message' | 'requestUrl'>;

export interface PlayParts extends Omit<WorldParts, 'callees' | 'watcher'> {
  readonly server: string;
}

/** One scenario while it is performed, in whatever time the clock has. */
export class Play {
  readonly requests: SeenRequest[] = [];
  readonly notices: Notice[] = [];
  readonly failures: Mistake[] = [];
  readonly #scenario: Scenario;
  readonly #parts: PlayParts;
  readonly #hearing = new Hearing();
  readonly #world: World;
  readonly #phones: PhoneCast;
  /** The first leg, once there is one; undefined when the call was refused. */
  readonly #begun: Promise<string | undefined>;
  #begin: (callSid: string | undefined) => void = () => undefined;
  #callSid: string | undefined;
  /** What the people do now; undefined before and after that. */
  #step: Step | undefined;
  /** Settles when nothing more can come of the call: it has failed. */
  readonly #failed = new AbortController();

  constructor(scenario: Scenario, parts: PlayParts) {
    this.#scenario = scenario;
    this.#parts = parts;
    this.#begun = new Promise((resolve) => {
      this.#begin = resolve;
    });
    this.#phones = new PhoneCast(scenario.steps, {
      clock: parts.clock,
      isApi: scenario.begins.kind === 'api',
      press: (callSid, key) => this.#world.control.press(callSid, key),
      callerHangsUp: () => this.#world.control.otherSideHangsUp(this.#callSid ?? ''),
      unknown: ({ kind, name }) =>
        this.#fail(`${kind} ${name} is rung, and no dial step says what happens then.${this.#whereItIs()}`),
    });
    this.#world = buildWorld({ ...parts, callees: this.#phones, watcher: this.#watcher() });
  }

  /** Performs it; resolves when the call is over and its callbacks are delivered, or when it has failed. */
  async run(): Promise<void> {
    const { dispatcher } = this.#world;
    dispatcher.start();
    await Promise.race([this.#perform(), aborted(this.#failed.signal)]);
    void dispatcher.stop();
  }

  /** The call went on until its time was up. */
  isStuck(): void {
    const verb = this.#world.tape.verbOf(this.#callSid ?? '');
    const where = verb === undefined ? '' : ` It is in ${verb}.`;
    this.#fail(`The call does not end; a step such as hangup is missing.${where}`);
  }

  async #perform(): Promise<void> {
    this.#beginCall();
    const callSid = await this.#begun;
    if (callSid === undefined) return this.#checkEnd('canceled');
    const { services } = this.#world;
    const steps = new StepRunner({
      callSid,
      world: this.#world,
      hearing: this.#hearing,
      phones: this.#phones,
      server: this.#parts.server,
      isApi: this.#scenario.begins.kind === 'api',
    });
    for (const step of this.#scenario.steps) {
      this.#step = step;
      const why = await steps.run(step);
      if (why !== undefined) return this.#fail(why, step.place);
    }
    this.#step = undefined;
    await services.calls.empty();
    await services.runs.idle();
    await services.recordings.idle();
    await this.#delivered();
    const state = this.#world.tape.leg(callSid)?.state;
    this.#checkEnd(state === undefined ? 'failed' : statusOf(state));
  }

  #beginCall(): void {
    const { begins, url, method, fallbackUrl, statusCallback } = this.#scenario;
    const { server } = this.#parts;
    if (begins.kind === 'api') {
      const parameters = withDefaults(begins.parameters, server, url);
      void createCall(this.#world.services, parameters, this.#parts.accountSid).then(
        (callSid) => this.#starts(callSid),
        (error: unknown) => this.#fail(error instanceof Error ? error.message : String(error)),
      );
      return;
    }
    const whole = (relative: string | undefined) => relative && wholeUrl(relative, server);
    const urls = { fallbackUrl: whole(fallbackUrl), statusCallback: whole(statusCallback) };
    void callIn(this.#world, { ...begins, ...compact(urls), url: wholeUrl(url, server), method });
  }

  #starts(callSid: string | undefined): void {
    this.#callSid = callSid;
    this.#begin(callSid);
  }

  /** Until every callback is delivered, or its receiver has had time enough. */
  async #delivered(): Promise<void> {
    const { clock } = this.#parts;
    const { queue } = this.#world.tape;
    const until = clock.steady() + DELIVERED_WITHIN_MS;
    while (clock.steady() < until && (await queue.pending()).count > 0) await clock.sleep(LOOK_EACH_MS);
  }

  #whereItIs(): string {
    return this.#step === undefined
      ? ''
      : ` The scenario is at ${this.#step.kind} in line ${this.#step.place.line}.`;
  }

  #checkEnd(is: string): void {
    const { status } = this.#scenario.expected;
    if (status !== undefined && status.is !== is) {
      this.#fail(`The call ended ${is}, not ${status.is}.`, status.place);
    }
  }

  #fail(message: string, place: Place = this.#scenario.beginsAt): void {
    // What follows from the first failure says nothing new.
    if (this.failures.length === 0) this.failures.push({ file: this.#scenario.file, place, message });
    this.#failed.abort();
  }

  #watcher(): WorldParts['watcher'] {
    return {
      sent: (request) => {
        this.requests.push(request);
        if (this.requests.length > MOST_REQUESTS) {
          this.#fail(`There were more than ${MOST_REQUESTS} requests; the documents lead in a circle.`);
        }
      },
      notification: (notification) => void this.notices.push(notification),
      settled: (settled) => this.#settled(settled),
      hears: (callSid, heard) => this.#hears(callSid, heard),
      taken: (_channelId, callSid) => this.#starts(callSid),
      refused: (why) => this.#fail(`The call was refused: ${why}.`),
      bug: (error) =>
        this.#fail(`An error inside Legwork: ${error instanceof Error ? error.stack : String(error)}`),
    };
  }

  #hears(callSid: string, heard: Heard): void {
    // A REST call's first leg rings a phone before it is known as the first.
    if (callSid === this.#callSid) this.#hearing.add(heard);
  }

  /** A callback that the application server does not take is a mistake of it. */
  #settled({ callback: { url, method }, attempt, settlement }: Settled): void {
    if (settlement.state === 'delivered') return;
    const why = attempt.error ?? `status ${attempt.status}`;
    const message = `The callback ${method} ${shortUrl(url, this.#parts.server)} was not accepted: ${why}`;
    this.notices.push({ level: 'warning', message });
  }
}
