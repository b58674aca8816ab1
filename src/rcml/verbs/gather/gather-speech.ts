import { compact } from '../../../call/compact.ts';
import { present } from '../../../call/leg/parameters.ts';
import type { NewCallback } from '../../../call/journal-store.ts';
import type { OwnedRecording } from '../../../call/recording/recording-files.ts';
import type { Recognized } from '../../../call/speech-recognizer.ts';
import { newSid } from '../../../call/sids.ts';
import { ERROR_CODES } from '../../document/problem.ts';
import type { RunContext } from '../../run/run-context.ts';
import type { GatherVerb } from './types.ts';

/** What the caller said. */
export interface Speech {
  readonly transcript: string;
  /** 0 to 1, as the recognizer gave it. */
  readonly confidence?: string;
}

/** Nobody speaks longer than this to answer a question. */
const LONGEST_SPEECH_S = 60;

/** Whether speech can be recognized; when it cannot, a notification says so. */
export async function canHear(context: RunContext): Promise<boolean> {
  if (context.recognizer !== undefined) return true;
  const message = 'Gather cannot recognize speech: no recognizer is set (SPEECH_RECOGNIZER)';
  await context.warn({ errorCode: ERROR_CODES.gatherFailed, message });
  return false;
}

/** Records what is said until there is silence, and has it recognized; undefined when nothing was said or a key ended it. */
export async function listen(
  verb: GatherVerb,
  context: RunContext,
  pressed: AbortSignal,
): Promise<Speech | undefined> {
  const { control, live, recordingFiles } = context;
  const signal = AbortSignal.any([context.signal, pressed]);
  // Not one of the account's recordings: it is removed as soon as it was recognized.
  const sid = `speech-${newSid('RE')}`;
  const recording = { sid, accountSid: live.leg.accountSid };
  const order = { recordingSid: sid, beep: false, maxLengthS: LONGEST_SPEECH_S, silenceS: verb.timeoutS };
  const outcome = await control.record(live.sid, order, signal);
  try {
    if (outcome !== 'silence' && outcome !== 'max-length') return undefined;
    const kept = await recordingFiles.keep({ ...recording, trimSilence: false });
    if (kept.kind !== 'kept' || signal.aborted) return undefined;
    return await understand(recording, verb, context, signal);
  } finally {
    await recordingFiles.remove(sid);
  }
}

async function understand(
  recording: OwnedRecording,
  verb: GatherVerb,
  context: RunContext,
  signal: AbortSignal,
): Promise<Speech | undefined> {
  const { hints, language } = verb;
  const hinted = compact({ language, hints });
  const heard = await context.recognizer?.recognize(recording, hinted, signal);
  if (heard === undefined || signal.aborted) return undefined;
  if (!heard.ok) {
    const message = `Gather cannot recognize speech: ${heard.message}`;
    await context.warn({ errorCode: ERROR_CODES.gatherFailed, message });
    return undefined;
  }
  await tellPartials(heard, verb, context);
  const { transcript, confidence } = heard;
  if (transcript === '') return undefined;
  return { transcript, ...(confidence === undefined ? {} : { confidence: String(confidence) }) };
}

/** Owes one callback for each interim guess of the recognizer, and one for the final result. */
async function tellPartials(
  heard: Extract<Recognized, { ok: true }>,
  { partialResult }: GatherVerb,
  context: RunContext,
): Promise<void> {
  if (partialResult === undefined) return;
  const { live, clock, journal } = context;
  const { transcript, confidence: stability } = heard;
  const last = stability === undefined ? { transcript } : { transcript, stability };
  const steps = [...heard.partials, last].filter((step) => step.transcript !== '');
  const callbacks = steps.map(
    (step, number): NewCallback => ({
      sid: newSid('CB'),
      accountSid: live.leg.accountSid,
      callSid: live.sid,
      ...partialResult,
      parameters: [
        ...context.standardParameters(),
        ...present([
          ['UnstableSpeechResult', step.transcript],
          ['Stability', step.stability === undefined ? undefined : String(step.stability)],
          ['SequenceNumber', String(number)],
        ]),
      ],
      createdAt: clock.now(),
    }),
  );
  if (callbacks.length > 0) await journal.note(live, { callbacks });
}
