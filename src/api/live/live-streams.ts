import type { Clock } from '../../concurrency/clock.ts';
import { tooManyRequests } from '../errors.ts';
import { EventRing } from './event-ring.ts';
import { type Interest, Interests } from './interests.ts';
import {
  frameOf,
  keyOf,
  type LiveEvent,
  type LiveEventName,
  type Subscription,
  wants,
} from './live-event.ts';
import { type EventSink, LiveStream } from './live-stream.ts';

/** How many streams an account may have at one time, and all together. */
const LIMITS = { ofAccount: 20, all: 200 };
const RETRY_AFTER_S = 30;
const KEEP_MS = 15_000;
/** By then the reader must say again who it is. */
const LONGEST_MS = 3_600_000;

/** Who reads a stream. */
export interface Reader {
  /** The account that has opened it. */
  readonly askingSid: string;
  /** Whether it may still read; asked again and again. */
  readonly isAllowed: () => Promise<boolean>;
  /** The id of the last event that it knows. */
  readonly lastEventId: string | undefined;
}

interface Open {
  readonly stream: LiveStream;
  readonly reader: Reader;
  readonly interest: Interest;
  readonly openedAt: number;
}

export interface StreamsOptions {
  readonly clock: Clock;
  readonly version: string;
  readonly ring?: EventRing;
  readonly limits?: { readonly ofAccount: number; readonly all: number };
  /** Told when something became interesting, or is no longer, and when there is a stream or none any more. */
  readonly onInterest: () => void;
}

/** All streams of events, and what was in them lately. */
export class LiveStreams {
  readonly interests: Interests;
  readonly #options: StreamsOptions;
  readonly #ring: EventRing;
  readonly #open = new Set<Open>();
  #cancelKeep: (() => void) | undefined;

  constructor(options: StreamsOptions) {
    this.#options = options;
    this.#ring = options.ring ?? new EventRing(options.clock);
    this.interests = new Interests(options.clock, () => options.onInterest());
  }

  get size(): number {
    return this.#open.size;
  }

  /** @throws ApiError 429 */
  refuseTooMany(askingSid: string): void {
    const { ofAccount, all } = this.#options.limits ?? LIMITS;
    const own = [...this.#open].filter(({ reader }) => reader.askingSid === askingSid).length;
    if (own >= ofAccount) {
      throw tooManyRequests(`An account may have ${ofAccount} streams of events at one time`, RETRY_AFTER_S);
    }
    if (this.#open.size >= all)
      throw tooManyRequests('There are too many streams of events now', RETRY_AFTER_S);
  }

  /** Begins to collect for a reader. Whoever calls this opens the stream, or releases the interest. */
  hold(subscription: Subscription): Interest {
    return this.interests.hold(subscription, this.#ring.last);
  }

  /** Sends a reader what it has missed, and then what comes, until the returned function is called. */
  open(subscription: Subscription, interest: Interest, reader: Reader, sink: EventSink): () => void {
    const { clock, version } = this.#options;
    const stream = new LiveStream(subscription, this.#ring, sink);
    const open = { stream, reader, interest, openedAt: clock.steady() };
    this.#open.add(open);
    this.#cancelKeep ??= clock.after(KEEP_MS, () => this.#keep());
    const { lastEventId } = reader;
    if (lastEventId === undefined) stream.hello(version);
    else this.#goOn(stream, interest, lastEventId);
    if (this.#open.size === 1) this.#options.onInterest();
    return () => this.#end(open);
  }

  /** Sends events to all who want them. Their JSON is made once for all with the same subscription. */
  publish(events: readonly LiveEvent[]): void {
    const before = this.#ring.last;
    for (const event of events) this.#ring.add(event);
    const made = new Map<string, Buffer | undefined>();
    for (const { stream } of this.#open) {
      if (stream.cursor === undefined) continue;
      const { subscription } = stream;
      const key = keyOf(subscription);
      if (!made.has(key)) made.set(key, this.#framesAfter(before, subscription));
      stream.deliver(made.get(key), this.#ring.last);
    }
    this.#forgetEnded();
  }

  /** Sends something that nobody needs who was not there. */
  async tell(
    name: LiveEventName,
    jsonFor: (accountSid: string) => Promise<string | undefined>,
  ): Promise<void> {
    const made = new Map<string, Promise<string | undefined>>();
    for (const { stream } of this.#open) {
      const { names, accountSid, root } = stream.subscription;
      if (!names.has(name) || root !== undefined) continue;
      if (!made.has(accountSid)) made.set(accountSid, jsonFor(accountSid));
      const json = await made.get(accountSid);
      if (json !== undefined) stream.tell(frameOf(name, json));
    }
    this.#forgetEnded();
  }

  /** Whether anybody is there who wants one of these. */
  isWanted(...names: readonly LiveEventName[]): boolean {
    return [...this.#open].some(({ stream }) => names.some((name) => stream.subscription.names.has(name)));
  }

  /** Asks again whether those who read may do so. */
  async check(): Promise<void> {
    for (const open of this.#open) {
      const isTooOld = this.#options.clock.steady() - open.openedAt >= LONGEST_MS;
      // While the database cannot be asked, nobody is cut off.
      if (isTooOld || !(await open.reader.isAllowed().catch(() => true))) this.#end(open);
    }
  }

  close(): void {
    for (const open of this.#open) this.#end(open);
    this.#cancelKeep?.();
    this.interests.close();
  }

  #goOn(stream: LiveStream, interest: Interest, lastEventId: string): void {
    const number = this.#ring.numberOf(lastEventId);
    if (number === undefined) stream.reset('restart');
    else if (number < interest.since || !this.#ring.reachesBackTo(number)) stream.reset('too-old');
    else stream.catchUp(number);
  }

  #framesAfter(number: number, subscription: Subscription): Buffer | undefined {
    let text = '';
    for (let next = number + 1; next <= this.#ring.last; next += 1) {
      const kept = this.#ring.at(next);
      if (kept !== undefined && wants(subscription, kept.event)) text += kept.frame(subscription.prefix);
    }
    return text === '' ? undefined : Buffer.from(text);
  }

  #keep(): void {
    this.#cancelKeep =
      this.#open.size === 0 ? undefined : this.#options.clock.after(KEEP_MS, () => this.#keep());
    for (const { stream } of this.#open) stream.keep();
    void this.check();
  }

  #forgetEnded(): void {
    for (const open of this.#open) if (open.stream.isOver) this.#end(open);
  }

  #end(open: Open): void {
    if (!this.#open.delete(open)) return;
    open.stream.end();
    this.interests.release(open.interest);
    if (this.#open.size > 0) return;
    this.#cancelKeep?.();
    this.#cancelKeep = undefined;
    this.#options.onInterest();
  }
}
