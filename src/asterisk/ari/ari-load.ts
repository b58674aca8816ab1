import type { Clock } from '../../concurrency/clock.ts';
import { connectRepaired, type RepairedClient } from './ari-client-repair.ts';
import { AriError } from './ari-error.ts';
import type { AriTransport } from './ari-transport.ts';
import type { Log } from '../../concurrency/log.ts';

const LOAD_DEADLINE_MS = 20_000;
const FIRST_RETRY_MS = 200;
const LONGEST_RETRY_MS = 3_000;

export interface LoadOptions {
  readonly url: string;
  readonly username: string;
  readonly password: string;
  readonly transport: AriTransport;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/**
 * Waits until Asterisk answers, then lets ari-client read its API. Rejects with AriError when Asterisk refuses
 * the credentials, or when `signal` aborts.
 */
export async function loadClient(options: LoadOptions): Promise<RepairedClient> {
  const { transport, clock, log, signal, username } = options;
  const url = originOf(options.url);
  for (let delay = FIRST_RETRY_MS; ; delay = Math.min(delay * 2, LONGEST_RETRY_MS)) {
    if (signal.aborted) throw new AriError(0, 'closed');
    try {
      // ari-client's own first request neither authenticates nor checks the status.
      await transport.send({ method: 'GET', url: `${url}/ari/asterisk/info?only=status` });
      return await withinDeadline(connectRepaired(url, options, transport), clock);
    } catch (error) {
      const { status, message } = error as AriError;
      if (status === 401 || status === 403) {
        throw new AriError(status, `Asterisk at ${url} refuses the ARI user "${username}"`);
      }
      log.info({ url, status, reason: message }, 'waiting for Asterisk');
    }
    await clock.sleep(delay, signal);
  }
}

/** `http://host:port` of a URL, which may have a path. */
export function originOf(url: string): string {
  return new URL(url).origin;
}

function withinDeadline<T>(work: Promise<T>, clock: Clock): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = clock.after(LOAD_DEADLINE_MS, () => {
      reject(new AriError(0, 'Asterisk did not describe its API in time'));
    });
    work.then(resolve, reject).finally(stop);
  });
}
