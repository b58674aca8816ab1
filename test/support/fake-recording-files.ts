import type {
  FinishedRecording,
  KeptRecording,
  OwnedRecording,
  RecordingFiles,
} from '../../src/call/recording/recording-files.ts';
import type {
  Recognized,
  SpeechHints,
  SpeechListener,
  SpeechOrder,
  SpeechRecognizer,
  SpeechSession,
} from '../../src/call/speech-recognizer.ts';

const MISSING: KeptRecording = { kind: 'missing', why: 'Asterisk has no file of this name' };

/** Stands for Asterisk's files and ours: every recording has this sound, as often as it is asked for. */
export class FakeRecordingFiles implements RecordingFiles {
  /** What was asked, as `keep RE…`, `keep RE… trimmed`, `remove RE…`. */
  readonly asked: string[] = [];
  /** What `keep` gives, in turn; the last one for ever. What was kept, or was silent, stays so until it is removed. */
  kept: KeptRecording[] = [{ kind: 'kept', durationMs: 4200 }];
  /** While set, `keep` waits for it. */
  held: Promise<void> | undefined;
  readonly #results = new Map<string, KeptRecording>();

  async keep({ sid, trimSilence }: FinishedRecording): Promise<KeptRecording> {
    this.asked.push(`keep ${sid}${trimSilence ? ' trimmed' : ''}`);
    const result = this.#results.get(sid) ?? this.#next();
    if (result.kind === 'kept' || result.kind === 'silent') this.#results.set(sid, result);
    await this.held;
    return result;
  }

  remove(sid: string): Promise<void> {
    this.asked.push(`remove ${sid}`);
    this.#results.set(sid, MISSING);
    return Promise.resolve();
  }

  #next(): KeptRecording {
    return (this.kept.length > 1 ? this.kept.shift() : this.kept[0]) ?? MISSING;
  }
}

/** Stands for a speech recognizer. */
export class FakeRecognizer implements SpeechRecognizer {
  readonly asked: SpeechHints[] = [];
  answer: Recognized = { ok: true, transcript: 'a pizza please', confidence: 0.9, partials: [] };

  async recognize(_recording: OwnedRecording, hints: SpeechHints, signal: AbortSignal): Promise<Recognized> {
    this.asked.push(hints);
    const isStopped = await Promise.resolve().then(() => signal.aborted);
    return isStopped ? { ok: false, message: 'The speech recognizer was stopped' } : this.answer;
  }
}

/** Stands for a recognizer that hears speech while it is spoken: says what the test says. */
export class FakeStreamingRecognizer extends FakeRecognizer {
  order: SpeechOrder | undefined;
  /** What was done with the session, in order; sound as its bytes. */
  readonly session: string[] = [];
  #listener: SpeechListener | undefined;

  get says(): SpeechListener {
    if (this.#listener === undefined) throw new Error('Nobody has begun to listen');
    return this.#listener;
  }

  listen(order: SpeechOrder, listener: SpeechListener): SpeechSession {
    this.order = order;
    this.#listener = listener;
    return {
      audio: (bytes) => this.session.push(`audio ${bytes.length}`),
      finish: () => this.session.push('finish'),
      close: () => this.session.push('close'),
    };
  }
}
