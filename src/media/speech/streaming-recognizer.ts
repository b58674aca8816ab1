import { createReadStream } from 'node:fs';
import { WebSocket } from 'ws';
import {
  type Guess,
  inOne,
  type Recognized,
  type SpeechListener,
  type SpeechOrder,
  type SpeechSession,
  type Understood,
} from '../../call/speech-recognizer.ts';
import type { Clock } from '../../concurrency/clock.ts';
import { pcmOf } from './mu-law.ts';
import { serviceAddress } from './service-address.ts';
import { cleaned, readGuess, readObject, readUnderstood } from './recognizer-answer.ts';

const OPEN_WITHIN_MS = 5_000;
/** After the end of what is said. */
const RESULT_WITHIN_MS = 10_000;
/** Of a whole recording, which is sent much faster than it was spoken. */
const WHOLE_RESULT_WITHIN_MS = 60_000;
/** After our close message the other side has this long for its own. */
const CLOSE_MS = 2_000;
const LONGEST_MESSAGE_BYTES = 1024 * 1024;
/** A minute of speech that the recognizer has not taken: it does not keep up. */
const MOST_UNSENT_BYTES = 1024 * 1024;
const MOST_PARTIALS = 50;
const MOST_MESSAGE_CHARACTERS = 200;
const NORMAL = 1000;
const WAV_HEAD_BYTES = 44;

const FAILURES = {
  late: 'the speech recognizer did not accept the connection within 5 s',
  noResult: 'the speech recognizer gave no result in time',
  slow: 'the speech recognizer does not keep up with what is said',
  nonsense: 'the speech recognizer sent what is no result',
} as const;

/** A recognizer of the operator's that hears speech over a WebSocket while it is spoken; its messages are in docs/speech.md. */
export class StreamingRecognizer {
  readonly #url: string;
  readonly #clock: Clock;

  constructor(url: string, clock: Clock) {
    this.#url = url;
    this.#clock = clock;
  }

  listen(order: SpeechOrder, listener: SpeechListener): SpeechSession {
    return new Session(this.#url, this.#clock, { order, listener, resultWithinMs: RESULT_WITHIN_MS });
  }

  /** Sends a kept recording, as fast as it is taken. Never rejects. */
  async recognize(
    path: string,
    order: Omit<SpeechOrder, 'callSid'>,
    signal: AbortSignal,
  ): Promise<Recognized> {
    const parts: Understood[] = [];
    const partials: Guess[] = [];
    let settle: (failure?: string) => void = () => undefined;
    const over = new Promise<string | undefined>((resolve) => {
      settle = resolve;
    });
    const listener: SpeechListener = {
      partial: (guess) => partials.push(guess),
      final: (part) => parts.push(part),
      over: settle,
    };
    const session = new Session(this.#url, this.#clock, {
      order,
      listener,
      resultWithinMs: WHOLE_RESULT_WITHIN_MS,
    });
    const stop = () => settle('the speech recognizer was stopped');
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    void session.sendFile(path).then(() => session.finish(), stop);
    const failure = await over;
    signal.removeEventListener('abort', stop);
    session.close();
    if (failure !== undefined) return { ok: false, message: failure };
    return { ok: true, ...inOne(parts), partials: partials.slice(0, MOST_PARTIALS) };
  }
}

interface SessionParts {
  readonly order: Omit<SpeechOrder, 'callSid'> & { readonly callSid?: string };
  readonly listener: SpeechListener;
  readonly resultWithinMs: number;
}

/** One connection: `start`, sound, `end`, and results meanwhile. */
class Session implements SpeechSession {
  readonly #socket: WebSocket;
  readonly #clock: Clock;
  readonly #parts: SessionParts;
  /** What comes before the connection is open. */
  #waiting: (Buffer | string)[];
  readonly #opened: Promise<void>;
  #settleOpened: () => void = () => undefined;
  #isFinished = false;
  #isOver = false;
  #stopTimer: () => void;

