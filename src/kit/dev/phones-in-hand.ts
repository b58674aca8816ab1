import type { Clock } from '../../concurrency/clock.ts';
import type { Callees, RungPhone } from '../simulated-switch/callees.ts';
import type { Wish } from './keyboard.ts';
import type { Screen } from './screen.ts';
import type { PhoneRecord, SessionRecord } from './session-record.ts';

interface PhoneInHand {
  readonly phone: RungPhone;
  readonly record: PhoneRecord | undefined;
}

const SIP_STATUS = { busy: 486, decline: 603 } as const;

/** The phones that ring in a call, which somebody at the keyboard answers, one after the other. */
export class PhonesInHand implements Callees {
  readonly #screen: Screen;
  readonly #clock: Clock;
  readonly #record: () => SessionRecord | undefined;
  /** Those that ring and wait for somebody to do something, the next one first. */
  readonly #ringing: PhoneInHand[] = [];
  #answered: PhoneInHand | undefined;
  #isInHand = false;
  #rings: () => void = () => undefined;

  constructor(screen: Screen, clock: Clock, record: () => SessionRecord | undefined) {
    this.#screen = screen;
    this.#clock = clock;
    this.#record = record;
  }

  /** The callee's phone that the keyboard belongs to now; undefined: it is the caller's. */
  get inHand(): RungPhone | undefined {
    return this.#isInHand ? this.#answered?.phone : undefined;
  }

  rung(phone: RungPhone): void {
    const its = { phone, record: this.#record()?.rung(phone.callee) };
    this.#ringing.push(its);
    phone.ring();
    phone.gone.addEventListener('abort', () => this.#ended(its));
    this.#ask();
    this.#rings();
  }

  /** Resolves when a phone rings that nobody has done anything about. */
  oneRings(): Promise<void> {
    if (this.#ringing.length > 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#rings = resolve;
    });
  }

  /** The phone that has rung longest does this. */
  does(what: Extract<Wish, { kind: 'phone' }>['does']): void {
    const its = this.#ringing.shift();
    if (its === undefined) return this.#screen.say('No phone rings.');
    const { phone, record } = its;
    if (record !== undefined) {
      record.does = what;
      record.actedAt = this.#clock.steady();
    }
    this.#screen.phone(`${phone.callee.name} ${IN_WORDS[what]}`);
    if (what === 'answer') {
      this.#answered = its;
      phone.answer();
    } else if (what !== 'no-answer') {
      phone.refuse(SIP_STATUS[what]);
    }
    this.#ask();
  }

  /** From the caller's phone to that of the callee who has answered last, and back. */
  changeHand(caller: string): void {
    if (this.#answered === undefined) return this.#screen.say('No callee has answered.');
    this.#isInHand = !this.#isInHand;
    const whose = this.#isInHand ? this.#answered.phone.callee.name : caller;
    this.#screen.say(`The keys are those of ${whose}'s phone now.`);
  }

  pressed(keys: string): void {
    const record = this.#answered?.record;
    if (record === undefined) return;
    record.pressedAt ??= this.#clock.steady();
    record.presses += keys;
  }

  hangUp(): void {
    const its = this.#answered;
    if (its === undefined) return;
    this.#isInHand = false;
    if (its.record !== undefined) its.record.hungUpAt = this.#clock.steady();
    this.#screen.phone(`${its.phone.callee.name} hangs up`);
    its.phone.hangUp();
  }

  /** The call is over. */
  clear(): void {
    this.#ringing.length = 0;
    this.#answered = undefined;
    this.#isInHand = false;
  }

  #ended(its: PhoneInHand): void {
    const index = this.#ringing.indexOf(its);
    if (index >= 0) {
      this.#ringing.splice(index, 1);
      this.#screen.phone(`${its.phone.callee.name}'s phone stops ringing`);
    }
    if (this.#answered === its) {
      this.#answered = undefined;
      this.#isInHand = false;
    }
  }

  #ask(): void {
    const next = this.#ringing[0];
    if (next === undefined) return;
    const { name } = next.phone.callee;
    this.#screen.say(`${name}'s phone rings: [a]nswer, [b]usy, [n]o answer, [d]ecline`);
  }
}

const IN_WORDS = {
  answer: 'answers',
  busy: 'is busy',
  'no-answer': 'lets it ring',
  decline: 'declines',
} as const;
