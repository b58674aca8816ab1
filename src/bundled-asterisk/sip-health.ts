import type { Clock } from '../concurrency/clock.ts';
import { HEALTH_ENDPOINT } from '../call/routing/sip-names.ts';
import { sendOptions } from './sip-options.ts';

const DEADLINE_MS = 2_000;

/** Sends OPTIONS to Asterisk's SIP port: true if it answers at all, whatever the answer is. */
export async function isSipAlive(
  address: { readonly host: string; readonly port: number },
  clock: Clock,
): Promise<boolean> {
  const where = { host: reachable(address.host), port: address.port };
  const asking = { user: HEALTH_ENDPOINT, maxForwards: 1, deadlineMs: DEADLINE_MS };
  return (await sendOptions({ ...where, ...asking }, clock)).kind === 'answered';
}

/** Nothing can be sent to a wildcard address. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  return host === '::' ? '::1' : host;
}
