import type { RequestTarget } from '../../../call/callback-target.ts';
import type { HttpMethod } from '../../../call/http-method.ts';
import type { CompiledVerb } from '../../document/verb.ts';

/** `<Gather>`: collects what the caller presses or says, while and after a prompt. */
export interface GatherVerb {
  readonly action?: string;
  readonly method: HttpMethod;
  readonly dtmf: boolean;
  readonly speech: boolean;
  /** Seconds without a key, or of silence, that end it; 0: it ends with the prompt, or with the first key in it. */
  readonly timeoutS: number;
  /** Each of these keys ends the digits; empty: none does. */
  readonly finishOnKey: string;
  readonly numDigits?: number;
  readonly actionOnEmptyResult: boolean;
  readonly partialResult?: RequestTarget;
  readonly hints?: string;
  readonly language: string;
  readonly prompt: readonly CompiledVerb[];
}

/** What was pressed so far. */
export interface GatherState {
  readonly digits: string;
}
