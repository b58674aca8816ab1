import type { Clock } from '../../concurrency/clock.ts';
import type { RequestTarget } from '../callback-target.ts';
import { compact } from '../compact.ts';
import type { JournalEntry, JournalStore } from '../journal-store.ts';
import type { LiveLeg } from '../leg/live-leg.ts';
import { newSid } from '../sids.ts';
import type { LegAudio } from './leg-audio.ts';
import { LiveStream } from './live-stream.ts';
import { MediaTicker } from './media-ticker.ts';
import { streamEntry } from './stream-entries.ts';
import {
  STREAM_ERRORS,
  type StreamError,
  type StreamRecord,
  type StreamTrack,
  tracksOf,
} from './stream-record.ts';
import type { StreamSockets } from './stream-sockets.ts';
import { StreamTotals } from './stream-totals.ts';

/** Tracks of Start that one leg may have at a time (Twilio's limit), and streams of Connect. */
const MOST_TRACKS = 4;
/** A process that is so late with its ticks would only stutter more with one more stream. */
const BUSY_LATE_MS = 100;

/** A stream that is about to begin. */
export interface StreamOrder {
  /** Chosen before, so that a verb can keep it; default: a new one. */
  readonly sid?: string;
  readonly direction: StreamRecord['direction'];
  readonly name?: string;
  readonly track: StreamTrack;
  /** `ws:` or `wss:`. */
  readonly url: string;
  /** The `customParameters` of the `start` message. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly statusCallback?: RequestTarget;
}

export interface MediaStreamsDeps {
  readonly store: JournalStore;
  readonly clock: Clock;
  readonly audio: LegAudio;
  readonly sockets: StreamSockets;
  /** Streams of this process at a time. */
  readonly maxStreams: number;
  /** Told how long it took from each mark to its echo, in milliseconds. */
  readonly onMark?: (tookMs: number) => void;
  /** Told of what could not be written; it must not throw. */
  readonly onTrouble: (streamSid: string, trouble: unknown) => void;
}

/** The streams of all calls: begins them, finds them, and finishes what a former process left. */
export class MediaStreams {
  readonly totals = new StreamTotals();
  readonly #deps: MediaStreamsDeps;
  readonly #ticker: MediaTicker;
  readonly #live = new Map<string, LiveStream>();
  readonly #working = new Set<Promise<unknown>>();

  constructor(deps: MediaStreamsDeps) {
    this.#deps = deps;
    this.#ticker = new MediaTicker(deps.clock);
  }

  /** Why no stream is possible at all, in a sentence; undefined when they are. */
  get trouble(): string | undefined {
    return this.#deps.audio.trouble;
  }

