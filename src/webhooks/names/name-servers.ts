import { promises as dns } from 'node:dns';
import type { Clock } from '../../concurrency/clock.ts';
import { changingFile } from './changing-file.ts';
import { inTime } from '../in-time.ts';
import { NameError, type NameAnswer, type Query } from './name-cache.ts';
import { candidates, type SearchRules, searchRules } from './search-domains.ts';

/** The second try of a server waits twice as long: three seconds in all. */
const TRY_MS = 1_000;
const TRIES = 2;
const RESOLV_CONF = '/etc/resolv.conf';
/** How long the addresses of one family wait for those of the other (RFC 8305, "Resolution Delay"). */
const OTHER_FAMILY_MS = 50;

export interface NameServersOptions {
  readonly clock: Clock;
  /** `address:port`; those of the machine by default. */
  readonly servers?: readonly string[];
  readonly tryMs?: number;
  /** The domains in which a short name is looked for; those of the machine by default. */
  readonly search?: SearchRules;
}

/**
 * Asks the name servers by c-ares, which waits for any number of them without a thread: getaddrinfo holds one of
 * the four that the database and files need as well, for as long as a dead name server takes.
 */
export function nameServers({ clock, servers, tryMs = TRY_MS, search }: NameServersOptions): Query {
  // c-ares reads the file when a resolver is made, and never again.
  const machine = changingFile(RESOLV_CONF, clock, (text) => {
    const resolver = new dns.Resolver({ timeout: tryMs, tries: TRIES });
    if (servers !== undefined) resolver.setServers(servers);
    return { resolver, rules: search ?? searchRules(text) };
  });
  return async (host) => {
    const { resolver, rules } = await machine();
    let trouble: unknown;
    for (const name of candidates(host, rules)) {
      const found = await ask(resolver, name, clock);
      if ('addresses' in found) return found;
      trouble ??= found.trouble;
    }
    throw trouble === undefined ? new NameError('ENOTFOUND') : new NameError('EAI_AGAIN', { cause: trouble });
  };
}

type Found = NameAnswer | { readonly trouble: unknown };

/** Both families at once. No address and no trouble: there is no such name. */
async function ask(resolver: dns.Resolver, name: string, clock: Clock): Promise<Found> {
  const found: Found[] = [];
  const note = (one: Found) => {
    found.push(one);
    return one;
  };
  const families = [
    resolver
      .resolve4(name, { ttl: true })
      .then((records) => answerOf(records, 4), troubleOf)
      .then(note),
    resolver
      .resolve6(name, { ttl: true })
      .then((records) => answerOf(records, 6), troubleOf)
      .then(note),
  ];
  const both = Promise.all(families);
  if ('addresses' in (await Promise.race(families))) await inTime(both, OTHER_FAMILY_MS, clock);
  else await both;
  const answers = found.flatMap((one) => ('addresses' in one ? [one] : []));
  if (answers.length > 0) return joined(answers, found.length === families.length);
  return found.find((one) => 'trouble' in one && one.trouble !== undefined) ?? { trouble: undefined };
}

interface AddressRecord {
  readonly address: string;
  readonly ttl: number;
}

function answerOf(records: readonly AddressRecord[], family: number): NameAnswer {
  return {
    addresses: records.map(({ address }) => ({ address, family })),
    ttlS: Math.min(...records.map(({ ttl }) => ttl)),
  };
}

/** IPv4 first: where a machine has no way out by IPv6, nothing is tried in vain. Half an answer is soon asked for again. */
function joined(answers: readonly NameAnswer[], complete: boolean): NameAnswer {
  return {
    addresses: answers.flatMap(({ addresses }) => addresses).sort((a, b) => a.family - b.family),
    ttlS: complete ? Math.min(...answers.map(({ ttlS }) => ttlS)) : 0,
  };
}

/** `trouble` is undefined when the servers have said that there is no such thing. */
function troubleOf(error: unknown): Found {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return { trouble: code === 'ENOTFOUND' || code === 'ENODATA' ? undefined : error };
}
