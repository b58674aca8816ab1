import type { StateFormat } from '../../document/verb.ts';
import type { Position } from '../../run/position.ts';
import { readPosition } from '../../run/saved-position.ts';
import type { EnqueueContext, EnqueueEnd, EnqueueState } from './types.ts';

export const ENQUEUE_STATE: StateFormat<EnqueueState> = {
  version: 1,
  read(value) {
    const { wait, ...state } = value as EnqueueState;
    const position = wait === undefined ? undefined : readPosition(wait);
    return position?.kind === 'document' ? { ...state, wait: position } : state;
  },
};

/** What an Enqueue remembers for a restart. */
export class EnqueueMemory {
  readonly #context: EnqueueContext;
  /** How it ended, when a former process had got so far. */
  readonly end: EnqueueEnd | undefined;
  #wait: Position | undefined;

  constructor(context: EnqueueContext) {
    this.#context = context;
    this.end = context.savedState?.end;
    this.#wait = context.savedState?.wait;
  }

  /** Where a former process stood in the wait document; only once. */
  takeWait(): Position | undefined {
    const wait = this.#wait;
    this.#wait = undefined;
    return wait;
  }

  /** Replaces what is remembered; resolves when it is durable. */
  keep(state: EnqueueState): Promise<void> {
    return this.#context.saveState(state);
  }
}
