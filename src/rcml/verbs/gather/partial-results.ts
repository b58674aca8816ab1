import { compact } from '../../../call/compact.ts';
import type { NewCallback } from '../../../call/journal-store.ts';
import { present } from '../../../call/leg/parameters.ts';
import { newSid } from '../../../call/sids.ts';
import type { Guess } from '../../../call/speech-recognizer.ts';
import type { RunContext } from '../../run/run-context.ts';
import type { GatherVerb } from './types.ts';

/** Enough for ten minutes of speech. */
const MOST_CALLBACKS = 300;

/** Owes one callback for each interim guess of the recognizer, and one for what it has understood. */
export class PartialResults {
  readonly #target: GatherVerb['partialResult'];
  readonly #context: RunContext;
  #count = 0;
  #last: string | undefined;
  #written: Promise<unknown> = Promise.resolve();

  constructor({ partialResult }: GatherVerb, context: RunContext) {
    this.#target = partialResult;
    this.#context = context;
  }

  /** Resolves when everything that was told so far is durable. */
  get written(): Promise<unknown> {
    return this.#written;
  }

  /** In one write. What says the same as the guess before is left out, and so is an empty one. */
  tell(...guesses: readonly Guess[]): void {
    const callbacks = guesses.map((guess) => this.#callback(guess)).filter((made) => made !== undefined);
    if (callbacks.length === 0) return;
    const { journal, live } = this.#context;
    this.#written = Promise.all([this.#written, journal.note(live, { callbacks })]);
  }

  #callback({ transcript, stability }: Guess): NewCallback | undefined {
    const said = JSON.stringify(compact({ transcript, stability }));
    if (this.#target === undefined || transcript === '') return undefined;
    if (said === this.#last || this.#count === MOST_CALLBACKS) return undefined;
    this.#last = said;
    const { live, clock } = this.#context;
    const number = this.#count;
    this.#count += 1;
    return {
      sid: newSid('CB'),
      accountSid: live.leg.accountSid,
      callSid: live.sid,
      ...this.#target,
      parameters: [
        ...this.#context.standardParameters(),
        ...present([
          ['UnstableSpeechResult', transcript],
          ['Stability', stability === undefined ? undefined : String(stability)],
          ['SequenceNumber', String(number)],
        ]),
      ],
      createdAt: clock.now(),
    };
  }
}
