import type { Clock } from '../../concurrency/clock.ts';
import { AriError } from './ari-error.ts';
import { fields } from './ari-objects.ts';

/** The type of the event that comes back. */
export const ECHO_TYPE = 'ChannelUserevent';
const NAME = 'legwork-echo';

export interface EventEchoOptions {
  readonly clock: Clock;
  /** The time between two requests, which is also how long an echo may take. */
  readonly everyMs: number;
  /** Asks Asterisk to send our application an event of this name. */
  readonly ask: (eventName: string) => Promise<unknown>;
  readonly onDeaf: () => void;
}

/**
 * Asks Asterisk again and again for an event of our own, because only its arrival shows that events reach us. If
 * Asterisk (which hung, or got no CPU) notices the end of our old socket after the start of the new one, it takes the
 * application away from the new one: that one still answers pings, but gets no events, and calls are refused.
 */
export class EventEcho {
  readonly #options: EventEchoOptions;
  #stopTimer: () => void = () => undefined;
  /** The last request; each request and each `stop` makes a new object. */
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

  /** Reads an event of type ECHO_TYPE; true when it is our echo, which concerns nobody else. */
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
        // Our application is gone. Anything else that is wrong is noticed by the socket's pings.
        if (this.#asked === asked && error instanceof AriError && error.code === 'gone') onDeaf();
      },
    );
  }
}
