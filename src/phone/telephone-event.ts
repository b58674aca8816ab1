import { FRAME_SAMPLES, SAMPLE_RATE } from './tones.ts';
import { Deferred } from './waits.ts';

const DIGITS = '0123456789*#ABCD';
/** RFC 4733 2.5.1.4: the final packet of an event is sent three times. */
const END_PACKETS = 3;
const VOLUME = 10;

/** What is sent for one 20 ms step of a digit: the same payload `copies` times. */
export interface EventFrame {
  readonly payload: Uint8Array;
  /** RTP timestamp at which the digit began. */
  readonly timestamp: number;
  readonly first: boolean;
  readonly copies: number;
}

interface QueuedDigit {
  readonly code: number;
  readonly frames: number;
  gapFrames: number;
  sentFrames: number;
  timestamp: number;
  readonly sent: Deferred<void> | undefined;
}

/** Digits waiting to be sent as RFC 4733 events, one step per RTP frame. */
export class DigitSender {
  #queue: QueuedDigit[] = [];
  #stopped: Error | undefined;

  /** Resolves when the pause after the last digit is over, or when it is cut short by the end of the call. */
  push(digits: string, options: { toneMs: number; gapMs: number }): Promise<void> {
    const codes = Array.from(digits.toUpperCase(), (digit) => DIGITS.indexOf(digit));
    if (codes.length === 0 || codes.includes(-1)) throw new Error(`not DTMF digits: "${digits}"`);
    const sent = new Deferred<void>();
    if (this.#stopped !== undefined) {
      sent.reject(this.#stopped);
      return sent.promise;
    }
    for (const [i, code] of codes.entries()) {
      this.#queue.push({
        code,
        frames: inFrames(options.toneMs),
        gapFrames: inFrames(options.gapMs),
        sentFrames: 0,
        timestamp: 0,
        sent: i === codes.length - 1 ? sent : undefined,
      });
    }
    return sent.promise;
  }

  /** The step for this RTP timestamp; undefined when there are no digits, and between two of them. */
  next(timestamp: number): EventFrame | undefined {
    const digit = this.#queue[0];
    if (digit === undefined) return undefined;
    if (digit.sentFrames === digit.frames) {
      digit.gapFrames -= 1;
      if (digit.gapFrames <= 0) {
        this.#queue.shift();
        digit.sent?.resolve();
      }
      return undefined;
    }
    if (digit.sentFrames === 0) digit.timestamp = timestamp;
    digit.sentFrames += 1;
    const last = digit.sentFrames === digit.frames;
    const duration = digit.sentFrames * FRAME_SAMPLES;
    return {
      payload: Uint8Array.of(digit.code, (last ? 0x80 : 0) | VOLUME, duration >> 8, duration & 0xff),
      timestamp: digit.timestamp,
      first: digit.sentFrames === 1,
      copies: last ? END_PACKETS : 1,
    };
  }

  /**
   * Ends the sending: the call is over. A digit whose tone has gone out whole was sent, and may be what ended the call;
   * what is missing of it is only the pause. For all others `push` rejects with this error, now and later.
   */
  stop(error: Error): void {
    this.#stopped = error;
    for (const { sentFrames, frames, sent } of this.#queue) {
      if (sentFrames === frames) sent?.resolve();
      else sent?.reject(error);
    }
    this.#queue = [];
  }
}

/** Turns received RFC 4733 packets into digits: all packets of one digit have the timestamp of its beginning. */
export class DigitReceiver {
  #lastTimestamp: number | undefined;

  /** The digit that begins with this packet, if any. */
  receive(payload: Uint8Array, timestamp: number): string | undefined {
    const digit = DIGITS[payload[0] ?? 255];
    if (digit === undefined || timestamp === this.#lastTimestamp) return undefined;
    this.#lastTimestamp = timestamp;
    return digit;
  }
}

function inFrames(ms: number): number {
  return Math.max(1, Math.round((ms * SAMPLE_RATE) / 1000 / FRAME_SAMPLES));
}
