import { compact } from '../../../call/compact.ts';
import type { CallbackTarget } from '../../../call/callback-target.ts';
import type { Parameters } from '../../../call/request-parameters.ts';
import type {
  RecordingRecord,
  RecordingSource,
  RecordingStatus,
} from '../../../call/recording/recording-record.ts';
import { newSid } from '../../../call/sids.ts';
import { ERROR_CODES } from '../../document/problem.ts';
import type { RunContext } from '../../run/run-context.ts';
import { recordedSound } from '../recorded-sound.ts';
import type { DialMemory } from './state.ts';
import type { DialContext, DialVerb } from './types.ts';

/** What is to be recorded, and where the callbacks about it go. */
export interface RecordingTerms {
  readonly source: RecordingSource;
  readonly channels: 1 | 2;
  readonly statusCallback?: CallbackTarget<RecordingStatus>;
}

/** A recording of the leg that runs the verb, from its beginning to its file. */
export class RunningRecording {
  readonly record: RecordingRecord;
  readonly #context: RunContext;
  readonly #stop = new AbortController();
  readonly #over: Promise<unknown>;

  private constructor(record: RecordingRecord, resumes: boolean, context: RunContext) {
    this.record = record;
    this.#context = context;
    this.#over = this.#run(resumes);
  }

  /** Begins; `keep` makes the recording durable in the verb's state before Asterisk records. */
  static async begin(
    terms: RecordingTerms,
    context: RunContext,
    keep: (record: RecordingRecord) => Promise<void>,
  ): Promise<RunningRecording> {
    const { live, recordings } = context;
    const record = await recordings.begin({
      ...terms,
      sid: newSid('RE'),
      accountSid: live.leg.accountSid,
      callSid: live.sid,
      trimSilence: false,
    });
    await keep(record);
    return new RunningRecording(record, false, context);
  }

  /** Resumes one that a former process began. */
  static resume(record: RecordingRecord, context: RunContext): RunningRecording {
    return new RunningRecording(record, true, context);
  }

  /** Ends it, without waiting for the end. */
  stop(): void {
    this.#stop.abort();
  }

  /** Nobody talked: nothing is kept. */
  async discard(): Promise<void> {
    const { recordings, recordingFiles } = this.#context;
    this.stop();
    await this.#over;
    await recordings.abandon(this.record);
    await recordingFiles.remove(this.record.sid, this.record);
  }

  /** Ends it and gives an action's parameters about it, for which the file is waited for; none if nobody awaits them. */
  async finish(isAwaited: boolean): Promise<Parameters> {
    const { clock, recordings } = this.#context;
    this.stop();
    const endedAt = clock.now();
    const finished = this.#over.then(() => recordings.finish(this.record));
    if (!isAwaited) return [];
    return recordedSound(this.record, finished, endedAt, this.#context);
  }

  async #run(resumes: boolean): Promise<void> {
    const { control, live } = this.#context;
    const { sid: recordingSid, channels } = this.record;
    const order = { recordingSid, channels, ...(resumes ? { resumes } : {}) };
    const outcome = await control.recordTalk(live.sid, order, this.#stop.signal);
    if (outcome !== 'failed') return;
    const message = 'Asterisk could not record this call';
    await this.#context.warn({ errorCode: ERROR_CODES.recordFailed, message });
  }
}

/** The recording of a Dial: of the caller's leg, from the ringing or from the callee's answer on. */
export class DialRecorder {
  readonly #verb: DialVerb;
  readonly #memory: DialMemory;
  readonly #context: DialContext;
  #running: RunningRecording | undefined;

  /** Resumes the recording that a former process had begun. */
  constructor(verb: DialVerb, memory: DialMemory, context: DialContext) {
    this.#verb = verb;
    this.#memory = memory;
    this.#context = context;
    const { recording } = memory.state;
    if (recording !== undefined) this.#running = RunningRecording.resume(recording, context);
  }

  /** Begins, if the Dial records and has not begun. There is nothing to record before the caller's leg is answered. */
  async begin(): Promise<void> {
    const { record, recordingCallback: statusCallback } = this.#verb;
    if (record === undefined || this.#running !== undefined) return;
    if (this.#context.live.state.phase !== 'in-progress') return;
    const terms: RecordingTerms = compact({
      source: 'DialVerb',
      channels: record.channels,
      statusCallback,
    });
    this.#running = await RunningRecording.begin(terms, this.#context, (recording) =>
      this.#memory.keep({ recording }),
    );
  }

  /** The talk is over; does not wait for the recording to end. */
  stop(): void {
    this.#running?.stop();
  }

  /** The action's parameters about the recording. Nothing is kept when nobody talked. */
  async finish(bridged: boolean): Promise<Parameters> {
    if (this.#running === undefined) return [];
    if (bridged) return this.#running.finish(this.#verb.action !== undefined);
    await this.#running.discard();
    return [];
  }
}
