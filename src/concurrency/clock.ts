/** The time and every timer of the process go through this port, so that tests can own them. */
export interface Clock {
  /** Milliseconds since the epoch, for people; jumps when somebody sets the machine's clock. */
  now(): number;
  /**
   * Milliseconds that pass evenly, whatever becomes of the machine's clock: `now` as it would be had nobody set
   * it since the process began. For limits, spans, and when something is due.
   */
  steady(): number;
  /** Calls `run` once after `ms` milliseconds; returns a function that cancels it. */
  after(ms: number, run: () => void): () => void;
  /** Resolves after `ms` milliseconds, or at once (without error) when `signal` aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
