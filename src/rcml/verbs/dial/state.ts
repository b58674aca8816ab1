import { readPosition } from '../../run/saved-position.ts';
import type { StateFormat } from '../../document/verb.ts';
import type { DialContext, DialState } from './types.ts';

export const DIAL_STATE: StateFormat<DialState> = {
  version: 2,
  read(value, version) {
    const state = value as DialState;
    if (version >= 2 || state.screenings === undefined) return state;
    // Version 1 kept the positions of screening documents in an older format.
    const screenings = Object.entries(state.screenings).map(([sid, { since, position }]) => {
      const read = position === undefined ? undefined : readPosition(position);
      return [sid, read?.kind === 'document' ? { since, position: read } : { since }] as const;
    });
    return { ...state, screenings: Object.fromEntries(screenings) };
  },
  recordings: ({ recording }) => (recording === undefined ? [] : [recording.sid]),
};

/** What a Dial remembers for a restart: each of its parts adds what it knows. */
export class DialMemory {
  readonly #context: DialContext;
  #state: DialState;

  constructor(context: DialContext) {
    this.#context = context;
    this.#state = context.savedState ?? {};
  }

  get state(): DialState {
    return this.#state;
  }

  /** Adds to what is remembered; resolves when it is durable. */
  keep(change: DialState): Promise<void> {
    this.#state = { ...this.#state, ...change };
    return this.#context.saveState(this.#state);
  }

  /** The two legs were not connected after all; resolves when that is durable. */
  forgetTalk(): Promise<void> {
    const { talkingSince: _, ...state } = this.#state;
    this.#state = state;
    return this.#context.saveState(state);
  }
}
