import type { KeptRecording, RecordingFiles } from '../../src/call/recording/recording-files.ts';
import type { Recognized, SpeechHints } from '../../src/call/speech-recognizer.ts';

/** Stands for Asterisk's files and ours: every recording has this sound, as often as it is asked for. */
export class FakeRecordingFiles implements RecordingFiles {
  /** What was asked, as `keep RE…`, `keep RE… trimmed`, `remove RE…`. */
  readonly asked: string[] = [];
  /** What `keep` gives, in turn; the last one for ever. */
  kept: KeptRecording[] = [{ kind: 'kept', durationMs: 4200 }];
  /** While set, `keep` waits for it. */
  held: Promise<void> | undefined;

  async keep(sid: string, { trimSilence }: { readonly trimSilence: boolean }): Promise<KeptRecording> {
    this.asked.push(`keep ${sid}${trimSilence ? ' trimmed' : ''}`);
    await this.held;
    const next = this.kept.length > 1 ? this.kept.shift() : this.kept[0];
    return next ?? { kind: 'silent' };
  }

  remove(sid: string): Promise<void> {
    this.asked.push(`remove ${sid}`);
    return Promise.resolve();
  }
}

/** Stands for a speech recognizer. */
export class FakeRecognizer {
  readonly asked: SpeechHints[] = [];
  answer: Recognized = { ok: true, transcript: 'a pizza please', confidence: 0.9, partials: [] };

  recognize(_sid: string, hints: SpeechHints): Promise<Recognized> {
    this.asked.push(hints);
    return Promise.resolve(this.answer);
  }
}
