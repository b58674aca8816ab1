import type { Clock } from '../concurrency/clock.ts';
import { KeyedSerial } from '../concurrency/serial.ts';
import type { Log } from '../concurrency/log.ts';

/** How long a reply waits until Asterisk has taken a change. */
const PUSH_DEADLINE_MS = 5000;

/**
 * Brings a stored change to Asterisk, after all earlier changes of the object with this `name` there, so that a slow
 * old state does not overwrite a new one. Resolves when Asterisk has the change, or does not take it now.
 */
export type AsteriskPush = (name: string, fields: object, push: () => Promise<void>) => Promise<void>;

/** A push that fails or is slow is only logged: the database has the change, and the next connect pushes it. */
export function asteriskPush(clock: Clock, log: Log): AsteriskPush {
  const queue = new KeyedSerial();
  return async (name, fields, push) => {
    const cut = new AbortController();
    const work = queue.run(name, push).then(
      () => cut.abort(),
      (error: unknown) => {
        log.warn(
          { ...fields, reason: String(error) },
          'Asterisk has not taken a change; it will get it at the next connect',
        );
        cut.abort();
      },
    );
    await Promise.race([work, clock.sleep(PUSH_DEADLINE_MS, cut.signal)]);
  };
}
