import { compact } from '../../../call/compact.ts';
import type { Parameters } from '../../../call/request-parameters.ts';
import type { RecordingRecord } from '../../../call/recording/recording-record.ts';
import type { RunningRecording } from '../../../call/recording/running-recording.ts';
import type { BeginOptions, RecordingTerms } from '../../../call/recording/running-recordings.ts';
import { ERROR_CODES } from '../../document/problem.ts';
import type { RunContext } from '../../run/run-context.ts';
import { recordedSound } from '../recorded-sound.ts';
import type { DialMemory } from './state.ts';
import type { DialContext, DialVerb } from './types.ts';

/** A notification says that nothing is recorded. */
export function failureNoted(context: RunContext): Required<Pick<BeginOptions, 'onFailed'>> {
  const message = 'Asterisk could not record this call';
  return { onFailed: () => void context.warn({ errorCode: ERROR_CODES.recordFailed, message }) };
}

/** Ends a recording and gives an action's parameters about it, for which the file is waited for; none if nobody awaits them. */
export async function recordedParameters(
  running: RunningRecording,
  isAwaited: boolean,
  context: RunContext,
): Promise<Parameters> {
  const endedAt = context.clock.now();
  const finished = running.finish();
  if (!isAwaited) return [];
  return recordedSound(running.record, finished, endedAt, context);
}

/** The recording of a Dial: of the caller's leg, from the ringing or from the callee's answer on. */
export class DialRecorder {
  readonly #verb: DialVerb;
  readonly #memory: DialMemory;
  readonly #context: DialContext;
  #running: RunningRecording | undefined;

  private constructor(verb: DialVerb, memory: DialMemory, context: DialContext) {
    this.#verb = verb;
    this.#memory = memory;
    this.#context = context;
  }

  /** Resumes the recording that a former process had begun. */
  static async open(verb: DialVerb, memory: DialMemory, context: DialContext): Promise<DialRecorder> {
    const recorder = new DialRecorder(verb, memory, context);
    const { recording } = memory.state;
    if (recording !== undefined) await recorder.#resume(recording);
    return recorder;
  }

  /** Begins, if the Dial records and has not begun. There is nothing to record before the caller's leg is answered. */
  async begin(): Promise<void> {
    const { record, recordingCallback: statusCallback } = this.#verb;
    if (record === undefined || this.#running !== undefined) return;
    if (this.#context.live.state.phase !== 'in-progress') return;
    const terms: RecordingTerms = compact({
      source: 'DialVerb',
      channels: record.channels,
      track: record.track,
      trimSilence: record.trimSilence ?? false,
      statusCallback,
    });
    this.#running = await this.#context.runningRecordings.begin(this.#context.live, terms, {
      ...failureNoted(this.#context),
      keep: (recording) => this.#memory.keep({ recording }),
    });
  }

  /** The talk is over; does not wait for the recording to end. */
  stop(): void {
    this.#running?.stop();
  }

  /** The action's parameters about the recording. Nothing is kept when nobody talked. */
  async finish(bridged: boolean): Promise<Parameters> {
    if (this.#running === undefined) return [];
    if (bridged) return recordedParameters(this.#running, this.#verb.action !== undefined, this.#context);
    await this.#running.discard();
    return [];
  }

  async #resume(recording: RecordingRecord): Promise<void> {
    const { live, runningRecordings } = this.#context;
    this.#running = await runningRecordings.resume(live, recording, failureNoted(this.#context));
  }
}
