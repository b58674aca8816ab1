import type { Understood } from '../../../call/speech-recognizer.ts';
import type { RunContext } from '../../run/run-context.ts';
import type { PartialResults } from './partial-results.ts';
import type { SpeechTimes } from './speech-times.ts';
import type { GatherVerb } from './types.ts';

/** What a Gather hears with. */
export interface EarParts {
  readonly verb: GatherVerb;
  readonly context: RunContext;
  readonly times: SpeechTimes;
  readonly partials: PartialResults;
  /** Aborted when what is said is over. */
  readonly done: AbortSignal;
}

/** Takes what a caller says to the recognizer, in one way or another. Nothing here rejects. */
export interface Ear {
  /** Settles when it takes nothing any more: before `done`, because the leg has gone or it cannot. */
  readonly taken: Promise<'stopped' | 'gone' | 'failed'>;
  /** In a sentence, why it cannot, if that is known. */
  readonly failure?: string | undefined;
  /** What was said, or in a sentence why that is not known; undefined when there is nothing to know. Asked after `taken`. */
  understand(signal: AbortSignal): Promise<Heard>;
  /** Takes away what was made. */
  remove(): Promise<void>;
}

export type Heard = Understood | { readonly failure: string } | undefined;
