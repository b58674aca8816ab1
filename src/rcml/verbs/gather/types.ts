import type { RequestTarget } from '../../../call/callback-target.ts';
import type { HttpMethod } from '../../../call/http-method.ts';
import type { SpeechHints } from '../../../call/speech-recognizer.ts';
import type { CompiledVerb } from '../../document/verb.ts';

/** `<Gather>`: collects what the caller presses or says, while and after a prompt. */
export interface GatherVerb {
  readonly action?: string;
  readonly method: HttpMethod;
  readonly dtmf: boolean;
  readonly speech: boolean;
  /** Seconds without a key, or until somebody speaks, that end it; 0: it ends with the prompt, or with the first key in it. */
  readonly timeoutS: number;
  /** The silence that ends what is said; undefined: as long as `timeoutS`. */
  readonly speechTimeoutMs?: number;
  /** A final result of a recognizer that hears it while it is spoken ends it at once. */
  readonly endsWithResult: boolean;
  /** Seconds that somebody may speak. */
  readonly maxSpeechS: number;
  /** The first key, or speech, stops the prompt. If not, it is heard to its end, and what comes before that does not count. */
  readonly bargeIn: boolean;
  /** Each of these keys ends the digits; empty: none does. */
  readonly finishOnKey: string;
  readonly numDigits?: number;
  readonly actionOnEmptyResult: boolean;
  readonly partialResult?: RequestTarget;
  /** What the recognizer is told. */
  readonly expected: SpeechHints;
  readonly prompt: readonly CompiledVerb[];
}

/** What was pressed so far. */
export interface GatherState {
  readonly digits: string;
}
