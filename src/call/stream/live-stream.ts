import type { Clock } from '../../concurrency/clock.ts';
import type { JournalEntry } from '../journal-store.ts';
import type { LiveLeg } from '../leg/live-leg.ts';
import type { LegAudio, LegTap, LegTalk } from './leg-audio.ts';
import type { MediaTicker } from './media-ticker.ts';
import { complaintEntry, type StreamHappening, streamEntry } from './stream-entries.ts';
import { STREAM_ERRORS, type StreamError, type StreamRecord, tracksOf } from './stream-record.ts';
import { type SessionCounts, type SessionEnd, StreamSession } from './stream-session.ts';
import type { StreamSockets } from './stream-sockets.ts';

/** When Asterisk delivers no more audio, the end of the leg is often reported a moment later. */
const LEG_ENDS_WITHIN_MS = 2_000;

export interface LiveStreamParts {
  readonly live: LiveLeg;
  readonly record: StreamRecord;
  /** The whole URL, with user, password and query. */
  readonly url: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly audio: LegAudio;
  readonly sockets: StreamSockets;
  readonly ticker: MediaTicker;
  readonly clock: Clock;
  readonly onMark: (tookMs: number) => void;
  /** Makes an entry durable; resolves even when that failed. */
  readonly write: (entry: JournalEntry) => Promise<void>;
}

/** How a stream ended. */
export interface StreamEnd {
  /** Whether its server ever got the `start` message. */
  readonly started: boolean;
  readonly error?: StreamError;
}

/**
 * One stream from its beginning to its end: it waits until the leg is answered, opens the connection to the customer's
 * server, takes the leg's audio, and tells whoever asked. Its end is told exactly once, whatever happens.
 */
export class LiveStream {
  readonly #parts: LiveStreamParts;
  readonly #session: StreamSession;
  readonly #abandon = new AbortController();
  readonly #ended: Promise<StreamEnd>;
  #record: StreamRecord;
  #wish: SessionEnd | undefined;
  #started = false;

  constructor(parts: LiveStreamParts) {
    this.#parts = parts;
    this.#record = parts.record;
    const { record, parameters, clock, ticker, onMark } = parts;
    this.#session = new StreamSession({
      record,
      parameters,
      clock,
      ticker,
      onMark,
      complain: (problem) => void parts.write(complaintEntry(this.#record, problem, clock.now())),
    });
    this.#ended = this.#run();
  }

  get record(): StreamRecord {
    return this.#record;
  }

  /** Resolves when its end is durable; never rejects. */
  get ended(): Promise<StreamEnd> {
    return this.#ended;
  }

  get counts(): SessionCounts {
    return this.#session.counts;
  }

  /** Ends it; resolves when that is durable. */
  async stop(end: SessionEnd = { why: 'stopped' }): Promise<void> {
    this.#wish ??= end;
    this.#abandon.abort();
    this.#session.stop(end);
    await this.#ended;
  }

  async #run(): Promise<StreamEnd> {
    const { live } = this.#parts;
    const legOver = () => void this.stop();
    live.signal.addEventListener('abort', legOver);
    const error = live.signal.aborted ? undefined : await this.#stream();
    live.signal.removeEventListener('abort', legOver);
    const counts = this.#session.counts;
    const stopped: StreamHappening = { event: 'stream-stopped', counts };
    this.#record = { ...this.#record, status: 'stopped' };
    if (error === undefined) {
      await this.#tell([stopped]);
      return { started: this.#started };
    }
    this.#record = { ...this.#record, errorCode: error.code };
    await this.#tell([{ event: 'stream-error', error }, stopped]);
    return { started: this.#started, error };
  }

  /** Resolves when it is over, with the error that ended it. */
  async #stream(): Promise<StreamError | undefined> {
    const { live, sockets, url, record, clock } = this.#parts;
    const { signal } = this.#abandon;
    if (!(await answered(live, signal))) {
      // Not `stop`: the leg has ended, and nobody ever could be heard on it.
      return this.#wish === undefined || live.signal.aborted ? NEVER_ANSWERED : undefined;
    }
    const { accountSid } = record;
    const opened = await sockets.open({ url, accountSid, signal }, this.#session);
    if (!opened.ok) return signal.aborted ? undefined : opened.error;
    this.#session.opened(opened.socket);
    if (this.#session.isOver) return this.#close(undefined);
    this.#started = true;
    void this.#tell([{ event: 'stream-started' }]);
    const stopListening =
      record.direction === 'bidirectional'
        ? live.onDigit((digit) => this.#session.digit(digit))
        : () => undefined;
    const tap = await this.#takeAudio();
    if (tap === undefined && !live.signal.aborted) {
      this.#session.stop({ why: 'failed', error: NOT_CARRIED });
    }
    const end = await this.#session.ended;
    stopListening();
    await tap?.close();
    if (end.why === 'audio-lost')
      await Promise.race([live.ended, clock.sleep(LEG_ENDS_WITHIN_MS, live.signal)]);
    return this.#errorOf(end);
  }

  async #takeAudio(): Promise<LegTap | undefined> {
    const { audio, record } = this.#parts;
    const order = { callSid: record.callSid, streamSid: record.sid };
    if (record.direction === 'unidirectional') {
      const tap = await audio.listen({ ...order, tracks: tracksOf(record.track) }, this.#session);
      if (tap !== undefined) this.#session.flows();
      return tap;
    }
    const talk: LegTalk | undefined = await audio.talk(order, this.#session);
    if (talk !== undefined) this.#session.flows(talk);
    return talk;
  }

  /** The session was over before the leg's audio was taken. */
  async #close(tap: LegTap | undefined): Promise<StreamError | undefined> {
    await tap?.close();
    return this.#errorOf(await this.#session.ended);
  }

  #errorOf(end: SessionEnd): StreamError | undefined {
    if (end.why === 'failed') return end.error;
    return end.why === 'audio-lost' && !this.#parts.live.signal.aborted ? AUDIO_LOST : undefined;
  }

  async #tell(happenings: readonly StreamHappening[]): Promise<void> {
    const { entry, record } = streamEntry(this.#record, happenings, this.#parts.clock.now());
    this.#record = record;
    await this.#parts.write(entry);
  }
}

const NEVER_ANSWERED: StreamError = {
  code: STREAM_ERRORS.notCarried,
  message: 'The call was never answered, so there was nothing to stream',
};
const NOT_CARRIED: StreamError = {
  code: STREAM_ERRORS.notCarried,
  message: 'Asterisk did not hand over the audio of this call',
};
const AUDIO_LOST: StreamError = {
  code: STREAM_ERRORS.notCarried,
  message: 'Asterisk delivers no more audio of this call',
};

/** Whether the leg was answered before it ended, or before the signal aborted. */
async function answered(live: LiveLeg, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return false;
  const state = await Promise.race([
    live.until(({ phase }) => phase === 'in-progress'),
    new Promise<undefined>((resolve) => {
      signal.addEventListener('abort', () => resolve(undefined), { once: true });
    }),
  ]);
  return state?.phase === 'in-progress' && !signal.aborted;
}
