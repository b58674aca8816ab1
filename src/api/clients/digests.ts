import { createHash } from 'node:crypto';
import { SIP_REALM } from '../../call/routing/sip-names.ts';
import type { ClientRecord } from '../../records/repositories.ts';

/** What is stored of a password. A digest includes the name that the phone gives: in lower case, or as it is spelled. */
export function digestsOf(login: string, password: string): Pick<ClientRecord, 'ha1' | 'ha1AsSpelled'> {
  const lower = login.toLowerCase();
  const ha1 = ha1Of(lower, password);
  return login === lower ? { ha1 } : { ha1, ha1AsSpelled: ha1Of(login, password) };
}

/** HA1 of the SIP digest (RFC 2617), in hex. */
export function ha1Of(name: string, password: string): string {
  return createHash('md5').update(`${name}:${SIP_REALM}:${password}`).digest('hex');
}
