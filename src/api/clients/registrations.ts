import type { ClientStatus } from '../../call/sip-status.ts';
import type { Clock } from '../../concurrency/clock.ts';
import type { ClientRecord } from '../../records/repositories.ts';
import { within } from '../../concurrency/deadline.ts';
import type { Provisioning } from '../ports.ts';

const DEADLINE_MS = 2000;
/** Each is a request to Asterisk; a page of a list may ask for a thousand. */
const AT_ONCE = 16;

/** Where the phones of these clients are, by the client's SID; those that Asterisk has not told in time lack. */
export async function registrationsOf(
  clients: readonly ClientRecord[],
  provisioning: Provisioning,
  clock: Clock,
): Promise<ReadonlyMap<string, ClientStatus>> {
  const found = new Map<string, ClientStatus>();
  const waiting = [...clients];
  const work = async () => {
    for (let client = waiting.shift(); client !== undefined; client = waiting.shift()) {
      found.set(client.sid, await provisioning.clientStatus(client.login.toLowerCase()));
    }
  };
  // One that fails means that Asterisk is away: the others would fail as well.
  await within(clock, DEADLINE_MS, () => Promise.all(Array.from({ length: AT_ONCE }, work)), undefined);
  waiting.length = 0;
  return found;
}