  /** The streams that are open or waiting to be. */
  all(): readonly LiveStream[] {
    return [...this.#live.values()];
  }

  /** A live stream of a call, by its sid or by the name that it was given. */
  find(callSid: string, sidOrName: string): LiveStream | undefined {
    return this.#ofCall(callSid).find(({ record }) => record.sid === sidOrName || record.name === sidOrName);
  }

  /** Why this stream cannot begin on this leg; undefined when it can. */
  refusal(
    callSid: string,
    order: Pick<StreamOrder, 'direction' | 'name' | 'track'>,
  ): StreamError | undefined {
    const { trouble } = this;
    if (trouble !== undefined) return { code: STREAM_ERRORS.notCarried, message: trouble };
    const { name } = order;
    const others = this.#ofCall(callSid);
    if (name !== undefined && others.some(({ record }) => record.name === name)) {
      return { code: STREAM_ERRORS.nameTaken, message: `Another stream of this call has the name "${name}"` };
    }
    return this.#overLimit(others, order);
  }

  /** Begins a stream on a leg that is answered, or that may still be; resolves when that is durable. Never rejects. */
  async begin(live: LiveLeg, order: StreamOrder): Promise<LiveStream> {
    const { audio, sockets, clock, onMark = () => undefined } = this.#deps;
    const record = this.#newRecord(live, order);
    const { url, parameters } = order;
    await this.#write(record, streamEntry(record, [], clock.now()).entry);
    const stream = new LiveStream({
      live,
      record,
      url,
      parameters,
      audio,
      sockets,
      ticker: this.#ticker,
      onMark,
      clock,
      write: (entry) => this.#write(record, entry),
    });
    this.#live.set(record.sid, stream);
    this.totals.begin(stream);
    void this.#work(stream.ended.then(() => this.#over(stream)));
    return stream;
  }

  /** A stream that cannot begin: whoever asked is told so, as if it had failed at once. */
  async refuse(live: LiveLeg, order: StreamOrder, error: StreamError): Promise<void> {
    const record: StreamRecord = {
      ...this.#newRecord(live, order),
      status: 'stopped',
      errorCode: error.code,
    };
    const happenings = [{ event: 'stream-error', error } as const, { event: 'stream-stopped' } as const];
    await this.#write(record, streamEntry(record, happenings, this.#deps.clock.now()).entry);
  }

  /** The streams of a former process ended with it; whoever asked is told so. */
  finishLeftBehind(records: readonly StreamRecord[]): void {
    for (const record of records) {
      const stopped: StreamRecord = { ...record, status: 'stopped' };
      const { entry } = streamEntry(stopped, [{ event: 'stream-stopped' }], this.#deps.clock.now());
      void this.#work(this.#write(record, entry));
    }
  }

  /** Resolves when no stream is open and every end is durable. */
  async idle(): Promise<void> {
    while (this.#working.size > 0) await Promise.all(this.#working);
  }

  /** Legwork stops: every stream ends, and its server is told that we are going away. */
  stop(): void {
    for (const stream of this.#live.values()) void stream.stop({ why: 'stopping' });
  }

  #ofCall(callSid: string): readonly LiveStream[] {
    return this.all().filter(({ record }) => record.callSid === callSid);
  }

  #overLimit(
    others: readonly LiveStream[],
    { direction, track }: Pick<StreamOrder, 'direction' | 'track'>,
  ): StreamError | undefined {
    const { maxStreams } = this.#deps;
    const limit = (message: string): StreamError => ({ code: STREAM_ERRORS.limit, message });
    if (direction === 'unidirectional') {
      const listening = others.filter(({ record }) => record.direction === direction);
      const tracks = listening.reduce((sum, { record }) => sum + tracksOf(record.track).length, 0);
      if (tracks + tracksOf(track).length > MOST_TRACKS) {
        return limit(`A call may have ${MOST_TRACKS} tracks streamed at a time`);
      }
    }
    if (this.#live.size >= maxStreams) {
      return limit(`There are ${maxStreams} streams already, as many as there may be (MAX_STREAMS)`);
    }
    return this.#ticker.lateMs > BUSY_LATE_MS ? limit('Legwork is too busy for one more stream') : undefined;
  }

  #newRecord({ leg }: LiveLeg, order: StreamOrder): StreamRecord {
    const now = this.#deps.clock.now();
    const { sid = newSid('MZ'), direction, name, track, statusCallback } = order;
    return compact({
      sid,
      accountSid: leg.accountSid,
      callSid: leg.sid,
      name,
      status: 'in-progress',
      direction,
      track,
      url: shownStreamUrl(order.url),
      statusCallback,
      nextSequence: 0,
      dateCreated: now,
      dateUpdated: now,
    });
  }

  #over(stream: LiveStream): void {
    this.#live.delete(stream.record.sid);
    this.totals.end(stream);
  }

  async #work(work: Promise<unknown>): Promise<void> {
    this.#working.add(work);
    try {
      await work;
    } finally {
      this.#working.delete(work);
    }
  }

  async #write({ sid }: StreamRecord, entry: JournalEntry): Promise<void> {
    const { store, onTrouble } = this.#deps;
    // A call goes on even when the database cannot write.
    await store.commit(entry).catch((error: unknown) => onTrouble(sid, error));
  }
}

/** A stream's URL as it may be shown and kept: its query is the customer's, and may hold a secret. */
export function shownStreamUrl(url: string): string {
  const shown = new URL(url);
  shown.username = '';
  shown.password = '';
  shown.search = '';
  shown.hash = '';
  return shown.href;
}
