import type { Clock } from '../../concurrency/clock.ts';
import type { Prefix } from '../place.ts';
import { frameOf, type LiveEvent } from './live-event.ts';

const MOST_KEPT = 20_000;
const KEPT_MS = 300_000;

/** An event with its place in the ring. */
export interface KeptEvent {
  readonly number: number;
  readonly event: LiveEvent;
  /** As it is sent, made when the first reader gets it. */
  frame(prefix: Prefix): string;
}

/** What happened in the last five minutes, at most 20,000 events, numbered without gaps. */
export class EventRing {
  readonly #clock: Clock;
  readonly #most: number;
  /** Of this process: numbers of another one mean nothing here. */
  readonly #instance: string;
  readonly #kept: ((KeptEvent & { readonly at: number }) | undefined)[] = [];
  #first = 1;
  #last = 0;

  constructor(clock: Clock, instance: string = crypto.randomUUID().slice(0, 8), most: number = MOST_KEPT) {
    this.#clock = clock;
    this.#instance = instance;
    this.#most = most;
  }

  /** The number of the newest event; 0 when there was none. */
  get last(): number {
    return this.#last;
  }

  /** How a reader names the place behind this event. */
  idOf(number: number): string {
    return `${this.#instance}.${number}`;
  }

  /** The number in an id of this process; undefined for those of another one, and for what is no id. */
  numberOf(id: string): number | undefined {
    const [instance, number = '', ...more] = id.split('.');
    return instance === this.#instance && /^\d{1,15}$/.test(number) && more.length === 0
      ? Number(number)
      : undefined;
  }

  add(event: LiveEvent): void {
    this.#last += 1;
    const at = this.#clock.steady();
    this.#kept[this.#last % this.#most] = { ...this.#keep(this.#last, event), at };
    this.#first = Math.max(this.#first, this.#last - this.#most + 1);
  }

  /** Whether everything after this number is still here. */
  reachesBackTo(number: number): boolean {
    this.#forgetOld();
    return number >= this.#first - 1 && number <= this.#last;
  }

  /** The event with this number, as long as it is here. */
  at(number: number): KeptEvent | undefined {
    const kept = this.#kept[number % this.#most];
    return kept?.number === number ? kept : undefined;
  }

  #keep(number: number, event: LiveEvent): KeptEvent {
    const frames = new Map<Prefix, string>();
    return {
      number,
      event,
      frame: (prefix) => {
        const made = frames.get(prefix);
        if (made !== undefined) return made;
        const json = JSON.stringify(event.present({ prefix, format: 'json' }));
        const frame = frameOf(event.name, json, this.idOf(number));
        frames.set(prefix, frame);
        return frame;
      },
    };
  }

  #forgetOld(): void {
    const before = this.#clock.steady() - KEPT_MS;
    for (; this.#first <= this.#last; this.#first += 1) {
      const slot = this.#first % this.#most;
      if ((this.#kept[slot]?.at ?? 0) > before) return;
      this.#kept[slot] = undefined;
    }
  }
}
