/** The time and every timer of the process come from this port, so that tests can control them. */
export interface Clock {
  /** Milliseconds since the epoch, for people; jumps when somebody sets the machine's clock. */
  now(): number;
  /**
   * A clock that never jumps: what `now` would say if nobody had set the machine's clock since the process
   * began. For limits, durations and due times.
   */
  steady(): number;
  /** Calls `run` once after `ms` milliseconds; returns a function that cancels it. */
  after(ms: number, run: () => void): () => void;
  /** Resolves after `ms` milliseconds, or at once (without error) when `signal` aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
