import { readPhoneNumber } from './phone-number.ts';
import type { Directory } from '../directory.ts';
import type { DialTarget } from '../call-control.ts';
import { decodedUser, readSipAddress, type SipAddress } from './sip-address.ts';

/** Whom a Dial noun or a REST call names. */
export type CalleeAddress =
  | { readonly kind: 'client' /** As spelled. */; readonly name: string }
  | { readonly kind: 'number'; readonly number: string }
  | { readonly kind: 'sip'; readonly uri: string };

/** Where an address leads, or why it leads nowhere: then the leg ends `failed` at once. */
export type Resolved =
  | { readonly ok: true; readonly target: DialTarget }
  | { readonly ok: false; readonly why: string };

/** Finds out where an address leads for this account. Never rejects: a leg that was made needs an outcome. */
export async function resolveTarget(
  directory: Directory,
  accountSid: string,
  address: CalleeAddress,
): Promise<Resolved> {
  try {
    const resolved = await resolve(directory, accountSid, address);
    return resolved.ok ? await onItsWay(directory, accountSid, resolved.target) : resolved;
  } catch {
    return { ok: false, why: 'The database could not be asked where this leads' };
  }
}

async function resolve(directory: Directory, accountSid: string, address: CalleeAddress): Promise<Resolved> {
  switch (address.kind) {
    case 'sip': {
      const read = readSipAddress(address.uri);
      if (!read.ok) return { ok: false, why: `The SIP address ${read.why}` };
      if (directory.isOwn(read.address)) return resolveOwn(directory, accountSid, read.address);
      return { ok: true, target: { kind: 'sip', uri: address.uri } };
    }
    case 'client':
      return resolveClient(directory, accountSid, address.name);
    case 'number':
      return resolveNumber(directory, accountSid, address.number);
  }
}

async function resolveClient(directory: Directory, accountSid: string, name: string): Promise<Resolved> {
  const client = await directory.client(name);
  if (client === undefined || client.accountSid !== accountSid) {
    return { ok: false, why: `There is no client ${name}` };
  }
  return { ok: true, target: { kind: 'client', login: client.login } };
}

/** `sip:bob@` and a host of ours is our client bob: sent out, the call would come back and be asked for a password. */
async function resolveOwn(
  directory: Directory,
  accountSid: string,
  { user, host }: SipAddress,
): Promise<Resolved> {
  const resolved = await resolveClient(directory, accountSid, decodedUser(user));
  return resolved.ok
    ? resolved
    : { ok: false, why: `${resolved.why} at ${host}, which is this installation` };
}

async function onItsWay(directory: Directory, accountSid: string, target: DialTarget): Promise<Resolved> {
  if (target.kind === 'client') return { ok: true, target };
  const way = await directory.wayTo(accountSid, target);
  if (!way.ok) return way;
  return { ok: true, target: way.via === undefined ? target : { ...target, via: way.via } };
}

async function resolveNumber(directory: Directory, accountSid: string, dialled: string): Promise<Resolved> {
  const number = readPhoneNumber(dialled);
  if (number === undefined) return { ok: false, why: `${dialled} is not a phone number` };
  // We never call ourselves (docs/rcml.md, "Number").
  if ((await directory.number(number)) !== undefined) {
    return { ok: false, why: `${dialled} is a number of this installation, which it cannot call itself` };
  }
  const trunk = await directory.trunkFor(accountSid, number);
  if (trunk === undefined) return { ok: false, why: `No trunk takes calls to ${dialled}` };
  // A "+" does not count as a digit to strip, and it may only stand in front.
  const isRewritten = trunk.stripDigits > 0 || trunk.prependDigits !== '';
  const rest = isRewritten ? number.replace('+', '') : number;
  const digits = trunk.prependDigits + rest.slice(trunk.stripDigits);
  const { maxChannels } = trunk;
  const limit = maxChannels === undefined ? {} : { maxChannels };
  return { ok: true, target: { kind: 'trunk', trunkSid: trunk.sid, number: digits, ...limit } };
}

/** `To` of a leg: a number, a client's name, or the user part of a SIP address. */
export function dialledName(address: CalleeAddress): string {
  switch (address.kind) {
    case 'client':
      return address.name;
    case 'number':
      return address.number;
    case 'sip': {
      const read = readSipAddress(address.uri);
      return read.ok ? (read.address.user.split(';')[0] ?? '') : address.uri.replace(/^sips?:/i, '');
    }
  }
}
