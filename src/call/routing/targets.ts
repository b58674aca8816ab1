import { readPhoneNumber } from './phone-number.ts';
import { compact } from '../compact.ts';
import type { Directory, DirectoryTrunk } from '../directory.ts';
import type { DialTarget, TrunkTarget } from '../call-control.ts';
import { type ShownCaller, shownCaller } from './caller-id.ts';
import { dialingProblem } from './dialing-rules.ts';
import { formatNumber } from './number-format.ts';
import { decodedUser, readSipAddress, type SipAddress } from './sip-address.ts';

/** Whom a Dial noun or a REST call names. */
export type CalleeAddress =
  | { readonly kind: 'client' /** As spelled. */; readonly name: string }
  | { readonly kind: 'number'; readonly number: string }
  | { readonly kind: 'sip'; readonly uri: string };

/** Where an address leads, or why it leads nowhere: then the leg ends `failed` at once. */
export type Resolved =
  | {
      readonly ok: true;
      readonly target: DialTarget;
      /** Where else it may go, in this order, when the trunk fails. */
      readonly further?: readonly TrunkTarget[];
    }
  | { readonly ok: false; readonly why: string };

/** What is on its way there. */
export type Carried = 'calls' | 'messages';

/** Seconds that a trunk has for its first answer to an INVITE. */
export const TRY_TIMEOUT_S = 5;
/** A trunk that has said 100 Trying has so many times as long until something rings, before another one is tried. */
const TRYING_FACTOR = 4;

/**
 * Finds out where an address leads for this account; `from` is who calls, for trunks that are told only some callers.
 * Messages to numbers go only to trunks that take them.
 * Never rejects: a leg that was made needs an outcome.
 */
export async function resolveTarget(
  directory: Directory,
  accountSid: string,
  address: CalleeAddress,
  from?: string,
  what: Carried = 'calls',
): Promise<Resolved> {
  try {
    const resolved =
      address.kind === 'number'
        ? await resolveNumber(directory, { accountSid, from, what }, address.number)
        : await resolve(directory, accountSid, address);
    return resolved.ok && resolved.target.kind !== 'trunk'
      ? await onItsWay(directory, accountSid, resolved.target)
      : resolved;
  } catch {
    return { ok: false, why: 'The database could not be asked where this leads' };
  }
}

async function resolve(
  directory: Directory,
  accountSid: string,
  address: Exclude<CalleeAddress, { kind: 'number' }>,
): Promise<Resolved> {
  switch (address.kind) {
    case 'sip': {
      const read = readSipAddress(address.uri);
      if (!read.ok) return { ok: false, why: `The SIP address ${read.why}` };
      if (directory.isOwn(read.address)) return resolveOwn(directory, accountSid, read.address);
      // Carriers connect numbers that come in a SIP address too.
      const number = readPhoneNumber(decodedUser(read.address.user));
      const problem =
        number === undefined ? undefined : dialingProblem(await directory.dialingRules(accountSid), number);
      if (problem !== undefined) return { ok: false, why: problem };
      return { ok: true, target: { kind: 'sip', uri: address.uri } };
    }
    case 'client':
      return resolveClient(directory, accountSid, address.name);
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

async function onItsWay<T extends DialTarget>(
  directory: Directory,
  accountSid: string,
  target: T,
): Promise<{ readonly ok: true; readonly target: T } | { readonly ok: false; readonly why: string }> {
  if (target.kind === 'client') return { ok: true, target };
  const way = await directory.wayTo(accountSid, target);
  if (!way.ok) return way;
  return { ok: true, target: way.via === undefined ? target : { ...target, via: way.via } };
}

/** Whose call it is, and who calls. */
interface Calling {
  readonly accountSid: string;
  readonly from: string | undefined;
  readonly what: Carried;
}

async function resolveNumber(directory: Directory, calling: Calling, dialled: string): Promise<Resolved> {
  const { accountSid, what } = calling;
  const number = readPhoneNumber(dialled);
  if (number === undefined) return { ok: false, why: `${dialled} is not a phone number` };
  // We never call ourselves (docs/rcml.md, "Number").
  if ((await directory.number(number)) !== undefined) {
    const verb = what === 'calls' ? 'call' : 'send messages to';
    return { ok: false, why: `${dialled} is a number of this installation, which it cannot ${verb} itself` };
  }
  const all = await directory.trunksFor(accountSid, number);
  const trunks = what === 'messages' ? all.filter(({ messages }) => messages === true) : all;
  if (trunks.length === 0) return { ok: false, why: `No trunk takes ${what} to ${dialled}` };
  const rules = await directory.dialingRules(accountSid);
  const ways = await Promise.all(
    trunks.map(async (trunk) => {
      const problem = dialingProblem(rules, number, trunk);
      if (problem !== undefined) return { ok: false as const, why: problem };
      const caller = await callerAt(directory, calling, trunk);
      return onItsWay(
        directory,
        accountSid,
        trunkTarget(trunk, number, { caller, isOneOfSeveral: trunks.length > 1 }),
      );
    }),
  );
  const [target, ...further] = ways.flatMap((way) => (way.ok ? [way.target] : []));
  if (target === undefined) return ways.find((way) => !way.ok) ?? { ok: false, why: 'No trunk may be used' };
  return further.length === 0 ? { ok: true, target } : { ok: true, target, further };
}

/** Undefined: the caller as he is. */
async function callerAt(
  directory: Directory,
  { accountSid, from }: Calling,
  trunk: DirectoryTrunk,
): Promise<ShownCaller | undefined> {
  const { callerIdPolicy = 'pass', format } = trunk;
  if (from === undefined || (callerIdPolicy === 'pass' && format === undefined)) return undefined;
  const isOwn =
    callerIdPolicy !== 'pass' &&
    ((await directory.number(from))?.accountSid === accountSid ||
      (await directory.isCallerId(accountSid, from)));
  return shownCaller(from, trunk, isOwn);
}

function trunkTarget(
  trunk: DirectoryTrunk,
  number: string,
  { caller, isOneOfSeveral }: { readonly caller: ShownCaller | undefined; readonly isOneOfSeveral: boolean },
): TrunkTarget {
  const { maxChannels, tryTimeoutS = TRY_TIMEOUT_S } = trunk;
  const written = formatNumber(number, trunk);
  // A "+" does not count as a digit to strip, and it may only stand in front.
  const isRewritten = trunk.stripDigits > 0 || trunk.prependDigits !== '';
  const rest = isRewritten ? written.replace('+', '') : written;
  return compact({
    kind: 'trunk' as const,
    trunkSid: trunk.sid,
    number: trunk.prependDigits + rest.slice(trunk.stripDigits),
    maxChannels,
    caller,
    tryTimeoutS,
    ringWithinS: isOneOfSeveral ? tryTimeoutS * TRYING_FACTOR : undefined,
  });
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
