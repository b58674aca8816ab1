import type { DialTarget, PlaceOrder } from '../../call/call-control.ts';
import type { ShownCaller } from '../../call/routing/caller-id.ts';
import { readSipAddress } from '../../call/routing/sip-address.ts';
import { isOwnHeader, PROXY_ENDPOINT, PROXY_HEADERS, SIP_REALM } from '../../call/routing/sip-names.ts';
import type { SipProxy } from '../sip-accounts/sip-object.ts';

/** One registered phone of a client. */
export interface Contact {
  readonly uri: string;
  /** What Asterisk dials: `PJSIP/<endpoint>/<uri>`. */
  readonly dial: string;
}

/** What to dial, or why that cannot be dialled. */
export type DialString = { readonly dial: string } | { readonly refused: string };

/** Characters that may have a meaning in a dial string. A SIP address may have them as % and two hex digits. */
const ENCODED_IN_USER = /[^A-Za-z0-9._~+*!%-]/g;
const ENCODED_IN_PARAMETERS = /[^A-Za-z0-9._~+*!%;=[\]:-]/g;

/** Reads PJSIP_DIAL_CONTACTS: `PJSIP/<endpoint>/<uri>&PJSIP/…`. */
export function contactsOf(login: string, dialContacts: string): readonly Contact[] {
  const start = `PJSIP/${login}/`;
  return dialContacts
    .split(/&(?=PJSIP\/)/)
    .filter((dial) => dial.startsWith(start))
    .map((dial) => ({ dial, uri: dial.slice(start.length) }));
}

/**
 * The dial string of a target that is not a client; SIP addresses go out through `endpoint`. A dial string is a small
 * language, so every part is checked.
 */
export function dialStringOf(
  target: Exclude<DialTarget, { kind: 'client' }>,
  endpoint = 'rc-out',
): DialString {
  switch (target.kind) {
    case 'trunk':
      if (!/^[+*#0-9A-Za-z._-]{1,64}$/.test(target.number))
        return { refused: 'not a number that can be dialled' };
      if (!/^TK[0-9a-f]{32}$/.test(target.trunkSid)) return { refused: 'no such trunk' };
      return { dial: `PJSIP/${target.number}@${target.trunkSid}` };
    case 'sip':
      return sipDialString(target.uri, endpoint);
  }
}

/** Asterisk decodes them before it sends the address, which SIP allows there (tried). */
function sipDialString(uri: string, endpoint: string): DialString {
  const read = readSipAddress(uri);
  if (!read.ok) return { refused: `the address ${read.why}` };
  const { user, host, port, parameters } = read.address;
  const at = `${user.replace(ENCODED_IN_USER, encoded)}@${host}${port === undefined ? '' : `:${port}`}`;
  return { dial: `PJSIP/${endpoint}/sip:${at}${parameters.replace(ENCODED_IN_PARAMETERS, encoded)}` };
}

function encoded(sign: string): string {
  return `%${sign.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}

/** Channel variables that make Asterisk send the caller's number, name and our headers in the INVITE. */
export function inviteVariables(
  order: Pick<PlaceOrder, 'from' | 'callerName' | 'headers' | 'target'>,
): Readonly<Record<string, string>> {
  const { from, isWithheld }: ShownCaller = (order.target.kind === 'trunk' && order.target.caller) || order;
  const variables: Record<string, string> = { 'CONNECTEDLINE(num)': oneLine(from) };
  if (isWithheld === true) variables['CONNECTEDLINE(pres,i)'] = 'prohib';
  else if (order.callerName !== undefined) variables['CONNECTEDLINE(name)'] = oneLine(order.callerName);
  for (const [name, value] of order.headers) {
    // The header's name becomes part of the variable's name; other characters could change its meaning.
    if (/^X-[\w.-]+$/i.test(name) && !isOwnHeader(name))
      variables[`PJSIP_HEADER(add,${name})`] = oneLine(value);
  }
  return variables;
}

/** The dial string of a client that registers at the proxy, which rings all of its phones; the login is checked. */
export function proxyDialString(login: string): DialString {
  return { dial: `PJSIP/${PROXY_ENDPOINT}/sip:${login}@${SIP_REALM}` };
}

/** What proves to the proxy that a call comes from a switch. */
export function proxyVariables({ key }: SipProxy): Readonly<Record<string, string>> {
  return { [`PJSIP_HEADER(add,${PROXY_HEADERS.key})`]: key };
}

/** A line break would begin another header. */
function oneLine(value: string): string {
  return value.replace(/\p{Cc}+/gu, ' ').trim();
}
