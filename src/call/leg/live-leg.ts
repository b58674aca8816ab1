import { Serial } from '../../concurrency/serial.ts';
import type { EndedBy } from './ended-by.ts';
import { type CallStatus, type Leg, type LegState, type ReportedInput, statusOf } from './leg.ts';
import type { Cookies } from '../documents.ts';
import { OVER } from '../../concurrency/over.ts';

type StateListener = (state: LegState) => void;
type DigitListener = (digit: string) => void;

/**
 * A leg that lives in this process: its state as the journal last wrote it, and whoever waits for a change. Only the
 * journal changes the state.
 */
export class LiveLeg {
  #leg: Leg;
  /** Resolves when the leg's final state is durable. */
  readonly ended: Promise<void>;
  /** The leg that this one dials or talks to, for the number's status callback: the winner, else the newest. */
  outbound: LiveLeg | undefined;
  /** The leg that it talks to since one took the other out of a queue. */
  talksTo: LiveLeg | undefined;
  /** Places the leg again when a trunk fails; undefined for a leg that goes by no trunk. */
  tries: { takes(input: ReportedInput): boolean } | undefined;
  /** Shared by all documents that the leg runs. For the interpreter. */
  cookies: Cookies | undefined;

  #state: LegState;
  readonly #steps = new Serial();
  readonly #abort = new AbortController();
  readonly #listeners = new Set<StateListener>();
  readonly #digitListeners = new Set<DigitListener>();
  #resolveEnded: () => void = () => undefined;
  readonly #taken = new AbortController();
  #usedByDial: Promise<void> = Promise.resolve();
  #endedBy: EndedBy | undefined;

  constructor(leg: Leg, state: LegState) {
    this.#leg = leg;
    this.#state = state;
    this.ended = new Promise((resolve) => {
      this.#resolveEnded = resolve;
    });
    if (state.phase === 'ended') this.#conclude();
  }

  get leg(): Leg {
    return this.#leg;
  }

  get sid(): string {
    return this.#leg.sid;
  }

  get state(): LegState {
    return this.#state;
  }

  get status(): CallStatus {
    return statusOf(this.#state);
  }

  /** Who has made us end this leg; undefined while nobody has. */
  get endedBy(): EndedBy | undefined {
    return this.#endedBy;
  }

  /** Says who makes us end it, before we do; the first one counts. */
  endsBy(who: EndedBy): void {
    this.#endedBy ??= who;
  }

  /** Aborted when the leg has ended. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Aborted when the leg is taken out of the Dial that made it, to run a document of its own. */
  get taken(): AbortSignal {
    return this.#taken.signal;
  }

  /** Called by a Dial that uses this leg; it calls the returned function when it is done. `takeOut` waits for that. */
  useInDial(): () => void {
    let release: () => void = () => undefined;
    this.#usedByDial = new Promise((resolve) => {
      release = resolve;
    });
    return release;
  }

  /** Takes the leg out of the Dial that uses it; resolves when the Dial has let it go. */
  async takeOut(): Promise<void> {
    this.#taken.abort(OVER);
    await this.#usedByDial;
  }

  /** Resolves when a Dial has no more to do with this leg: it has ended or was taken out. */
  get doneWith(): Promise<void> {
    if (this.taken.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      this.taken.addEventListener('abort', () => resolve());
      void this.ended.then(resolve);
    });
  }

  /** Calls `listener` with every later state; returns a function that ends it. */
  onChange(listener: StateListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Calls `listener` with every digit that the other side presses from now on; returns a function that ends it. */
  onDigit(listener: DigitListener): () => void {
    this.#digitListeners.add(listener);
    return () => this.#digitListeners.delete(listener);
  }

  /** Resolves with the first state from now on that meets `condition`, or with the final one. */
  until(condition: (state: LegState) => boolean): Promise<LegState> {
    return new Promise((resolve) => {
      if (condition(this.#state) || this.#state.phase === 'ended') return resolve(this.#state);
      const stop = this.onChange((state) => {
        if (!condition(state) && state.phase !== 'ended') return;
        stop();
        resolve(state);
      });
    });
  }

  pressed(digit: string): void {
    for (const listener of this.#digitListeners) listener(digit);
  }

  /** Runs `step` after all earlier steps of this leg. For the journal. */
  inOrder(step: () => Promise<void>): Promise<void> {
    return this.#steps.run(step);
  }

  /** Replaces the leg by a changed one, which is durable or will be with its next state. */
  become(leg: Leg): void {
    this.#leg = leg;
  }

  /** Replaces the state by one that is durable. For the journal. */
  moveTo(state: LegState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener(state);
    if (state.phase === 'ended') this.#conclude();
  }

  #conclude(): void {
    this.#abort.abort(OVER);
    this.#resolveEnded();
  }
}
