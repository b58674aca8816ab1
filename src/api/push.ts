import type { Clock } from '../concurrency/clock.ts';
import { KeyedSerial } from '../concurrency/serial.ts';
import type { Log } from '../concurrency/log.ts';

/** How long a reply waits for Asterisk to have taken a change. */
const PUSH_DEADLINE_MS = 5000;

/**
 * Brings a stored change to Asterisk, after all earlier ones of what is called `name` there: an old state that
 * is slow must not undo a new one. Resolves when it is there, or when Asterisk does
 * not take it now.
 */
export type AsteriskPush = (name: string, fields: object, push: () => Promise<void>) => Promise<void>;

/** A push that fails or is slow is only logged: the database has the change, the next connect brings it. */
export function asteriskPush(clock: Clock, log: Log): AsteriskPush {
  const queue = new KeyedSerial();
  return async (name, fields, push) => {
    const cut = new AbortController();
    const work = queue.run(name, push).then(
      () => cut.abort(),
      (error: unknown) => {
        log.warn(
          { ...fields, reason: String(error) },
          'Asterisk has not taken a change; it gets it at the next connect',
        );
        cut.abort();
      },
    );
    await Promise.race([work, clock.sleep(PUSH_DEADLINE_MS, cut.signal)]);
  };
}
