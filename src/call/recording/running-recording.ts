import { Serial } from '../../concurrency/serial.ts';
import type { CallControl } from '../call-control.ts';
import { compact } from '../compact.ts';
import type { LiveLeg } from '../leg/live-leg.ts';
import type { RecordingFiles } from './recording-files.ts';
import type { RecordingLifecycle } from './recording-lifecycle.ts';
import {
  isOver,
  type PauseBehavior,
  pauseOf,
  type RecordingPause,
  type RecordingRecord,
  type RecordingStatus,
  roomOf,
  unpausedStart,
} from './recording-record.ts';

/** So much later than it is told to, a recording goes on: what was said before is no longer on its way by then. */
export const RESUMES_AFTER_MS = 300;

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

/** A recording of a leg or a room, from its beginning to its file, whoever began it. */
export class RunningRecording {
  readonly #deps: RunningRecordingDeps;
  readonly #live: Pick<LiveLeg, 'sid'>;
  readonly #stop = new AbortController();
  readonly #changes = new Serial();
  readonly #onFailed: () => void;
  /** Resolves when nothing is recorded any more. */
  readonly ended: Promise<void>;
  #record: RecordingRecord;
  /** Since when Asterisk records, as far as is known. */
  #begunAt: number;
  #hasEnded = false;
  #finished: Promise<RecordingRecord> | undefined;

  /** Begins, or with `resumes` goes on with what a former process began. The record is durable already. */
  constructor(
    record: RecordingRecord,
    live: Pick<LiveLeg, 'sid'>,
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
    this.#begunAt = unpausedStart(record.pauses ?? []) ?? record.startTime;
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
      const { sid, pauses = [] } = this.#record;
      const pause = pauseOf(this.#record);
      if (pause !== undefined) return pause.how === how ? 'changed' : 'refused';
      // Both at once: what is said now must not wait for the disk, and a restart must find it paused.
      const noted = this.#become('paused', [...pauses, this.#pauseNow(pauses, how)]);
      const isPaused = await this.#deps.control.pauseRecording(this.#live.sid, sid);
      await noted;
      if (isPaused) {
        this.#setLast(pauses, this.#pauseNow(pauses, how));
        return 'changed';
      }
      if (!this.isRunning) return 'over';
      await this.#become('in-progress', pauses);
      return 'failed';
    });
  }

  /** Records again; resolves when that is so in Asterisk, and durable. */
  resume(): Promise<RecordingChange> {
    return this.#changes.run(async () => {
      if (!this.isRunning) return 'over';
      const { sid, pauses = [] } = this.#record;
      const pause = pauseOf(this.#record);
      if (pause === undefined) return 'changed';
      const until = this.#now() + RESUMES_AFTER_MS;
      await this.#become('in-progress', [...pauses.slice(0, -1), { ...pause, until }]);
      if (await this.#deps.control.resumeRecording(this.#live.sid, sid)) {
        this.#setLast(pauses.slice(0, -1), { ...pause, until: this.#now() });
        return 'changed';
      }
      if (!this.isRunning) return 'over';
      await this.#become('paused', pauses);
      return 'failed';
    });
  }

  /** Ends it for good: also after a restart it does not begin again. Its file is fetched at once. */
  stopForGood(): Promise<RecordingChange> {
    return this.#changes.run(async () => {
      if (!this.isRunning) return 'over';
      await this.#become('stopped', this.#record.pauses);
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
    const roomSid = roomOf(this.#record);
    const order = {
      recordingSid,
      channels,
      ...(roomSid === undefined ? {} : { roomSid }),
      ...(track === undefined || track === 'both' ? {} : { track }),
      ...(resumes ? { resumes } : { onBegun: () => (this.#begunAt = this.#now()) }),
    };
    const outcome = await this.#deps.control.recordTalk(this.#live.sid, order, this.#stop.signal);
    this.#hasEnded = true;
    if (outcome === 'failed') this.#onFailed();
  }

  /** Lets Asterisk do what is durable, whatever the former process had come to. */
  async #restore(): Promise<void> {
    if (!this.isRunning) return;
    const { sid, status } = this.#record;
    const { control } = this.#deps;
    if (status === 'paused') await control.pauseRecording(this.#live.sid, sid);
    else await control.resumeRecording(this.#live.sid, sid);
  }

  /** What the last pause really was; it is made durable with the next change. */
  #setLast(earlier: readonly RecordingPause[], last: RecordingPause): void {
    this.#record = { ...this.#record, pauses: [...earlier, last] };
  }

  #pauseNow(earlier: readonly RecordingPause[], how: PauseBehavior): RecordingPause {
    const since = this.#now();
    const pausedMs = earlier.reduce((sum, pause) => sum + (pause.until ?? since) - pause.since, 0);
    return { atMs: Math.max(0, since - this.#begunAt - pausedMs), since, how };
  }

  #now(): number {
    return this.#deps.lifecycle.now();
  }

  async #become(status: RecordingStatus, pauses: RecordingRecord['pauses']): Promise<void> {
    this.#record = compact({ ...this.#record, status, pauses });
    this.#record = await this.#deps.lifecycle.note(this.#record);
  }
}
