import type { Clock } from '../../concurrency/clock.ts';
import { AriError } from './ari-error.ts';
import { fields } from './ari-objects.ts';

/** The type of the event that comes back. */
export const ECHO_TYPE = 'ChannelUserevent';
const NAME = 'legwork-echo';

export interface EventEchoOptions {
  readonly clock: Clock;
  /** Between two questions, and so long an echo may take. */
  readonly everyMs: number;
  /** Has Asterisk send our application an event of this name. */
  readonly ask: (eventName: string) => Promise<unknown>;
  readonly onDeaf: () => void;
}

/**
 * Asks Asterisk, again and again, for an event of our own: only its arrival shows that events reach us. When
 * Asterisk reads the end of our old socket after the beginning of the new one (it hung, or had no processor), it
 * takes the application away from the new one: that answers pings, but no event ever comes, and calls are refused.
 */
export class EventEcho {
  readonly #options: EventEchoOptions;
  #stopTimer: () => void = () => undefined;
  /** What was asked last; another object after each question and each stop. */
  #asked = { taken: false, heard: false };

  constructor(options: EventEchoOptions) {
    this.#options = options;
  }

  start(): void {
    this.stop();
    this.#ask();
  }

  stop(): void {
    this.#stopTimer();
    this.#asked = { taken: false, heard: false };
  }

  /** Takes an event of the type of an echo; true when it is ours, and so for nobody else. */
  hear(event: unknown): boolean {
    if (fields(event)?.['eventname'] !== NAME) return false;
    this.#asked.heard = true;
    return true;
  }

  #ask(): void {
    const { clock, everyMs, ask, onDeaf } = this.#options;
    const asked = { taken: false, heard: false };
    this.#asked = asked;
    this.#stopTimer = clock.after(everyMs, () => {
      if (asked.taken && !asked.heard) onDeaf();
      else this.#ask();
    });
    ask(NAME).then(
      () => {
        asked.taken = true;
      },
      (error: unknown) => {
        // There is no such application. Whatever else is wrong, the socket's pings find out.
        if (this.#asked === asked && error instanceof AriError && error.code === 'gone') onDeaf();
      },
    );
  }
}
