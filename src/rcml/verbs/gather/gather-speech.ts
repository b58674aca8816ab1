import { TALK_ENDS_AFTER_MS } from '../../../call/answering-machine/answer-detector.ts';
import { compact } from '../../../call/compact.ts';
import { ERROR_CODES } from '../../document/problem.ts';
import type { RunContext } from '../../run/run-context.ts';
import type { Ear, EarParts } from './ear.ts';
import { PartialResults } from './partial-results.ts';
import { RecordingEar } from './recording-ear.ts';
import { SpeechTimes } from './speech-times.ts';
import { StreamingEar } from './streaming-ear.ts';
import type { GatherVerb } from './types.ts';

/** What the caller said. */
export interface Speech {
  readonly transcript: string;
  /** 0 to 1, as the recognizer gave it. */
  readonly confidence?: string;
}

const NOT_LISTENING = 'Asterisk does not listen to this call';

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
  #isDeaf = false;

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

  /** It could not listen: keys may still come. */
  get isDeaf(): boolean {
    return this.#isDeaf;
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
    const partials = new PartialResults(this.#verb, this.#context);
    const { signal: done } = this.#done;
    const ear = earOf({ verb: this.#verb, context: this.#context, times: this.#times, partials, done });
    // Asterisk may fail at it, and the leg may end.
    void ear.taken.then(stop);
    const onChange = (isTalking: boolean) => this.#times.talks(isTalking);
    const isWatched = await control.detectTalking(live.sid, onChange, done);
    if (!isWatched) stop();
    const how = await this.#times.over;
    this.#done.abort();
    const taken = await ear.taken;
    try {
      if (signal.aborted) return undefined;
      if (taken === 'failed' || (!isWatched && taken !== 'gone')) await this.#fails(ear);
      if (how !== 'spoken') return undefined;
      return await this.#understand(ear, signal);
    } finally {
      signal.removeEventListener('abort', stop);
      await ear.remove();
      await partials.written;
    }
  }

  #fails({ failure }: Ear): Promise<void> {
    this.#isDeaf = true;
    const message =
      failure === undefined
        ? `Gather cannot hear speech: ${NOT_LISTENING}`
        : `Gather cannot recognize speech: ${failure}`;
    return this.#context.warn({ errorCode: ERROR_CODES.gatherFailed, message });
  }

  async #understand(ear: Ear, signal: AbortSignal): Promise<Speech | undefined> {
    const heard = await ear.understand(signal);
    if (heard === undefined || signal.aborted) return undefined;
    if ('failure' in heard) {
      const message = `Gather cannot recognize speech: ${heard.failure}`;
      await this.#context.warn({ errorCode: ERROR_CODES.gatherFailed, message });
      return undefined;
    }
    const { transcript, confidence } = heard;
    if (transcript === '') return undefined;
    return compact({ transcript, confidence: confidence === undefined ? undefined : String(confidence) });
  }
}

/** By the recognizer while it is spoken, where the recognizer and Asterisk can; else by a recording. */
function earOf(parts: EarParts): Ear {
  const { live, audio, recognizer } = parts.context;
  const listen = recognizer?.listen?.bind(recognizer);
  if (listen === undefined || audio.trouble !== undefined) return new RecordingEar(parts);
  const order = { accountSid: live.leg.accountSid, callSid: live.sid, hints: parts.verb.expected };
  return new StreamingEar(parts, (listener) => listen(order, listener));
}
