import { compact } from '../../../call/compact.ts';
import { newSid } from '../../../call/sids.ts';
import {
  inOne,
  type SpeechListener,
  type SpeechSession,
  type Understood,
} from '../../../call/speech-recognizer.ts';
import type { LegTap } from '../../../call/stream/leg-audio.ts';
import type { Ear, EarParts, Heard } from './ear.ts';

type Listen = (listener: SpeechListener) => SpeechSession;

/** Gives what is said to a recognizer while it is spoken, whose results come meanwhile and count as speech. */
export class StreamingEar implements Ear {
  readonly taken: Ear['taken'];
  readonly #parts: EarParts;
  readonly #session: SpeechSession;
  readonly #understood: Understood[] = [];
  readonly #over: Promise<void>;
  #settleOver: () => void = () => undefined;
  #failure: string | undefined;
  #settle: (taken: 'stopped' | 'gone' | 'failed') => void = () => undefined;
  readonly #tap: Promise<LegTap | undefined>;
  #stopped: Promise<void> | undefined;

  constructor(parts: EarParts, listen: Listen) {
    this.#parts = parts;
    this.#over = new Promise((resolve) => {
      this.#settleOver = resolve;
    });
    this.taken = new Promise((resolve) => {
      this.#settle = resolve;
    });
    this.#session = listen({
      partial: ({ transcript, stability }) => {
        if (transcript === '') return;
        parts.times.word();
        parts.partials.tell(compact({ transcript: this.#all(transcript), stability }));
      },
      final: (part) => this.#part(part),
      over: (failure) => this.#isOver(failure),
    });
    this.#tap = this.#listen();
    parts.done.addEventListener('abort', () => void this.#stop(), { once: true });
  }

  get failure(): string | undefined {
    return this.#failure;
  }

  async understand(signal: AbortSignal): Promise<Heard> {
    this.#session.finish();
    const abandon = () => this.#settleOver();
    signal.addEventListener('abort', abandon, { once: true });
    if (signal.aborted) abandon();
    await this.#over;
    signal.removeEventListener('abort', abandon);
    if (signal.aborted) return undefined;
    if (this.#failure !== undefined && this.#understood.length === 0) return { failure: this.#failure };
    return inOne(this.#understood);
  }

  async remove(): Promise<void> {
    this.#session.close();
    await this.#stop();
  }

  async #listen(): Promise<LegTap | undefined> {
    const { audio, live } = this.#parts.context;
    // No stream of the customer's: only what is made in Asterisk is named and removed like one.
    const order = { callSid: live.sid, streamSid: newSid('MZ'), tracks: ['inbound'] as const };
    const tap = await audio.listen(order, {
      audio: (_track, bytes) => this.#session.audio(bytes),
      lost: () => this.#settle('gone'),
    });
    if (tap === undefined) this.#settle('failed');
    return tap;
  }

  #part(part: Understood): void {
    if (part.transcript === '') return;
    const { times, partials, verb } = this.#parts;
    this.#understood.push(part);
    times.word();
    partials.tell(compact({ transcript: this.#all(), stability: part.confidence }));
    if (verb.endsWithResult) times.complete();
  }

  #isOver(failure: string | undefined): void {
    this.#failure = failure;
    this.#settleOver();
    if (this.#understood.length > 0) this.#parts.times.complete();
    else if (failure !== undefined) this.#settle('failed');
  }

  /** Everything so far. */
  #all(next?: string): string {
    const all = next === undefined ? this.#understood : [...this.#understood, { transcript: next }];
    return inOne(all).transcript;
  }

  #stop(): Promise<void> {
    this.#settle('stopped');
    this.#stopped ??= this.#tap.then((tap) => tap?.close());
    return this.#stopped;
  }
}
