import type { Clock } from '../../concurrency/clock.ts';
import type { Log } from '../../concurrency/log.ts';
import { FileTail } from './file-tail.ts';
import { type LoggedRefusal, RefusalReader } from './refusal-log.ts';

export interface RefusalWatchOptions {
  /** The path of Asterisk's log of notices, warnings and errors. */
  readonly logFile: string;
  readonly clock: Pick<Clock, 'after'>;
  readonly log: Log;
  readonly onRefused: (refusal: LoggedRefusal) => void;
}

const LOOK_MS = 500;
const AFTER_FAILURE_MS = 5_000;

/** Follows Asterisk's log, to learn of the INVITEs that Asterisk refuses itself: no event tells of them. */
export class RefusalWatch {
  readonly #options: RefusalWatchOptions;
  readonly #tail: FileTail;
  readonly #reader = new RefusalReader();
  #cancel: () => void = () => undefined;
  #stopped = false;

  constructor(options: RefusalWatchOptions) {
    this.#options = options;
    this.#tail = new FileTail(options.logFile);
    this.#next(0);
  }

  close(): void {
    this.#stopped = true;
    this.#cancel();
  }

  #next(inMs: number): void {
    if (this.#stopped) return;
    this.#cancel = this.#options.clock.after(inMs, () => void this.#look().then((ms) => this.#next(ms)));
  }

  /** Resolves with the time until the next look. */
  async #look(): Promise<number> {
    const { log, onRefused } = this.#options;
    try {
      for (const line of await this.#tail.lines()) {
        const refusal = this.#reader.read(line);
        if (refusal !== undefined) onRefused(refusal);
      }
      return LOOK_MS;
    } catch (error) {
      log.warn({ reason: String(error) }, 'what Asterisk refuses cannot be read from its log now');
      return AFTER_FAILURE_MS;
    }
  }
}
