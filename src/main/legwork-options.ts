import type { Clock } from '../concurrency/clock.ts';
import type { Config } from '../config.ts';
import type { LogLines } from '../records/log-lines.ts';
import type { Logger } from '../logger.ts';

export interface LegworkOptions {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Logger;
  /** What the log said last. */
  readonly logLines?: LogLines;
  readonly version: string;
  /** Told, in plain lines, what takes long during the start. */
  progress(line: string): void;
  /** Aborts when Legwork is to stop; a start then no longer waits for Asterisk. */
  readonly stopped?: AbortSignal;
  /** Another process has our database now: this one must end at once, as if it had been killed. */
  readonly databaseTaken?: (message: string) => void;
}