  constructor(url: string, clock: Clock, parts: SessionParts) {
    this.#clock = clock;
    this.#parts = parts;
    this.#stopTimer = clock.after(OPEN_WITHIN_MS, () => this.#ends(FAILURES.late));
    this.#waiting = [startOf(parts.order)];
    this.#opened = new Promise((resolve) => {
      this.#settleOpened = resolve;
    });
    const { address, headers } = serviceAddress(url);
    this.#socket = new WebSocket(address, {
      headers,
      perMessageDeflate: false,
      maxPayload: LONGEST_MESSAGE_BYTES,
    });
    this.#socket.on('open', () => this.#opens());
    this.#socket.on('message', (data: Buffer, isBinary: boolean) =>
      isBinary ? this.#ends(FAILURES.nonsense) : this.#reads(data.toString('utf8')),
    );
    this.#socket.on('error', (error) => {
      const why = 'code' in error ? String(error.code) : error.message;
      this.#ends(`the speech recognizer could not be reached (${why})`);
    });
    this.#socket.on('close', (code: number) => this.#closed(code));
  }

  audio(bytes: Uint8Array): void {
    if (this.#isFinished || this.#isOver) return;
    const unsent = this.#waiting.reduce((sum, { length }) => sum + length, this.#socket.bufferedAmount);
    if (unsent > MOST_UNSENT_BYTES) this.#ends(FAILURES.slow);
    else this.#send(pcmOf(bytes));
  }

  finish(): void {
    if (this.#isFinished || this.#isOver) return;
    this.#isFinished = true;
    this.#send(JSON.stringify({ type: 'end' }));
    if (this.#socket.readyState === WebSocket.OPEN) this.#awaitResult();
  }

  close(): void {
    this.#isOver = true;
    this.#stopTimer();
    this.#settleOpened();
    if (this.#socket.readyState === WebSocket.CLOSED) return;
    if (this.#socket.readyState === WebSocket.CONNECTING) return this.#socket.terminate();
    this.#socket.close(NORMAL);
    const stopTimer = this.#clock.after(CLOSE_MS, () => this.#socket.terminate());
    this.#socket.once('close', stopTimer);
  }

  /** The samples of a WAV file, each piece when the one before was taken. Rejects when it cannot be read. */
  async sendFile(path: string): Promise<void> {
    const samples = createReadStream(path, { start: WAV_HEAD_BYTES }) as AsyncIterable<Buffer>;
    await this.#opened;
    for await (const piece of samples) {
      if (this.#isOver) return;
      await new Promise((sent) => this.#socket.send(piece, sent));
    }
  }

  #opens(): void {
    this.#stopTimer();
    for (const message of this.#waiting) this.#socket.send(message);
    this.#waiting = [];
    this.#settleOpened();
    if (this.#isFinished) this.#awaitResult();
  }

  #awaitResult(): void {
    this.#stopTimer = this.#clock.after(this.#parts.resultWithinMs, () => this.#ends(FAILURES.noResult));
  }

  #send(message: Buffer | string): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(message);
    else this.#waiting.push(message);
  }

  #reads(text: string): void {
    if (this.#isOver) return;
    const message = readObject(text);
    const { listener } = this.#parts;
    switch (message?.['type']) {
      case 'partial': {
        const guess = readGuess(message);
        return guess === undefined ? this.#ends(FAILURES.nonsense) : listener.partial(guess);
      }
      case 'final': {
        const part = readUnderstood(message);
        if (part === undefined) return this.#ends(FAILURES.nonsense);
        listener.final(part);
        return this.#isFinished ? this.#ends() : undefined;
      }
      case 'error': {
        const why =
          typeof message['message'] === 'string' ? cleaned(message['message']) : 'it does not say why';
        return this.#ends(`the speech recognizer failed: ${why.slice(0, MOST_MESSAGE_CHARACTERS)}`);
      }
      default:
        return message === undefined ? this.#ends(FAILURES.nonsense) : undefined;
    }
  }

  #closed(code: number): void {
    const isGood = this.#isFinished && code === NORMAL;
    this.#ends(isGood ? undefined : `the speech recognizer closed the connection (${code})`);
  }

  #ends(failure?: string): void {
    if (this.#isOver) return;
    this.close();
    this.#parts.listener.over(failure);
  }
}

/** The first message: what is sent, and what is known of it. */
function startOf({ accountSid, callSid, hints }: SessionParts['order']): string {
  const sound = { encoding: 'pcm_s16le', sampleRate: 8000, channels: 1 };
  return JSON.stringify({ type: 'start', accountSid, callSid, ...sound, ...hints });
}
