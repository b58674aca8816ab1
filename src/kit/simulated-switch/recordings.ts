import type {
  FinishedRecording,
  KeptRecording,
  OwnedRecording,
  RecordingFiles,
} from '../../call/recording/recording-files.ts';
import type { Recognized, SpeechHints, SpeechRecognizer } from '../../call/speech-recognizer.ts';

/** What is in a recording: how long it is, how long somebody spoke in it, and what was said. */
export interface RecordedContent {
  readonly durationMs: number;
  readonly spokenMs: number;
  readonly words: string;
}

/** How sure a recognizer is of what it understood. */
const CONFIDENCE = 0.9;

/** The recordings that the switch has made, as files and as words: nothing is recorded, and everything understood. */
export class SimulatedRecordings implements RecordingFiles, SpeechRecognizer {
  readonly #made = new Map<string, RecordedContent>();

  add(recordingSid: string, content: RecordedContent): void {
    this.#made.set(recordingSid, content);
  }

  /** How long this one is; undefined: there is no such recording, or nothing in it. */
  lengthMs(recordingSid: string): number | undefined {
    const content = this.#made.get(recordingSid);
    return content === undefined || content.spokenMs === 0 ? undefined : content.durationMs;
  }

  keep({ sid, trimSilence, silences = [] }: FinishedRecording): Promise<KeptRecording> {
    const content = this.#made.get(sid);
    if (content === undefined) {
      return Promise.resolve({ kind: 'missing', why: 'The switch has no recording of this name' });
    }
    if (content.spokenMs === 0) return Promise.resolve({ kind: 'silent' });
    const silentMs = silences.reduce((sum, { lengthMs }) => sum + lengthMs, 0);
    const durationMs = (trimSilence ? content.spokenMs : content.durationMs) + silentMs;
    return Promise.resolve({ kind: 'kept', durationMs });
  }

  remove(recordingSid: string): Promise<void> {
    this.#made.delete(recordingSid);
    return Promise.resolve();
  }

  recognize({ sid }: OwnedRecording, _hints: SpeechHints, signal: AbortSignal): Promise<Recognized> {
    if (signal.aborted) return Promise.resolve({ ok: false, message: 'The speech recognizer was stopped' });
    const transcript = this.#made.get(sid)?.words ?? '';
    return Promise.resolve({ ok: true, transcript, confidence: CONFIDENCE, partials: [] });
  }
}
