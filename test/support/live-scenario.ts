import assert from 'node:assert/strict';
import { systemClock } from '../../src/clock.ts';
import { withDefaults } from '../../src/kit/scenario/api-form.ts';
import type { PhoneBehaviour, Scenario, Step } from '../../src/kit/scenario/scenario.ts';
import { kindOfToken, seen, type SeenRequest } from '../../src/kit/world/seen-request.ts';
import type { Call } from '../../src/phone/call.ts';
import type { IncomingCall, Phone } from '../../src/phone/phone.ts';
import type { ApplicationServer } from './application-server.ts';
import { says } from './caller.ts';
import type { LiveStory } from './live-story.ts';
import { recordingBegan, timelineOf, verbBegan } from './timeline.ts';
import { waitUntil } from './wait-until.ts';

type DialStep = Extract<Step, { kind: 'dial' }>;

const TONE_HZ = 440;
const SPEECH_MS = 1500;
/** A Dial rings for half a minute. */
const LONGEST_CALL_MS = 60_000;
const REFUSALS = { busy: 486, decline: 603 } as const;

/** Performs a scenario as a real call: phones on a real Asterisk do what its steps say, in real time. */
export class LiveScenario {
  readonly #story: LiveStory;
  readonly #scenario: Scenario;
  /** The phone at the end of the first leg. */
  #party: Call | undefined;
  #hangUp: () => Promise<void> = () => Promise.resolve();
  readonly #ready: Promise<void>;
  #isReady: () => void = () => undefined;
  #rings = 0;
  readonly #rung = new Map<string, () => void>();
  readonly #wasRung = new Map<string, Promise<void>>();

  constructor(story: LiveStory, scenario: Scenario) {
    this.#story = story;
    this.#scenario = scenario;
    this.#ready = new Promise((resolve) => {
      this.#isReady = resolve;
    });
  }

  /** Resolves when the call is over and all that it owes is delivered. */
  async perform(): Promise<readonly SeenRequest[]> {
    const { begins, steps } = this.#scenario;
    const dials = steps.filter((step) => step.kind === 'dial');
    for (const step of dials) await this.#phone(step, begins.kind === 'api' && step === dials[0]);
    if (begins.kind === 'call') await this.#call(begins.from, begins.to);
    else await this.#ask(begins.parameters);
    for (const step of steps) await this.#step(step);
    await waitUntil('the call is over', () => this.#party?.isOver === true, LONGEST_CALL_MS);
    await this.#story.quiet();
    return seenBy(this.#story.app);
  }

  /** The first leg's `To`. */
  get #calledAs(): string {
    const { begins } = this.#scenario;
    return begins.kind === 'call'
      ? begins.to
      : (begins.parameters.find(([name]) => name === 'To')?.[1] ?? '');
  }

  async #call(from: string, to: string): Promise<void> {
    const { statusCallback } = this.#scenario;
    const callback = statusCallback === undefined ? '' : this.#story.app.url(statusCallback);
    await this.#story.number(to, { StatusCallback: callback });
    const caller = await this.#story.phone(from);
    const call = await caller.call(to);
    this.#party = call;
    // A call that is rejected is never answered.
    void call.answered.then(
      () => call.audio.sendSilence(),
      () => undefined,
    );
    this.#hangUp = () => call.hangUp();
    this.#isReady();
  }

  async #ask(parameters: readonly (readonly [string, string])[]): Promise<void> {
    const form = Object.fromEntries(withDefaults(parameters, this.#story.app.origin, this.#scenario.url));
    const made = await this.#story.rest('POST', '/Calls.json', form);
    assert.equal(made.status, 201, JSON.stringify(made.json));
    await this.#ready;
  }

  /** Gives a callee a phone that does what the step says. */
  async #phone({ callee, behaviour }: DialStep, isFirstLeg: boolean): Promise<void> {
    const { name } = callee;
    this.#wasRung.set(name, new Promise((resolve) => this.#rung.set(name, resolve)));
    const isThere = behaviour.does !== 'fail';
    const phone: Phone = await this.#story.phone(name, { register: isThere });
    if (!isThere) return this.#rung.get(name)?.();
    phone.onIncoming((call) => this.#answer(call, name, behaviour, isFirstLeg));
  }

  async #answer(
    call: IncomingCall,
    name: string,
    behaviour: PhoneBehaviour,
    isFirstLeg: boolean,
  ): Promise<void> {
    const { does, afterMs, presses, talksMs, hangsUp } = behaviour;
    call.ring();
    this.#rung.get(name)?.();
    if (does === 'no-answer') return;
    await systemClock.sleep(afterMs);
    if (does === 'busy' || does === 'decline') return call.reject(REFUSALS[does], 'As It Says');
    await call.answer();
    call.audio.sendSilence();
    if (isFirstLeg) {
      this.#party = call;
      this.#hangUp = () => call.hangUp();
      this.#isReady();
    }
    if (presses !== undefined) {
      await systemClock.sleep(presses.afterMs);
      // A busy machine may be late with the document that asks for keys.
      await verbBegan(this.#story, 'Gather', this.#calledAs);
      await call.sendDigits(presses.keys);
    }
    if (talksMs === undefined) return;
    await systemClock.sleep(talksMs);
    await (hangsUp === 'callee' ? call.hangUp() : this.#hangUp());
  }

  /** Until Legwork knows of as many ringing legs as phones were rung. */
  #isToldOfRinging(): Promise<void> {
    this.#rings += 1;
    const legs = this.#rings + (this.#scenario.begins.kind === 'call' ? 1 : 0);
    return waitUntil(`${legs} legs ring`, async () => {
      const events = await timelineOf(this.#story, this.#calledAs);
      return (
        events.filter(({ kind, data }) => kind === 'state' && data['event'] === 'ringing').length >= legs
      );
    });
  }

  async #step(step: Step): Promise<void> {
    const { app } = this.#story;
    switch (step.kind) {
      case 'dial':
        await this.#wasRung.get(step.callee.name);
        return step.behaviour.does === 'fail' ? undefined : this.#isToldOfRinging();
      case 'expect': {
        const { pattern } = step;
        if (pattern.kind === 'say') return verbBegan(this.#story, 'Say', this.#calledAs);
        // A sound is fetched from the application server just before it is heard.
        if (pattern.kind === 'play') {
          return waitUntil(`${pattern.text} is fetched`, () => app.to(`/${pattern.text}`).length > 0);
        }
        // Nothing is promised to the phones about tones and talks that could be waited for here.
        return undefined;
      }
      case 'press':
        return this.#party?.sendDigits(step.keys);
      case 'speech': {
        await recordingBegan(this.#story, this.#calledAs);
        assert.ok(this.#party !== undefined);
        return says(this.#party, TONE_HZ, SPEECH_MS);
      }
      case 'wait':
        return systemClock.sleep(step.ms);
      case 'hangup':
        return this.#hangUp();
      case 'modify':
        throw new Error('no scenario of a real call is modified');
    }
  }
}

/** The document requests and callbacks that an application server got, as the kit sees them. */
export function seenBy({ requests }: ApplicationServer): readonly SeenRequest[] {
  return requests
    .filter(({ params }) => params['CallSid'] !== undefined || params['ConferenceSid'] !== undefined)
    .map(({ method, url, pairs, headers, at }) => {
      const token = headers['i-idempotency-token'] ?? '';
      const isGet = method === 'GET';
      const request = seen(isGet ? 'GET' : 'POST', url, isGet ? [] : pairs);
      return { kind: kindOfToken(token), ...request, token, at };
    });
}
