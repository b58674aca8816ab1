import { isIP } from 'node:net';
import type { TrunkTest } from '../../api/ports.ts';
import { sendOptions } from '../../bundled-asterisk/sip-options.ts';
import type { TrunkRecord } from '../../records/repositories.ts';
import type { Foundation } from '../foundation.ts';

const DEADLINE_MS = 4_000;
const ANY_ADDRESS = ['0.0.0.0', '::'];

/**
 * Sends OPTIONS to a trunk from this machine, from Asterisk's address and a port of its own. Those who ask about one
 * trunk at the same time get the same answer.
 */
export function trunkTester({
  asterisk,
  clock,
  sipEgress,
}: Pick<Foundation, 'asterisk' | 'clock' | 'sipEgress'>): (trunk: TrunkRecord) => Promise<TrunkTest> {
  const running = new Map<string, Promise<TrunkTest>>();
  return (trunk) => {
    const test = running.get(trunk.sid) ?? run(trunk).finally(() => running.delete(trunk.sid));
    running.set(trunk.sid, test);
    return test;
  };

  async function run(trunk: TrunkRecord): Promise<TrunkTest> {
    const place = await sipEgress.placeOf(trunk);
    if ('why' in place) return { kind: 'not-sent', why: place.why };
    const { address: host, port } = place;
    const { transport, username, fromUser = username ?? 'legwork', fromDomain: domain, host: name } = trunk;
    const result = await sendOptions(
      {
        host,
        port,
        transport,
        user: fromUser,
        domain,
        name,
        localAddress: ownAddress(asterisk.sip?.host, host),
        deadlineMs: DEADLINE_MS,
      },
      clock,
    );
    const address = isIP(host) === 6 ? `[${host}]:${port}` : `${host}:${port}`;
    return result.kind === 'silent' ? { ...result, address, ms: DEADLINE_MS } : { ...result, address };
  }
}

/** Asterisk's, where it has a single one of the same kind: a trunk knows us by it. */
function ownAddress(sipHost: string | undefined, host: string): string | undefined {
  if (sipHost === undefined || ANY_ADDRESS.includes(sipHost)) return undefined;
  return isIP(sipHost) === isIP(host) ? sipHost : undefined;
}
