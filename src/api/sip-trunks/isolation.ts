import type { AccountRepository, Repository, TrunkRecord } from '../../records/repositories.ts';
import { API_ERRORS, badRequest } from '../errors.ts';
import { WEB_PHONE_ADDRESS } from '../../call/routing/sip-names.ts';
import { KeyedSerial } from '../../concurrency/serial.ts';
import { type Network, networksOf, overlap, parseNetwork } from './networks.ts';

/** What limits trunks, apart from their own schema. */
export interface TrunkRules {
  /** Bits of the widest IPv4 network that accounts other than the first one may name. */
  readonly widestNetwork: number;
  /** Why SIP must not be sent to the trunk's host; undefined when it may. Takes no longer than resolving its name. */
  hostProblem(trunk: TrunkRecord): Promise<string | undefined>;
  /** Addresses at which clients of other accounts have their phones. */
  phonesOfOthers(accountSid: string): Promise<readonly string[]>;
}

/** Stores a trunk only if it takes nothing from another account. The check and the write together are done one at a time. */
export function isolated(
  trunks: Repository<TrunkRecord>,
  accounts: Pick<AccountRepository, 'first'>,
  rules: TrunkRules,
): Repository<TrunkRecord> {
  const queue = new KeyedSerial();
  /** Runs `work`, which checks what it is about to write, while nobody else writes. */
  const alone = <T>(accountSid: string, work: (check: (trunk: TrunkRecord) => TrunkRecord) => Promise<T>) =>
    queue.run('trunks', async () => {
      const [all, own] = await Promise.all([trunks.all(), accounts.first()]);
      const isOwn = accountSid === own?.sid;
      const phones = isOwn ? [] : await rules.phonesOfOthers(accountSid);
      return work((trunk) => {
        const problem =
          (isOwn ? undefined : tooWide(trunk, rules.widestNetwork)) ??
          takenFrom(trunk, all) ??
          ofBrowsers(trunk) ??
          shutsOut(trunk, phones);
        if (problem !== undefined) throw badRequest(API_ERRORS.badRequest, problem);
        return trunk;
      });
    });
  // Outside the queue, because a name server may be slow.
  const checkHost = async (trunk: TrunkRecord) => {
    const problem = await rules.hostProblem(trunk);
    if (problem !== undefined) throw badRequest(API_ERRORS.badRequest, `Host cannot be used: ${problem}`);
  };
  return {
    async insert(trunk) {
      await checkHost(trunk);
      await alone(trunk.accountSid, (check) => trunks.insert(check(trunk)));
    },
    async update(accountSid, sid, change) {
      const current = await trunks.find(accountSid, sid);
      if (current !== undefined) await checkHost(change(current));
      return alone(accountSid, (check) => trunks.update(accountSid, sid, (now) => check(change(now))));
    },
    find: (accountSid, sid) => trunks.find(accountSid, sid),
    remove: (accountSid, sid) => trunks.remove(accountSid, sid),
    list: (accountSid, page, filter) => trunks.list(accountSid, page, filter),
    all: () => trunks.all(),
  };
}

/** Whether a network is wider than allowed: `widest` is in bits of IPv4; for IPv6, twice as many bits. */
export function isTooWide({ family, bits }: Network, widest: number): boolean {
  return bits < (family === 'ipv4' ? widest : Math.min(128, 2 * widest));
}

function tooWide({ allowedAddresses }: TrunkRecord, widest: number): string | undefined {
  const wide = allowedAddresses.find((text) => {
    const network = parseNetwork(text);
    return network !== undefined && isTooWide(network, widest);
  });
  if (wide === undefined) return undefined;
  return `AllowedAddresses must not contain a network wider than /${widest} (IPv6: /${2 * widest}), such as ${wide}`;
}

/** Whether a trunk's address is that of all browser phones, whose calls would count as the trunk's, without any password. */
export function isOfBrowsers(network: Network): boolean {
  const browsers = parseNetwork(WEB_PHONE_ADDRESS);
  return browsers !== undefined && overlap(network, browsers);
}

function ofBrowsers(trunk: TrunkRecord): string | undefined {
  const wrong = [trunk.host, ...trunk.allowedAddresses].find((text) => {
    const network = parseNetwork(text);
    return network !== undefined && isOfBrowsers(network);
  });
  return wrong === undefined
    ? undefined
    : `${wrong} contains ${WEB_PHONE_ADDRESS}, the address of browser phones`;
}

function takenFrom(trunk: TrunkRecord, all: readonly TrunkRecord[]): string | undefined {
  const others = all.filter(({ accountSid }) => accountSid !== trunk.accountSid);
  if (others.some((other) => isHostOf(other, trunk.host))) {
    return `Host ${trunk.host} is the host of another account's trunk`;
  }
  const theirs = others.flatMap(networksOf);
  const taken = [trunk.host, ...trunk.allowedAddresses].find((text) => {
    const network = parseNetwork(text);
    return network !== undefined && theirs.some((other) => overlap(network, other));
  });
  return taken === undefined ? undefined : `${taken} overlaps an address of another account's trunk`;
}

/** All requests from a trunk's address, from any port, count as the trunk's: a phone there could not register any more. */
function shutsOut(trunk: TrunkRecord, phones: readonly string[]): string | undefined {
  const { allowedAddresses, host, transport } = trunk;
  const ofEveryPort = [...(transport === 'udp' ? [] : [host]), ...allowedAddresses].find((text) => {
    const network = parseNetwork(text);
    if (network === undefined || network.port !== undefined) return false;
    return phones.map(parseNetwork).some((phone) => phone !== undefined && overlap(network, phone));
  });
  return ofEveryPort === undefined
    ? undefined
    : `Another account has phones at ${ofEveryPort}; name the port of the trunk too`;
}

/**
 * A provider that asks for a password may be used by several accounts at once. A host that recognizes us by our address
 * may not: it cannot tell accounts apart, and its calls would all belong to the trunk that was there first.
 */
function isHostOf(other: TrunkRecord, host: string): boolean {
  return other.username === undefined && other.host.toLowerCase() === host.toLowerCase();
}
