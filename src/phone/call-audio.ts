import { type RtpListener, type RtpRemote, RtpSession } from './rtp-session.ts';
import { FRAME_SAMPLES, SAMPLE_RATE, sine, soundMs, toneMs } from './tones.ts';
import { Deferred, type Waits } from './waits.ts';

/** The limits of a wait for audio: `forMs` of it must be heard within `withinMs`. */
export interface HeardOptions {
  readonly forMs?: number;
  readonly withinMs?: number;
}

const DEFAULT_HEARD_MS = 200;
const NOTHING = new Int16Array(0);

/** What one call says and hears. It sends silence until told otherwise, like a phone on the table. */
export class CallAudio implements RtpListener {
  readonly #waits: Waits;
  #session: RtpSession | undefined;
  #closed: Error | undefined;
  #nextSamples: (from: number) => Int16Array | undefined = silence;
  #sentSamples = 0;
  #heard: Int16Array[] = [];
  #markedDigits = '';
  readonly #checks = new Set<(frame: Int16Array) => void>();

  constructor(waits: Waits) {
    this.#waits = waits;
  }

  async open(host: string): Promise<void> {
    this.#session = await RtpSession.open(host, this);
    if (this.#closed !== undefined) this.#session.close(this.#closed);
  }

  get #rtp(): RtpSession {
    if (this.#session === undefined) throw new Error('RTP session is not open');
    return this.#session;
  }

  get port(): number {
    return this.#rtp.port;
  }

  connect(remote: RtpRemote): void {
    this.#rtp.connect(remote);
  }

  close(why: Error): void {
    this.#closed = why;
    this.#session?.close(why);
  }

  sendTone(hz: number): void {
    this.#nextSamples = (from) => sine(hz, { from, samples: FRAME_SAMPLES });
  }

  sendSilence(): void {
    this.#nextSamples = silence;
  }

  /** Sends no audio packets at all, but still digits. */
  stopSending(): void {
    this.#nextSamples = () => undefined;
  }

  /** Plays these samples (16 bit, 8 kHz) once, then silence. Resolves when they have been sent. */
  sendSamples(samples: Int16Array, options: { withinMs?: number } = {}): Promise<void> {
    const said = new Deferred<void>();
    let at = 0;
    this.#nextSamples = (from) => {
      if (at >= samples.length) {
        said.resolve();
        this.#nextSamples = silence;
        return silence(from);
      }
      const frame = new Int16Array(FRAME_SAMPLES);
      frame.set(samples.subarray(at, at + FRAME_SAMPLES));
      at += FRAME_SAMPLES;
      return frame;
    };
    const lengthMs = (samples.length * 1000) / SAMPLE_RATE;
    return this.#waits.until('its own audio to be said', said.promise, {
      withinMs: options.withinMs ?? lengthMs + 5000,
    });
  }

  /**
   * Sends RFC 4733 events; resolves when the last one and the pause after it are over. A digit may end the call: once
   * the last one has gone out, the end of the call resolves it too. Rejects when the call ends before that.
   */
  sendDigits(digits: string, options: { toneMs?: number; gapMs?: number } = {}): Promise<void> {
    const { toneMs: tone = 100, gapMs = 60 } = options;
    const sent = this.#rtp.sendDigits(digits, { toneMs: tone, gapMs });
    const withinMs = digits.length * (tone + gapMs) * 2 + 2000;
    return this.#waits.until(`digits ${digits} to be sent`, sent, { withinMs });
  }

  /** Forgets what was heard (audio and digits) until now. */
  mark(): void {
    this.#heard = [];
    this.#markedDigits = '';
  }

  /** Everything heard since the call began or since the last mark, 16 bit at 8 kHz, without the times when nothing was sent. */
  received(): Int16Array {
    const all = new Int16Array(this.#heard.reduce((length, frame) => length + frame.length, 0));
    let at = 0;
    for (const frame of this.#heard) {
      all.set(frame, at);
      at += frame.length;
    }
    this.#heard = [all];
    return all;
  }

  receivedDigits(): string {
    return this.#markedDigits;
  }

  /** The milliseconds of this tone heard since the last mark. */
  toneMs(hz: number): number {
    return toneMs(this.received(), hz);
  }

  /** Waits until enough of the tone was heard since the last mark; resolves with the milliseconds heard. */
  heardTone(hz: number, options: HeardOptions = {}): Promise<number> {
    return this.#heardMs(`${hz} Hz`, (samples) => toneMs(samples, hz), options);
  }

  /** Waits until something other than silence (speech, music) was heard since the last mark. */
  heardSound(options: HeardOptions = {}): Promise<number> {
    return this.#heardMs('sound', soundMs, options);
  }

  /** Waits until exactly these digits were received since the last mark. */
  heardDigits(digits: string, options: { withinMs?: number } = {}): Promise<void> {
    const heard = new Deferred<void>();
    const check = () => {
      if (this.#markedDigits === digits) heard.resolve();
    };
    check();
    return this.#whileListening(check, () =>
      this.#waits.until(`digits ${digits}`, heard.promise, {
        withinMs: options.withinMs,
        detail: () => `heard "${this.#markedDigits}"`,
      }),
    );
  }

  async #heardMs(
    what: string,
    measure: (samples: Int16Array) => number,
    options: HeardOptions,
  ): Promise<number> {
    const { forMs = DEFAULT_HEARD_MS, withinMs } = options;
    const heard = new Deferred<number>();
    let ms = 0;
    // Each frame is measured once, when it comes: measuring a long call from the start would cost more with every frame.
    const check = (frame: Int16Array) => {
      ms += measure(frame);
      if (ms >= forMs) heard.resolve(ms);
    };
    check(this.received());
    return this.#whileListening(check, () =>
      this.#waits.until(`${forMs} ms of ${what}`, heard.promise, {
        withinMs,
        detail: () => `${ms} ms of it in ${(this.received().length * 1000) / SAMPLE_RATE} ms heard`,
      }),
    );
  }

  async #whileListening<T>(check: (frame: Int16Array) => void, wait: () => Promise<T>): Promise<T> {
    this.#checks.add(check);
    try {
      return await wait();
    } finally {
      this.#checks.delete(check);
    }
  }

  nextFrame(): Int16Array | undefined {
    const frame = this.#nextSamples(this.#sentSamples);
    this.#sentSamples += FRAME_SAMPLES;
    return frame;
  }

  onSamples(samples: Int16Array): void {
    this.#heard.push(samples);
    for (const check of this.#checks) check(samples);
  }

  onDigit(digit: string): void {
    this.#markedDigits += digit;
    for (const check of this.#checks) check(NOTHING);
  }
}

function silence(_from: number): Int16Array {
  return new Int16Array(FRAME_SAMPLES);
}
