import type { Clock } from '../../concurrency/clock.ts';
import type { Callee } from '../simulated-switch/callees.ts';
import type { Heard } from '../simulated-switch/heard.ts';
import { written, type WrittenScenario, type WrittenStep } from '../scenario/write-scenario.ts';

/** What a phone did that was rung. Times are those of `Clock.steady`. */
export interface PhoneRecord {
  readonly callee: Callee;
  readonly rungAt: number;
  does: string;
  actedAt: number;
  presses: string;
  pressedAt?: number;
  /** Only when its owner hung up; the caller's own step says when the caller did. */
  hungUpAt?: number;
}

/** What a scenario says beyond its steps. */
export interface RecordedAs {
  readonly name: string;
  /** Relative to the application server. */
  readonly url: string;
  readonly statusCallback?: string;
  /** How the call ended. */
  readonly status: string;
  /** The name of its transcript. */
  readonly transcript: string;
}

/** Nobody writes a wait that is shorter than this. */
const SHORTEST_WAIT_MS = 1_000;

/** Notes what somebody at the keyboard does in one call, as the steps of a scenario. */
export class SessionRecord {
  readonly #call: { readonly from: string; readonly to: string };
  readonly #clock: Clock;
  readonly #steps: (WrittenStep | PhoneRecord)[] = [];
  /** What was heard last and is not expected yet. */
  #heard: Record<string, string> | undefined;
  /** When the last thing happened that a step is about. */
  #lastAt: number;

  constructor(call: { readonly from: string; readonly to: string }, clock: Clock) {
    this.#call = call;
    this.#clock = clock;
    this.#lastAt = clock.steady();
  }

  hears(heard: Heard): void {
    if (heard.kind === 'say') this.#heard = { say: heard.text };
    else if (heard.kind === 'play') this.#heard = { play: heard.url };
    else return;
    this.#lastAt = this.#clock.steady();
  }

  press(keys: string): void {
    this.#after();
    const last = this.#steps.at(-1);
    // Keys that follow one another are one step.
    if (typeof last === 'object' && 'press' in last)
      this.#steps[this.#steps.length - 1] = { press: `${String(last['press'])}${keys}` };
    else this.#steps.push({ press: keys });
    this.#lastAt = this.#clock.steady();
  }

  say(words: string): void {
    this.#after();
    this.#steps.push({ speech: words });
  }

  hangup(): void {
    this.#after();
    const waitedMs = this.#clock.steady() - this.#lastAt;
    if (waitedMs >= SHORTEST_WAIT_MS) this.#steps.push({ wait: written(waitedMs) });
    this.#steps.push('hangup');
  }

  /** A phone is rung; what it does is noted in what this returns. */
  rung(callee: Callee): PhoneRecord {
    this.#after();
    const at = this.#clock.steady();
    this.#lastAt = at;
    const phone: PhoneRecord = { callee, rungAt: at, does: 'no-answer', actedAt: at, presses: '' };
    this.#steps.push(phone);
    return phone;
  }

  /** The scenario, once the call is over. */
  scenario({ name, url, statusCallback, status, transcript }: RecordedAs): WrittenScenario {
    const { from, to } = this.#call;
    return {
      name,
      url,
      ...(statusCallback === undefined ? {} : { 'status-callback': statusCallback }),
      call: { from, to },
      steps: this.#steps.map((step) => (isPhone(step) ? dialStep(step) : step)),
      expect: { status, requests: transcript },
    };
  }

  /** What comes next came after what was heard last. */
  #after(): void {
    if (this.#heard !== undefined) this.#steps.push({ expect: this.#heard });
    this.#heard = undefined;
  }
}

function isPhone(step: WrittenStep | PhoneRecord): step is PhoneRecord {
  return typeof step === 'object' && 'rungAt' in step;
}

function dialStep(phone: PhoneRecord): WrittenStep {
  const { callee, does, rungAt, actedAt, presses, pressedAt, hungUpAt } = phone;
  const acted = does === 'no-answer' ? {} : { after: written(actedAt - rungAt) };
  const pressed =
    presses === '' ? {} : { presses, 'presses-after': written((pressedAt ?? actedAt) - actedAt) };
  const talked = hungUpAt === undefined ? {} : { talks: written(hungUpAt - actedAt), 'hangs-up': 'callee' };
  return { dial: { [callee.kind]: callee.name, does, ...acted, ...pressed, ...talked } };
}
