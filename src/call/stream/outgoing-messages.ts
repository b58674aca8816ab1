import type { StreamSocket } from './stream-sockets.ts';
import { FRAME_BYTES, FRAME_MS } from './leg-audio.ts';
import {
  CONNECTED,
  dtmfMessage,
  type Ids,
  markMessage,
  mediaMessage,
  startMessage,
  stopMessage,
} from './stream-messages.ts';
import type { AudioTrack, StreamRecord } from './stream-record.ts';
import { SILENT_FRAME, TrackLine } from './track-line.ts';

/** More than this not taken by the server: media is left out, until it is less than that. */
const MOST_UNSENT_BYTES = 256 * 1024;
const ENOUGH_TAKEN_BYTES = 64 * 1024;
/** So long the server may take nothing at all. */
const STUCK_MS = 30_000;

const SILENT_PAYLOAD = Buffer.from(SILENT_FRAME).toString('base64');

/** What the messages to a server come to. */
export interface SentCounts {
  messages: number;
  bytes: number;
  frames: number;
  silent: number;
  dropped: number;
}

/** Writes a stream's messages to the customer's server, numbered in order; leaves out media that it is too slow for. */
export class OutgoingMessages {
  readonly counts: SentCounts = { messages: 0, bytes: 0, frames: 0, silent: 0, dropped: 0 };
  readonly #ids: Ids & Pick<StreamRecord, 'track'>;
  readonly #socket: StreamSocket;
  readonly #lines = new Map<AudioTrack, TrackLine>();
  #sequence = 0;
  #slow: { lowest: number; since: number; droppedBefore: number } | undefined;

  constructor(ids: Ids & Pick<StreamRecord, 'track'>, socket: StreamSocket) {
    this.#ids = ids;
    this.#socket = socket;
  }

  begin(customParameters: Readonly<Record<string, string>>): void {
    this.#send(CONNECTED);
    this.#send(startMessage(this.#next(), this.#ids, customParameters));
  }

  /** From now on there is a frame every 20 ms on each of these tracks. */
  beginTracks(tracks: readonly AudioTrack[], now: number): void {
    for (const track of tracks) this.#lines.set(track, new TrackLine(now));
  }

  audio(track: AudioTrack, bytes: Uint8Array, now: number): void {
    const line = this.#lines.get(track);
    if (line === undefined) return;
    const before = line.frames;
    line.take(bytes, now).forEach((frame, index) => this.#media(track, before + index + 1, frame));
  }

  /** Sends silence where nothing came. */
  fill(now: number): void {
    for (const [track, line] of this.#lines) {
      const before = line.frames;
      const frames = line.fill(now);
      frames.forEach((frame, index) => this.#media(track, before + index + 1, frame));
      this.counts.silent += frames.length;
    }
  }

  dtmf(digit: string): void {
    this.#send(dtmfMessage(this.#next(), this.#ids, digit));
  }

  mark(name: string): void {
    this.#send(markMessage(this.#next(), this.#ids, name));
  }

  stop(): void {
    this.#send(stopMessage(this.#next(), this.#ids));
  }

  /**
   * Looks how the server keeps up. `caught-up`: it does again, after so many frames were left out. `stuck`: it has taken
   * nothing for 30 s.
   */
  look(now: number): 'stuck' | { readonly caughtUp: number } | undefined {
    const unsent = this.#socket.unsentBytes;
    const slow = this.#slow;
    if (slow === undefined) {
      if (unsent > MOST_UNSENT_BYTES) {
        this.#slow = { lowest: unsent, since: now, droppedBefore: this.counts.dropped };
      }
      return undefined;
    }
    if (unsent < slow.lowest) {
      slow.lowest = unsent;
      slow.since = now;
    }
    if (unsent < ENOUGH_TAKEN_BYTES) {
      this.#slow = undefined;
      return { caughtUp: this.counts.dropped - slow.droppedBefore };
    }
    return now - slow.since > STUCK_MS ? 'stuck' : undefined;
  }

  #media(track: AudioTrack, chunk: number, frame: Uint8Array): void {
    if (this.#slow !== undefined) {
      this.counts.dropped += 1;
      return;
    }
    this.counts.frames += 1;
    const payload = frame === SILENT_FRAME ? SILENT_PAYLOAD : base64(frame);
    this.#send(mediaMessage(this.#next(), this.#ids, { track, chunk, ms: chunk * FRAME_MS, payload }));
  }

  #next(): number {
    this.#sequence += 1;
    return this.#sequence;
  }

  #send(message: string): void {
    this.counts.messages += 1;
    this.counts.bytes += message.length;
    this.#socket.send(message);
  }
}

function base64({ buffer, byteOffset }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, FRAME_BYTES).toString('base64');
}
