import type { Clock } from '../../concurrency/clock.ts';
import { AudioQueue } from './audio-queue.ts';
import { FRAME_BYTES, FRAME_MS, type LegTalk } from './leg-audio.ts';
import { SILENT_FRAME } from './track-line.ts';

/** So far ahead of what is heard Asterisk has the audio: enough for a process that is busy, little to throw away. */
const AHEAD_MS = 200;
/** A piece that is no whole frame waits for the rest of it until then. */
const LEAST_AHEAD_MS = 2 * FRAME_MS;
const BYTES_PER_MS = FRAME_BYTES / FRAME_MS;
const LONGEST_MS = 20 * 60 * 1000;
const MOST_MARKS = 1000;
/** While there is nothing to play, Asterisk sends the other side nothing; some carriers take that for a dead call. */
const SIGN_OF_LIFE_MS = 1000;

interface Mark {
  readonly name: string;
  /** When it came, steady clock. */
  readonly since: number;
}

/** Told of a mark whose time has come: everything before it was heard, or thrown away. */
export type MarkReached = (name: string, tookMs: number) => void;

/**
 * Plays what a customer's server sends, in order and at the speed of speech, however fast it comes: Asterisk gets
 * whole frames, 200 ms ahead at most; the rest waits here.
 */
export class Playout {
  readonly #clock: Clock;
  readonly #reached: MarkReached;
  readonly #queue = new AudioQueue<Mark>();
  /** Marks that Asterisk has, by the name that we gave them there, in order. */
  readonly #inAsterisk = new Map<string, Mark>();
  #talk: LegTalk | undefined;
  #heardUntil = 0;
  #marks = 0;
  #playedMs = 0;

  constructor(clock: Clock, reached: MarkReached) {
    this.#clock = clock;
    this.#reached = reached;
  }

  /** Milliseconds of audio that Asterisk was given. */
  get playedMs(): number {
    return this.#playedMs;
  }

  /** From now on it can be played; what came before has waited. */
  begin(talk: LegTalk): void {
    this.#talk = talk;
    this.#heardUntil = this.#clock.steady();
    this.pump(this.#heardUntil);
  }

  /** False: there is no room for it, and it is not played. */
  add(audio: Uint8Array): boolean {
    if ((this.#queue.bytes + audio.length) / BYTES_PER_MS > LONGEST_MS) return false;
    this.#queue.add(audio);
    this.pump(this.#clock.steady());
    return true;
  }

  /** False: too many of them wait. */
  mark(name: string): boolean {
    if (this.#queue.marks + this.#inAsterisk.size >= MOST_MARKS) return false;
    this.#queue.mark({ name, since: this.#clock.steady() });
    this.pump(this.#clock.steady());
    return true;
  }

  /** Throws away what was not heard yet; every mark that waits is reached, in order. */
  clear(): void {
    const waiting = [...this.#inAsterisk.values(), ...this.#queue.clear()];
    this.#inAsterisk.clear();
    this.#talk?.flush();
    const now = this.#clock.steady();
    this.#heardUntil = now;
    for (const { name, since } of waiting) this.#reached(name, now - since);
  }

  /** Asterisk has played everything before this mark of ours. */
  played(id: string): void {
    const mark = this.#inAsterisk.get(id);
    if (mark === undefined) return;
    this.#inAsterisk.delete(id);
    this.#reached(mark.name, this.#clock.steady() - mark.since);
  }

  /** Gives Asterisk what it should have by now. To be called every 20 ms, and when something has come. */
  pump(now: number): void {
    const talk = this.#talk;
    if (talk === undefined) return;
    for (;;) {
      const aheadMs = Math.max(0, this.#heardUntil - now);
      const due = this.#queue.take(Math.floor((AHEAD_MS - aheadMs) / FRAME_MS), aheadMs < LEAST_AHEAD_MS);
      if (due === undefined) break;
      if (due.kind === 'mark') {
        this.#pass(talk, due.mark);
        continue;
      }
      this.#play(talk, due.bytes, now);
      this.#playedMs += due.bytes.length / BYTES_PER_MS;
    }
    if (now - this.#heardUntil >= SIGN_OF_LIFE_MS) this.#play(talk, SILENT_FRAME, now);
  }

  #play(talk: LegTalk, frames: Uint8Array, now: number): void {
    talk.play(frames);
    this.#heardUntil = Math.max(this.#heardUntil, now) + frames.length / BYTES_PER_MS;
  }

  #pass(talk: LegTalk, mark: Mark): void {
    this.#marks += 1;
    // A name of ours: Asterisk takes short ones only, and a customer may give several marks one name.
    const id = `m${this.#marks}`;
    this.#inAsterisk.set(id, mark);
    talk.mark(id);
  }
}
