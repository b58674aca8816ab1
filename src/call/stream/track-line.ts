import { FRAME_BYTES, FRAME_MS, SILENT_BYTE } from './leg-audio.ts';

/** What Asterisk has not delivered by then is sent as silence; and as early as that, real audio may come. */
const PATIENCE_MS = 60;

export const SILENT_FRAME: Uint8Array = new Uint8Array(FRAME_BYTES).fill(SILENT_BYTE);

/**
 * One track of a stream: cuts what Asterisk delivers into frames, one for every 20 ms since the stream began, and says
 * where silence has to stand in for what did not come. Recognizers time out on a gap.
 */
export class TrackLine {
  /** When the first frame began, on the steady clock; moved when the other side's clock is faster than ours. */
  #since: number;
  #frames = 0;
  #rest: Uint8Array = new Uint8Array(0);
  /** Silence that was sent in place of audio that may still come. */
  #owed = 0;
  #silent = 0;

  constructor(since: number) {
    this.#since = since;
  }

  /** Frames so far. */
  get frames(): number {
    return this.#frames;
  }

  /** Frames of silence that were put in. */
  get silent(): number {
    return this.#silent;
  }

  /** The frames to send for this piece of audio. Audio in whose place silence was sent comes too late and is left out. */
  take(bytes: Uint8Array, now: number): readonly Uint8Array[] {
    const all = this.#rest.length === 0 ? bytes : joined(this.#rest, bytes);
    const frames: Uint8Array[] = [];
    let at = 0;
    for (; at + FRAME_BYTES <= all.length; at += FRAME_BYTES) {
      const aheadMs = this.#frames * FRAME_MS - (now - this.#since);
      if (aheadMs > PATIENCE_MS && this.#owed > 0) {
        this.#owed -= 1;
        continue;
      }
      if (aheadMs > PATIENCE_MS) this.#since = now - this.#frames * FRAME_MS;
      this.#frames += 1;
      frames.push(all.subarray(at, at + FRAME_BYTES));
    }
    // A copy: what came is a view on memory of the socket that is used again.
    this.#rest = new Uint8Array(all.subarray(at));
    return frames;
  }

  /** The frames to send because Asterisk has not delivered what is due by now. */
  fill(now: number): readonly Uint8Array[] {
    const frames: Uint8Array[] = [];
    while (this.#frames * FRAME_MS + PATIENCE_MS < now - this.#since) {
      frames.push(this.#rest.length === 0 ? SILENT_FRAME : padded(this.#rest));
      this.#rest = new Uint8Array(0);
      this.#frames += 1;
      this.#owed += 1;
      this.#silent += 1;
    }
    return frames;
  }
}

function joined(one: Uint8Array, other: Uint8Array): Uint8Array {
  const both = new Uint8Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
}

function padded(piece: Uint8Array): Uint8Array {
  const frame = new Uint8Array(FRAME_BYTES).fill(SILENT_BYTE, piece.length);
  frame.set(piece);
  return frame;
}
