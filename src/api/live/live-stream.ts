import type { EventRing } from './event-ring.ts';
import { frameOf, type Subscription, wants } from './live-event.ts';

/** Where a stream writes; a socket's buffer. */
export interface EventSink {
  /** Calls `onTaken` when the reader, or the network, has taken it. */
  write(bytes: Buffer | string, onTaken?: () => void): void;
  /** What the reader has not taken from us yet. */
  readonly unsentBytes: number;
  end(): void;
}

export type ResetReason = 'restart' | 'too-old' | 'slow';

/** A reader who lets so much lie is told to begin anew. */
const MOST_UNSENT = 1024 * 1024;
/** What a reader has missed comes in portions of about this size, each when the one before was taken. */
const PORTION = 65_536;

/** One reader's stream of events. */
export class LiveStream {
  readonly subscription: Subscription;
  readonly #ring: EventRing;
  readonly #sink: EventSink;
  /** The newest event that was sent, or does not concern this reader. */
  #cursor: number;
  #isCatchingUp = false;
  #isOver = false;

  constructor(subscription: Subscription, ring: EventRing, sink: EventSink) {
    this.subscription = subscription;
    this.#ring = ring;
    this.#sink = sink;
    this.#cursor = ring.last;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Where it stands while it has missed nothing; undefined while it catches up. */
  get cursor(): number | undefined {
    return this.#isCatchingUp ? undefined : this.#cursor;
  }

  /** For a reader who knows nothing yet. */
  hello(version: string): void {
    const id = this.#ring.idOf(this.#cursor);
    this.#write(frameOf('hello', JSON.stringify({ id, version }), id));
  }

  /** Sends what came after this event; what goes beyond a portion waits until it was taken. */
  catchUp(after: number): void {
    this.#cursor = after;
    this.#isCatchingUp = true;
    this.#portion();
  }

  /** The reader has missed something: it must read the lists again, and goes on from here. */
  reset(reason: ResetReason): void {
    this.#cursor = this.#ring.last;
    this.#write(frameOf('reset', JSON.stringify({ reason }), this.#ring.idOf(this.#cursor)));
  }

  /** Sends what has come up to `last`: `frames`, which somebody with the same subscription needs too. */
  deliver(frames: Buffer | undefined, last: number): void {
    if (this.#isOver || this.#isCatchingUp) return;
    if (frames !== undefined && this.#sink.unsentBytes > MOST_UNSENT) return this.#tooSlow();
    this.#cursor = last;
    if (frames !== undefined) this.#write(frames);
  }

  /** Something that is gone when it was not heard. */
  tell(frame: string): void {
    if (!this.#isOver && !this.#isCatchingUp) this.#write(frame);
  }

  /** Keeps the connection open, and says how far the reader is, also when nothing concerned it. */
  keep(): void {
    this.tell(`: keep\nid: ${this.#ring.idOf(this.#cursor)}\n\n`);
  }

  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#sink.end();
  }

  #portion(): void {
    if (this.#isOver) return;
    let text = '';
    while (this.#cursor < this.#ring.last && text.length < PORTION) {
      const kept = this.#ring.at(this.#cursor + 1);
      if (kept === undefined) return this.#tooSlow();
      if (wants(this.subscription, kept.event)) text += kept.frame(this.subscription.prefix);
      this.#cursor += 1;
    }
    if (this.#cursor < this.#ring.last) return this.#sink.write(text, () => this.#portion());
    this.#isCatchingUp = false;
    if (text !== '') this.#write(text);
  }

  #tooSlow(): void {
    this.reset('slow');
    this.end();
  }

  #write(bytes: Buffer | string): void {
    this.#sink.write(bytes);
  }
}
