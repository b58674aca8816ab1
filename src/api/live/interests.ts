import type { Clock } from '../../concurrency/clock.ts';
import { covers, type LiveEvent, type Subscription } from './live-event.ts';

/** What was interesting stays so after its last stream, so that a reader whose connection broke misses nothing. */
const LINGER_MS = 300_000;

/** What is collected for some streams, and since when. */
export interface Interest {
  /** Everything after this event is in the ring. */
  readonly since: number;
}

interface Held extends Interest {
  readonly accountSid: string;
  readonly subAccounts: boolean;
  readonly root: string | undefined;
  /** Whether lines of timelines are wanted. */
  readonly lines: boolean;
  streams: number;
  cancel: () => void;
}

/** What anybody listens to, or did so lately. Nothing else is read, kept, or made into JSON. */
export class Interests {
  readonly #clock: Clock;
  readonly #held = new Map<string, Held>();
  readonly #onChange: () => void;

  /** `onChange` is called when something became interesting, or is no longer. */
  constructor(clock: Clock, onChange: () => void) {
    this.#clock = clock;
    this.#onChange = onChange;
  }

  get isEmpty(): boolean {
    return this.#held.size === 0;
  }

  /** The first legs of the calls whose timelines are wanted; undefined: all are. */
  get linesOf(): readonly string[] | undefined {
    const wanted = [...this.#held.values()].filter(({ lines }) => lines);
    if (wanted.some(({ root }) => root === undefined)) return undefined;
    return [...new Set(wanted.flatMap(({ root }) => root ?? []))];
  }

  /** Collects for one more stream; `last` is the newest event by now. */
  hold(subscription: Subscription, last: number): Interest {
    const { accountSid, subAccounts, root, names } = subscription;
    const lines = names.has('call.event');
    const key = [accountSid, subAccounts, root ?? '', lines].join(' ');
    const known = this.#held.get(key);
    if (known !== undefined) {
      known.cancel();
      known.streams += 1;
      return known;
    }
    const held = { accountSid, subAccounts, root, lines, since: last, streams: 1, cancel: () => undefined };
    this.#held.set(key, held);
    this.#onChange();
    return held;
  }

  /** One stream less; what was collected for it goes on to be collected for a while. */
  release(interest: Interest): void {
    const found = [...this.#held].find(([, held]) => held === interest);
    if (found === undefined) return;
    const [key, held] = found;
    held.streams -= 1;
    if (held.streams > 0) return;
    held.cancel = this.#clock.after(LINGER_MS, () => {
      this.#held.delete(key);
      this.#onChange();
    });
  }

  concerns(event: LiveEvent): boolean {
    for (const held of this.#held.values()) {
      // What was told of a conference is no line of a call's timeline.
      if (event.name === 'call.event' && (!held.lines || event.root === undefined)) continue;
      if (held.root !== undefined && held.root !== event.root) continue;
      if (event.accounts === undefined || covers(held, event.accounts)) return true;
    }
    return false;
  }

  /** Whether anything of an account may be of interest. */
  concernsAccount(accounts: readonly string[]): boolean {
    for (const held of this.#held.values()) if (covers(held, accounts)) return true;
    return false;
  }

  close(): void {
    for (const held of this.#held.values()) held.cancel();
    this.#held.clear();
  }
}
