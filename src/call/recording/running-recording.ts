import { Serial } from '../../concurrency/serial.ts';
import type { CallControl } from '../call-control.ts';
import { compact } from '../compact.ts';
import type { LiveLeg } from '../leg/live-leg.ts';
import type { RecordingFiles } from './recording-files.ts';
import type { RecordingLifecycle } from './recording-lifecycle.ts';
import {
  isOver,
  type PauseBehavior,
  type RecordingRecord,
  type RecordingStatus,
} from './recording-record.ts';

export interface RunningRecordingDeps {
  readonly control: Pick<CallControl, 'recordTalk' | 'pauseRecording' | 'resumeRecording'>;
  readonly lifecycle: RecordingLifecycle;
  readonly files: RecordingFiles;
}

/**
 * What came of a change: `over`: it has ended already; `refused`: the change does not fit its present state; `failed`:
 * Asterisk did not do it, and nothing has changed.
 */
export type RecordingChange = 'changed' | 'over' | 'refused' | 'failed';

/** A recording of what a leg says and hears, from its beginning to its file, whoever began it. */
export class RunningRecording {
  readonly #deps: RunningRecordingDeps;
  readonly #live: LiveLeg;
  readonly #stop = new AbortController();
  readonly #changes = new Serial();
  readonly #onFailed: () => void;
  /** Resolves when nothing is recorded any more. */
  readonly ended: Promise<void>;
  #record: RecordingRecord;
  #hasEnded = false;
  #finished: Promise<RecordingRecord> | undefined;

  /** Begins, or with `resumes` goes on with what a former process began. The record is durable already. */
  constructor(
    record: RecordingRecord,
    live: LiveLeg,
    deps: RunningRecordingDeps,
    {
      resumes = false,
      onFailed = () => undefined,
    }: { readonly resumes?: boolean; readonly onFailed?: () => void } = {},
  ) {
    this.#record = record;
    this.#live = live;
    this.#deps = deps;
    this.#onFailed = onFailed;
    if (isOver(record)) this.#finished = Promise.resolve(record);
    // It was stopped, and is only to be finished.
    if (record.status === 'stopped') this.#stop.abort();
    this.ended = isOver(record) ? Promise.resolve() : this.#run(resumes);
    if (isOver(record)) this.#hasEnded = true;
    else if (resumes) void this.#changes.run(() => this.#restore());
  }

  /** As it was last made durable. */
  get record(): RecordingRecord {
    return this.#record;
  }

  /** Whether it still records, or is paused. */
  get isRunning(): boolean {
    return !this.#hasEnded && !this.#stop.signal.aborted;
  }

  /** From then on nothing is recorded; resolves when that is so in Asterisk, and durable. */
  pause(how: PauseBehavior): Promise<RecordingChange> {
    return this.#changes.run(async () => {
      if (!this.isRunning) return 'over';
      const { status, pauseBehavior, sid } = this.#record;
      if (status === 'paused') return pauseBehavior === how ? 'changed' : 'refused';
      // Both at once: what is said now must not wait for the disk, and a restart must find it paused.
      const noted = this.#become('paused', how);
      const isPaused = await this.#deps.control.pauseRecording(this.#live.sid, sid, how);
      await noted;
      if (isPaused) return 'changed';
      if (!this.isRunning) return 'over';
      await this.#become('in-progress');
      return 'failed';
    });
  }

  /** Records again; resolves when that is so in Asterisk, and durable. */
  resume(): Promise<RecordingChange> {
    return this.#changes.run(async () => {
      if (!this.isRunning) return 'over';
      const { status, pauseBehavior, sid } = this.#record;
      if (status !== 'paused') return 'changed';
      await this.#become('in-progress');
      if (await this.#deps.control.resumeRecording(this.#live.sid, sid)) return 'changed';
      if (!this.isRunning) return 'over';
      await this.#become('paused', pauseBehavior);
      return 'failed';
    });
  }

  /** Ends it for good: also after a restart it does not begin again. Its file is fetched at once. */
  stopForGood(): Promise<RecordingChange> {
    return this.#changes.run(async () => {
      if (!this.isRunning) return 'over';
      await this.#become('stopped');
      void this.finish();
      return 'changed';
    });
  }

  /** Ends it, without waiting for the end. */
  stop(): void {
    this.#stop.abort();
  }

  /** Ends it, fetches its file and tells whoever asked; resolves with the final record. May be repeated. */
  finish(): Promise<RecordingRecord> {
    this.stop();
    this.#finished ??= this.ended.then(() => this.#deps.lifecycle.finish(this.#record));
    return this.#finished;
  }

  /** Finishes it when the leg ends, or when it is stopped. */
  finishAtEnd(): void {
    void this.ended.then(() => this.finish());
  }

  /** Ends it, and nothing is kept, unless somebody has stopped it for good before. */
  async discard(): Promise<void> {
    if (this.#finished !== undefined) return void (await this.#finished);
    this.stop();
    await this.ended;
    const { lifecycle, files } = this.#deps;
    this.#finished = lifecycle.abandon(this.#record);
    await this.#finished;
    await files.remove(this.#record.sid, this.#record);
  }

  async #run(resumes: boolean): Promise<void> {
    const { sid: recordingSid, channels, track } = this.#record;
    const order = {
      recordingSid,
      channels,
      ...(track === undefined || track === 'both' ? {} : { track }),
      ...(resumes ? { resumes } : {}),
    };
    const outcome = await this.#deps.control.recordTalk(this.#live.sid, order, this.#stop.signal);
    this.#hasEnded = true;
    if (outcome === 'failed') this.#onFailed();
  }

  /** Lets Asterisk do what is durable, whatever the former process had come to. */
  async #restore(): Promise<void> {
    if (!this.isRunning) return;
    const { sid, status, pauseBehavior = 'silence' } = this.#record;
    const { control } = this.#deps;
    if (status === 'paused') await control.pauseRecording(this.#live.sid, sid, pauseBehavior);
    else await control.resumeRecording(this.#live.sid, sid);
  }

  async #become(status: RecordingStatus, how?: PauseBehavior): Promise<void> {
    const { pauseBehavior: _former, ...record } = this.#record;
    this.#record = compact({ ...record, status, pauseBehavior: how });
    this.#record = await this.#deps.lifecycle.note(this.#record);
  }
}
