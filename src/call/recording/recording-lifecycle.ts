import type { Clock } from '../../concurrency/clock.ts';
import type { JournalEntry, JournalStore } from '../journal-store.ts';
import type { RecordingFiles } from './recording-files.ts';
import type { SpeechRecognizer } from '../speech-recognizer.ts';
import {
  recordingCallback,
  recordingEvent,
  recordingUrl,
  transcriptionCallback,
} from './recording-callbacks.ts';
import { isOver, type RecordingRecord, silences } from './recording-record.ts';

/** Pauses between the attempts to fetch a file that Asterisk cannot hand over yet. */
const AWAY_RETRY_MS = [500, 1_000, 2_000, 5_000, 10_000, 30_000, 60_000, 120_000, 300_000] as const;

export interface RecordingLifecycleOptions {
  readonly store: JournalStore;
  readonly files: RecordingFiles;
  readonly recognizer?: SpeechRecognizer;
  readonly clock: Clock;
  /** How application servers reach us, without a slash at the end. */
  readonly publicUrl: string;
  /** Told of what could not be fetched or written; it must not throw. */
  readonly onTrouble: (recordingSid: string, trouble: unknown) => void;
}

/** A recording that is about to begin. */
export type NewRecording = Omit<
  RecordingRecord,
  'status' | 'startTime' | 'duration' | 'dateCreated' | 'dateUpdated'
>;

/**
 * Takes each recording from its beginning to the callback that promises the file. Each state is one transaction
 * with the callback that it owes; what a crash leaves unfinished is finished at the next start.
 */
export class RecordingLifecycle {
  readonly #options: RecordingLifecycleOptions;
  readonly #working = new Set<Promise<unknown>>();
  readonly #stopping = new AbortController();

  constructor(options: RecordingLifecycleOptions) {
    this.#options = options;
  }

  /** Milliseconds since the epoch. */
  now(): number {
    return this.#options.clock.now();
  }

  urlOf(record: Pick<RecordingRecord, 'accountSid' | 'sid'>): string {
    return recordingUrl(this.#options.publicUrl, record);
  }

  /** A recording begins; resolves when it is durable. Never rejects. */
  async begin(recording: NewRecording): Promise<RecordingRecord> {
    const now = this.#options.clock.now();
    const times = { startTime: now, dateCreated: now, dateUpdated: now };
    const record: RecordingRecord = { ...recording, ...times, status: 'in-progress' };
    await this.#tell(record);
    return record;
  }

  /** Makes another state of a running recording durable, which no callback tells of. Never rejects. */
  async note(record: RecordingRecord): Promise<RecordingRecord> {
    const noted = { ...record, dateUpdated: this.#options.clock.now() };
    await this.#tell(noted, false);
    return noted;
  }

  /**
   * The recording is over: fetches the file and tells whoever asked. Resolves with the final record, `completed` or
   * `absent`, or with the one in progress when we stop before the file could be fetched. Never rejects.
   */
  finish(record: RecordingRecord): Promise<RecordingRecord> {
    return this.#work(this.#finish(record), record);
  }

  /** Nothing was recorded at all. */
  abandon(record: RecordingRecord): Promise<RecordingRecord> {
    return this.#work(this.#over(record, undefined), record);
  }

  /** Finishes what a former process left unfinished, except the recordings that a resumed verb still works on. */
  finishLeftBehind(
    records: readonly RecordingRecord[],
    isInHand: (record: RecordingRecord) => boolean,
  ): void {
    for (const record of records) {
      if (isOver(record)) void this.#work(this.#transcribe(record), record);
      else if (!isInHand(record)) void this.finish(record);
    }
  }

  /** Resolves when nothing is being fetched or transcribed any more. */
  async idle(): Promise<void> {
    while (this.#working.size > 0) await Promise.all(this.#working);
  }

  /** Stops waiting for files; the next start finishes them. */
  stop(): void {
    this.#stopping.abort();
  }

  async #work<T>(work: Promise<T>, record: RecordingRecord): Promise<T | RecordingRecord> {
    const done = work.catch((error: unknown) => {
      this.#options.onTrouble(record.sid, error);
      return record;
    });
    this.#working.add(done);
    try {
      return await done;
    } finally {
      this.#working.delete(done);
    }
  }

  async #finish(record: RecordingRecord): Promise<RecordingRecord> {
    const { clock, files, onTrouble } = this.#options;
    const { signal } = this.#stopping;
    const finished = { ...record, silences: silences(record, clock.now()) };
    for (let attempt = 0; !signal.aborted; attempt += 1) {
      const kept = await files.keep(finished);
      if (kept.kind === 'kept') return this.#over(record, kept.durationMs);
      const delay = kept.kind === 'away' ? AWAY_RETRY_MS[attempt] : undefined;
      if (kept.kind === 'away' && delay !== undefined) {
        await clock.sleep(delay, signal);
        continue;
      }
      if (kept.kind !== 'silent') onTrouble(record.sid, kept.why);
      const absent = await this.#over(record, undefined);
      if (kept.kind === 'silent') await files.remove(record.sid, record);
      return absent;
    }
    return record;
  }

  async #over(record: RecordingRecord, durationMs: number | undefined): Promise<RecordingRecord> {
    const dateUpdated = this.#options.clock.now();
    const final: RecordingRecord =
      durationMs === undefined
        ? { ...withoutTranscription(record), dateUpdated, status: 'absent' }
        : // Even a word of 0.4 s counts as one second.
          {
            ...record,
            dateUpdated,
            status: 'completed',
            duration: Math.max(1, Math.round(durationMs / 1000)),
          };
    await this.#tell(final);
    if (final.transcription !== undefined) void this.#work(this.#transcribe(final), final);
    return final;
  }

  async #transcribe(record: RecordingRecord): Promise<RecordingRecord> {
    const { clock, recognizer, publicUrl, store, onTrouble } = this.#options;
    const { signal } = this.#stopping;
    const heard = await recognizer?.recognize(record, { language: 'en' }, signal);
    if (signal.aborted) return record;
    if (heard?.ok === false) onTrouble(record.sid, heard.message);
    const told = withoutTranscription({ ...record, dateUpdated: clock.now() });
    const callback = transcriptionCallback(record, publicUrl, heard?.ok ? heard : {}, clock.now());
    await store.commit({
      subjectSid: record.callSid,
      accountSid: record.accountSid,
      recordings: [told],
      ...(callback === undefined ? {} : { callbacks: [callback] }),
    });
    return told;
  }

  async #tell(record: RecordingRecord, isToldOf = true): Promise<void> {
    const { clock, publicUrl, store, onTrouble } = this.#options;
    const callback = isToldOf ? recordingCallback(record, publicUrl, clock.now()) : undefined;
    const entry: JournalEntry = {
      subjectSid: record.callSid,
      accountSid: record.accountSid,
      recordings: [record],
      events: [recordingEvent(record, clock.now())],
      ...(callback === undefined ? {} : { callbacks: [callback] }),
    };
    // A call goes on even when the database cannot write; a restart finds the file in Asterisk.
    await store.commit(entry).catch((error: unknown) => onTrouble(record.sid, error));
  }
}

function withoutTranscription(record: RecordingRecord): RecordingRecord {
  const { transcription, ...rest } = record;
  return transcription === undefined ? record : rest;
}
