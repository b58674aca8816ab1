import type { ClientStatus } from '../../call/sip-status.ts';
import type { Clock } from '../../concurrency/clock.ts';
import type { ClientRecord } from '../../records/repositories.ts';
import { within } from '../../concurrency/deadline.ts';
import type { Provisioning } from '../ports.ts';

const DEADLINE_MS = 2000;
/** Each status is a request to Asterisk, and a page of a list may need a thousand. */
const AT_ONCE = 16;

/** Where the phones of these clients are, by the client's SID, without those for which Asterisk did not answer in time. */
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
  // If one fails, Asterisk is away, and the others would fail as well.
  await within(clock, DEADLINE_MS, () => Promise.all(Array.from({ length: AT_ONCE }, work)), undefined);
  waiting.length = 0;
  return found;
}
