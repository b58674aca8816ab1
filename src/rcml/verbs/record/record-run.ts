import { compact } from '../../../call/compact.ts';
import { present } from '../../../call/leg/parameters.ts';
import type { Parameters } from '../../../call/request-parameters.ts';
import type { RecordOutcome } from '../../../call/call-control.ts';
import type { RecordingRecord } from '../../../call/recording/recording-record.ts';
import { newSid } from '../../../call/sids.ts';
import { ERROR_CODES } from '../../document/problem.ts';
import { reportedEnd } from '../../run/leg-ending.ts';
import type { Kept, RunContext, VerbOutcome } from '../../run/run-context.ts';
import { recordedSound } from '../recorded-sound.ts';
import type { RecordVerb, RecordState } from './types.ts';

/** Records until something ends it, and requests the action; the file is fetched meanwhile. */
export async function runRecord(
  verb: RecordVerb,
  context: RunContext & Kept<RecordState>,
): Promise<VerbOutcome> {
  const { clock, live, recordings, signal } = context;
  const former = context.savedState;
  const recording = former?.recording ?? (await begin(verb, context));
  const { outcome, key } =
    former === undefined
      ? await recordUntilEnd(verb, recording, false, context)
      : await goOn(verb, recording, context);
  const endedAt = clock.now();
  if (outcome === 'failed') {
    const message = 'Record failed: Asterisk could not record this call';
    await context.warn({ errorCode: ERROR_CODES.recordFailed, message });
  }
  const finished = outcome === 'failed' ? recordings.abandon(recording) : recordings.finish(recording);
  // When the caller hangs up, the recording ends a moment before the leg; the action must have the final status.
  if (outcome === 'gone') await reportedEnd(live, clock);
  const hungUp = live.signal.aborted;
  if (signal.aborted && !hungUp) return { kind: 'ended' };
  if (verb.action === undefined) return hungUp ? { kind: 'ended' } : { kind: 'next' };
  const sound = await recordedSound(recording, finished, endedAt, context);
  const digits = key ?? (hungUp ? 'hangup' : undefined);
  const extraParameters: Parameters = [...sound, ...present([['Digits', digits]])];
  return {
    kind: 'fetch',
    request: { url: verb.action, method: verb.method, extraParameters, reason: 'action' },
  };
}

async function begin(verb: RecordVerb, context: RunContext & Kept<RecordState>): Promise<RecordingRecord> {
  const { live, recognizer, recordings } = context;
  const { statusCallback, transcribeCallback } = verb;
  if (transcribeCallback !== undefined && recognizer === undefined) {
    const message = 'Record cannot transcribe: no recognizer is set (SPEECH_RECOGNIZER)';
    await context.warn({ errorCode: ERROR_CODES.recordFailed, message });
  }
  const recording = await recordings.begin(
    compact({
      sid: newSid('RE'),
      accountSid: live.leg.accountSid,
      callSid: live.sid,
      source: 'RecordVerb',
      channels: 1,
      trimSilence: verb.trimSilence,
      statusCallback,
      ...(transcribeCallback === undefined || recognizer === undefined
        ? {}
        : { transcription: { url: transcribeCallback, parameters: context.standardParameters() } }),
    }),
  );
  await context.saveState({ recording });
  return recording;
}

/** Resumes where a former process stood: in the recording, before it (the beep is heard once more), or after its end. */
async function goOn(
  verb: RecordVerb,
  recording: RecordingRecord,
  context: RunContext,
): ReturnType<typeof recordUntilEnd> {
  const watched = await recordUntilEnd(verb, recording, true, context);
  if (watched.outcome !== 'missing') return watched;
  const kept = await context.recordingFiles.keep(recording);
  // Asterisk no longer has it because it was fetched already.
  if (kept.kind !== 'missing') return { ...watched, outcome: 'silence' };
  return recordUntilEnd(verb, recording, false, context);
}

async function recordUntilEnd(
  verb: RecordVerb,
  recording: RecordingRecord,
  resumes: boolean,
  { control, live, signal }: RunContext,
): Promise<{ readonly outcome: RecordOutcome; readonly key?: string }> {
  const finish = new AbortController();
  let key: string | undefined;
  const stopListening = live.onDigit((digit) => {
    if (key !== undefined || !verb.finishOnKey.includes(digit)) return;
    key = digit;
    finish.abort();
  });
  const order = {
    recordingSid: recording.sid,
    beep: verb.playBeep,
    maxLengthS: verb.maxLengthS,
    ...(verb.timeoutS === 0 ? {} : { silenceS: verb.timeoutS }),
    ...(resumes ? { resumes } : {}),
  };
  const outcome = await control.record(live.sid, order, AbortSignal.any([signal, finish.signal]));
  stopListening();
  return key === undefined ? { outcome } : { outcome, key };
}
