import { lookup as systemLookup } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';
import { callbackify } from 'node:util';
import type { Egress } from '../egress.ts';

export interface ResolvedAddress {
  readonly address: string;
  readonly family: number;
}

/** All addresses of a host name; rejects with an error that has the code of one of Node's. */
export type Resolve = (host: string) => Promise<readonly ResolvedAddress[]>;

/** A host resolved to nothing but addresses that requests may not go to, or its name is denied. */
export class EgressDenied extends Error {
  override readonly name = 'EgressDenied';
  readonly code = 'EGRESS_DENIED';
}

/** For a program that asks for a few names and ends: each look-up holds a thread for as long as it takes. */
export const resolveBySystem: Resolve = (host) => systemLookup(host, { all: true, verbatim: true });

/**
 * The look-up that sockets connect by. What it returns has been checked, and there is no second look-up
 * between the check and the connection, so a name that changes its address in between gains nothing.
 */
export function checkedLookup(egress: Egress, resolve: Resolve): LookupFunction {
  const find = callbackify(async (host: string, family: number) => {
    const addresses = await allowedAddresses(egress, resolve, host);
    const fitting = addresses.filter((entry) => family === 0 || entry.family === family);
    const [first] = fitting;
    if (first === undefined) throw new EgressDenied('no allowed address of this family');
    return { first, fitting };
  });
  return (host, options, callback) => {
    find(host, familyNumber(options.family), (error, found) => {
      if (error !== null) callback(error, '', 0);
      else if (options.all === true) callback(null, [...found.fitting]);
      else callback(null, found.first.address, found.first.family);
    });
  };
}

function familyNumber(family: number | string | undefined): number {
  if (family === 'IPv4') return 4;
  return family === 'IPv6' ? 6 : Number(family ?? 0);
}

async function allowedAddresses(
  egress: Egress,
  resolve: Resolve,
  host: string,
): Promise<readonly ResolvedAddress[]> {
  const verdict = egress.hostVerdict(host);
  if (verdict === 'denied') throw new EgressDenied('the host name is denied');
  const addresses = await resolve(host);
  if (verdict === 'allowed') return addresses;
  const allowed = addresses.filter((entry) => egress.addressAllowed(entry.address));
  if (allowed.length === 0) throw new EgressDenied('every address of the host is denied');
  return allowed;
}

/**
 * What sockets do not look up: refuses an address literal that is denied (the URL parser has made
 * `127.1`, `0x7f.1` and their like plain), and other schemes than HTTP's.
 */
export function urlAllowed(egress: Egress, url: URL): boolean {
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return false;
  if (egress.originAllowed(url.origin)) return true;
  const literal = url.hostname.startsWith('[') ? url.hostname.slice(1, -1) : url.hostname;
  if (url.hostname.startsWith('[') || /^\d+(\.\d+){3}$/.test(literal)) return egress.addressAllowed(literal);
  return egress.hostVerdict(url.hostname) !== 'denied';
}
