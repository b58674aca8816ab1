import type { Clock } from '../../../concurrency/clock.ts';
import type { LiveLeg } from '../../../call/leg/live-leg.ts';

/** The limit without numDigits. */
export const MOST_DIGITS = 1000;

/** When digits are complete. Times in milliseconds. */
export interface DigitRules {
  readonly timeoutMs: number;
  /** Each of these keys ends the digits and is not one of them. */
  readonly finishOnKey: string;
  readonly mostDigits: number;
  /** False: keys are ignored, only the timeout ends it. */
  readonly listens: boolean;
}

export interface DigitRun {
  readonly live: LiveLeg;
  readonly clock: Clock;
  /** Aborted when the leg has ended or goes on with another document. */
  readonly signal: AbortSignal;
  /** What was pressed before a restart. */
  readonly already: string;
  /** Called with all the digits whenever one was added. */
  onDigits(digits: string): void;
}

/**
 * Collects the digits that the other side presses, from now on, until they are complete. The timeout begins with
 * `startTimer`, and anew with every key.
 */
export class DigitCollector {
  /** Resolves when a finish key came, there are enough digits, the time is up, or the run's signal aborted. */
  readonly complete: Promise<void>;
  readonly #rules: DigitRules;
  readonly #run: DigitRun;
  readonly #pressed = new AbortController();
  readonly #over = new AbortController();
  readonly #stopListening: () => void;
  #resolve: () => void = () => undefined;
  #digits: string;
  #finished = false;
  #cancelTimer: () => void = () => undefined;

  constructor(rules: DigitRules, run: DigitRun) {
    this.#rules = rules;
    this.#run = run;
    this.#digits = run.already;
    this.complete = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    this.#stopListening = rules.listens ? run.live.onDigit((digit) => this.#press(digit)) : () => undefined;
    run.signal.addEventListener('abort', this.#finish);
    if (run.already !== '') this.#pressed.abort();
    if (run.signal.aborted || run.already.length >= rules.mostDigits) this.#finish();
  }

  get digits(): string {
    return this.#digits;
  }

  /** Aborted by the first key, also by a finish key. */
  get pressed(): AbortSignal {
    return this.#pressed.signal;
  }

  /** Aborted when `complete` resolves. */
  get over(): AbortSignal {
    return this.#over.signal;
  }

  /** Starts the timeout, or starts it anew. */
  startTimer(): void {
    if (this.#finished) return;
    this.#cancelTimer();
    this.#cancelTimer = this.#run.clock.after(this.#rules.timeoutMs, this.#finish);
  }

  /** Stops collecting. */
  stop(): void {
    this.#finish();
  }

  #press(digit: string): void {
    if (this.#finished) return;
    if (this.#rules.finishOnKey.includes(digit)) {
      this.#finish();
    } else {
      this.#digits += digit;
      this.#run.onDigits(this.#digits);
      if (this.#digits.length >= this.#rules.mostDigits) this.#finish();
      else this.startTimer();
    }
    this.#pressed.abort();
  }

  readonly #finish = () => {
    if (this.#finished) return;
    this.#finished = true;
    this.#cancelTimer();
    this.#stopListening();
    this.#run.signal.removeEventListener('abort', this.#finish);
    this.#over.abort();
    this.#resolve();
  };
}
