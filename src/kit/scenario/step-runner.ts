import type { Heard } from '../simulated-switch/heard.ts';
import { inWords } from '../simulated-switch/heard.ts';
import { ACCOUNT_SID } from '../world/identity.ts';
import type { Hearing } from '../world/hearing.ts';
import type { World } from '../world/world.ts';
import { withWholeUrls } from './api-form.ts';
import type { PhoneCast } from './phone-cast.ts';
import { pressKeys } from './press-keys.ts';
import { changeCall } from './rest-calls.ts';
import type { HeardPattern, Step } from './scenario.ts';

/** So long somebody who wants to speak waits until somebody listens. */
const LISTENED_WITHIN_MS = 60_000;
/** So long a phone may take to be rung. */
const RUNG_WITHIN_MS = 5 * 60_000;
const LONGEST_LIST = 8;

export interface StepRunnerParts {
  /** The first leg. */
  readonly callSid: string;
  readonly world: World;
  readonly hearing: Hearing;
  readonly phones: PhoneCast;
  readonly server: string;
  /** Asked for over REST: its first leg is that of a callee, whom `hangup` lets hang up. */
  readonly isApi: boolean;
}

/** Does what the steps of a scenario say, one after the other. */
export class StepRunner {
  readonly #parts: StepRunnerParts;

  constructor(parts: StepRunnerParts) {
    this.#parts = parts;
  }

  /** Resolves when it is done, with why it could not be done if it could not. */
  async run(step: Step): Promise<string | undefined> {
    const { world, callSid } = this.#parts;
    if (step.kind === 'dial') return this.#dial(step);
    if (step.kind === 'expect') return this.#expect(step);
    const party = world.control.party(callSid);
    if (party === undefined) return `The call is over before ${step.kind}.`;
    const { clock } = world.services;
    switch (step.kind) {
      case 'press':
        await pressKeys(step.keys, (key) => world.control.press(callSid, key), clock, party.gone);
        return undefined;
      case 'wait':
        await clock.sleep(step.ms, party.gone);
        return undefined;
      case 'hangup':
        world.control.otherSideHangsUp(callSid);
        return undefined;
      case 'speech':
        return this.#speak(step.words);
      case 'modify':
        return this.#modify(step);
    }
  }

  async #dial(step: Extract<Step, { kind: 'dial' }>): Promise<string | undefined> {
    const { phones } = this.#parts;
    const isRung = await this.#comes(phones.wasRung(step), RUNG_WITHIN_MS);
    const { kind, name } = step.callee;
    return isRung ? undefined : `${kind} ${name} was not rung.`;
  }

  async #expect({ pattern, withinMs }: Extract<Step, { kind: 'expect' }>): Promise<string | undefined> {
    const { hearing } = this.#parts;
    const fits = (heard: Heard) => this.#fits(heard, pattern);
    const found = await this.#within(withinMs, (signal) => hearing.find(fits, signal));
    if (found) return undefined;
    const heard = hearing.since.map((each) => inWords(each, (sid) => this.#nameOf(sid)));
    const list = heard.length === 0 ? 'nothing' : heard.slice(-LONGEST_LIST).join(', ');
    return `Expected to hear ${patternInWords(pattern)}, but heard: ${list}.`;
  }

  #fits(heard: Heard, pattern: HeardPattern): boolean {
    switch (pattern.kind) {
      case 'say':
        return heard.kind === 'say' && isIn(pattern.text, heard.text);
      case 'play':
        return heard.kind === 'play' && heard.url.includes(pattern.text);
      case 'talk':
        return heard.kind === 'talk' && isIn(pattern.text, this.#nameOf(heard.callSid));
      default:
        return heard.kind === pattern.kind;
    }
  }

  /** Whom the other leg belongs to. */
  #nameOf(callSid: string): string {
    return this.#parts.world.tape.leg(callSid)?.leg.to ?? 'somebody';
  }

  async #speak(words: string): Promise<string | undefined> {
    const { world, callSid } = this.#parts;
    const party = world.control.party(callSid);
    if (party === undefined) return 'The call is over before speech.';
    if (!(await this.#comes(party.isListenedTo(), LISTENED_WITHIN_MS))) {
      return `Nobody listened to "${words}": neither Gather with speech nor Record began.`;
    }
    await party.speak(words);
    return undefined;
  }

  async #modify({ parameters }: Extract<Step, { kind: 'modify' }>): Promise<string | undefined> {
    const { world, callSid, server } = this.#parts;
    try {
      const sid = { accountSid: ACCOUNT_SID, sid: callSid };
      await changeCall(world.services, withWholeUrls(parameters, server), sid);
      return undefined;
    } catch (error) {
      return error instanceof Error ? `${error.message}.` : String(error);
    }
  }

  /** Whether it comes in time, and before the call is over. */
  #comes(what: Promise<void>, ms: number): Promise<boolean> {
    return this.#within(ms, async (signal) => {
      const late = new Promise<boolean>((resolve) => {
        signal.addEventListener('abort', () => resolve(false));
      });
      return Promise.race([what.then(() => true), late]);
    });
  }

  /** Does it with a signal that aborts when the time is up or the call is over. */
  async #within(ms: number, work: (signal: AbortSignal) => Promise<boolean>): Promise<boolean> {
    const { world, callSid } = this.#parts;
    const { clock } = world.services;
    const limit = new AbortController();
    const cancel = clock.after(ms, () => limit.abort());
    const gone = world.control.party(callSid)?.gone;
    const over = () => limit.abort();
    // What came at the same moment as the end counts.
    if (gone === undefined) clock.after(0, over);
    else gone.addEventListener('abort', over);
    try {
      return await work(limit.signal);
    } finally {
      cancel();
      gone?.removeEventListener('abort', over);
    }
  }
}

function isIn(part: string, whole: string): boolean {
  return whole.toLowerCase().includes(part.toLowerCase());
}

function patternInWords(pattern: HeardPattern): string {
  return 'text' in pattern ? `${pattern.kind} "${pattern.text}"` : pattern.kind;
}
