import { TALK_ENDS_AFTER_MS } from '../../../call/answering-machine/answer-detector.ts';
import { compact } from '../../../call/compact.ts';
import { present } from '../../../call/leg/parameters.ts';
import type { NewCallback } from '../../../call/journal-store.ts';
import type { OwnedRecording } from '../../../call/recording/recording-files.ts';
import type { Recognized } from '../../../call/speech-recognizer.ts';
import { newSid } from '../../../call/sids.ts';
import { ERROR_CODES } from '../../document/problem.ts';
import type { RunContext } from '../../run/run-context.ts';
import { SpeechTimes } from './speech-times.ts';
import type { GatherVerb } from './types.ts';

/** What the caller said. */
export interface Speech {
  readonly transcript: string;
  /** 0 to 1, as the recognizer gave it. */
  readonly confidence?: string;
}

/** Whether speech can be recognized; when it cannot, a notification says so. */
export async function canHear(context: RunContext): Promise<boolean> {
  if (context.recognizer !== undefined) return true;
  const message = 'Gather cannot recognize speech: no recognizer is set (SPEECH_RECOGNIZER)';
  await context.warn({ errorCode: ERROR_CODES.gatherFailed, message });
  return false;
}

/** Listens to the caller from its making on, and has what was said recognized. A key ends it. */
export class SpeechHearing {
  /** What was said; undefined when nothing was, or something else ended it. */
  readonly heard: Promise<Speech | undefined>;
  readonly #verb: GatherVerb;
  readonly #context: RunContext;
  readonly #times: SpeechTimes;
  /** Aborted when nobody listens any more. */
  readonly #done = new AbortController();

  constructor(verb: GatherVerb, context: RunContext, pressed: AbortSignal) {
    this.#verb = verb;
    this.#context = context;
    const { timeoutS, speechTimeoutMs = timeoutS * 1000, maxSpeechS } = verb;
    const rules = {
      waitMs: timeoutS * 1000,
      // That much silence has been when it is reported.
      pauseMs: Math.max(0, speechTimeoutMs - TALK_ENDS_AFTER_MS),
      longestMs: maxSpeechS * 1000,
    };
    this.#times = new SpeechTimes(rules, context.clock);
    this.heard = this.#listen(AbortSignal.any([context.signal, pressed]));
  }

  /** Aborted when the caller has begun to speak. */
  get begun(): AbortSignal {
    return this.#times.begun;
  }

  /** From now on the time counts until the caller begins to speak. */
  promptOver(): void {
    this.#times.promptOver();
  }

  /** Nobody wants to know any more. */
  stop(): void {
    this.#times.stop();
  }

  async #listen(signal: AbortSignal): Promise<Speech | undefined> {
    const { control, live } = this.#context;
    const stop = () => this.#times.stop();
    signal.addEventListener('abort', stop);
    if (signal.aborted) stop();
    // Not one of the account's recordings: it is removed as soon as it was recognized.
    const recording = { sid: `speech-${newSid('RE')}`, accountSid: live.leg.accountSid };
    const order = { recordingSid: recording.sid, channels: 1, track: 'inbound' } as const;
    const recorded = control.recordTalk(live.sid, order, this.#done.signal);
    // Asterisk may fail at it, and the leg may end.
    void recorded.then(stop);
    const onChange = (isTalking: boolean) => this.#times.talks(isTalking);
    const isWatched = await control.detectTalking(live.sid, onChange, this.#done.signal);
    if (!isWatched) stop();
    const how = await this.#times.over;
    this.#done.abort();
    const outcome = await recorded;
    try {
      if (!signal.aborted && (outcome === 'failed' || (!isWatched && outcome !== 'gone')))
        await this.#fails();
      if (signal.aborted || how !== 'spoken') return undefined;
      const kept = await this.#context.recordingFiles.keep({ ...recording, trimSilence: true });
      if (kept.kind !== 'kept' || signal.aborted) return undefined;
      return await understand(recording, this.#verb, this.#context, signal);
    } finally {
      signal.removeEventListener('abort', stop);
      await this.#context.recordingFiles.remove(recording.sid);
    }
  }

  #fails(): Promise<void> {
    const message = 'Gather cannot hear speech: Asterisk does not listen to this call';
    return this.#context.warn({ errorCode: ERROR_CODES.gatherFailed, message });
  }
}

async function understand(
  recording: OwnedRecording,
  verb: GatherVerb,
  context: RunContext,
  signal: AbortSignal,
): Promise<Speech | undefined> {
  const heard = await context.recognizer?.recognize(recording, verb.expected, signal);
  if (heard === undefined || signal.aborted) return undefined;
  if (!heard.ok) {
    const message = `Gather cannot recognize speech: ${heard.message}`;
    await context.warn({ errorCode: ERROR_CODES.gatherFailed, message });
    return undefined;
  }
  await tellPartials(heard, verb, context);
  const { transcript, confidence } = heard;
  if (transcript === '') return undefined;
  return compact({ transcript, confidence: confidence === undefined ? undefined : String(confidence) });
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
