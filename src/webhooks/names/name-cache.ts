import type { Clock } from '../../concurrency/clock.ts';
import type { HostsFile } from './hosts-file.ts';
import { inTime } from '../in-time.ts';
import type { Resolve, ResolvedAddress } from './name-lookup.ts';

export interface NameAnswer {
  readonly addresses: readonly ResolvedAddress[];
  /** How many seconds the answer holds. */
  readonly ttlS: number;
}

/** Asks for a name once; rejects with NameError. */
export type Query = (host: string) => Promise<NameAnswer>;

/** `ENOTFOUND`: there is no such name. `EAI_AGAIN`: the servers did not say. */
export class NameError extends Error {
  override readonly name = 'NameError';
  readonly code: 'ENOTFOUND' | 'EAI_AGAIN';
  constructor(code: NameError['code'], options?: ErrorOptions) {
    super(code === 'ENOTFOUND' ? 'there is no such name' : 'the name servers did not answer', options);
    this.code = code;
  }
}

const SHORTEST_TTL_S = 1;
const LONGEST_TTL_S = 3_600;
/** How long a name that does not exist, or whose servers do not answer, is not asked for again. */
const NEGATIVE_MS = { ENOTFOUND: 10_000, EAI_AGAIN: 5_000 } as const;
/** How long an expired answer is still better than none (RFC 8767 has one to three days). */
const STALE_MS = 24 * 3_600_000;
/** With an old answer at hand, a new one is waited for no longer than this. */
const STALE_WAIT_MS = 500;
const LOOKUP_MS = 4_000;
const MOST_NAMES = 5_000;

interface Known {
  answer?: { readonly addresses: readonly ResolvedAddress[]; readonly freshUntil: number };
  failure?: { readonly error: NameError; readonly until: number };
  asking?: Promise<void>;
}

/**
 * Asks for each name once, however many wait for it, and keeps the answer for as long as it is said to hold; the
 * last good one for longer, while the servers do not answer. No name ever waits for another.
 */
export function cachedNames(query: Query, hosts: HostsFile, clock: Clock): Resolve {
  const names = new Map<string, Known>();
  return async (host) => {
    const own = await hosts.addressesOf(host);
    if (own !== undefined) return own;
    const known = remembered(names, host.toLowerCase());
    if (isToBeAsked(known, clock.steady())) {
      known.asking ??= ask(host.toLowerCase(), known, query, clock);
      const mayWait = isUsable(known.answer, clock.steady()) ? STALE_WAIT_MS : LOOKUP_MS;
      await inTime(known.asking, mayWait, clock);
    }
    if (isUsable(known.answer, clock.steady())) return known.answer.addresses;
    throw known.failure?.error ?? new NameError('EAI_AGAIN');
  };
}

async function ask(name: string, known: Known, query: Query, clock: Clock): Promise<void> {
  try {
    const { addresses, ttlS } = await answered(query(name), clock);
    const ttl = Math.min(Math.max(ttlS, SHORTEST_TTL_S), LONGEST_TTL_S);
    known.answer = { addresses, freshUntil: clock.steady() + ttl * 1000 };
    delete known.failure;
  } catch (error) {
    const named = error instanceof NameError ? error : new NameError('EAI_AGAIN', { cause: error });
    known.failure = { error: named, until: clock.steady() + NEGATIVE_MS[named.code] };
    if (named.code === 'ENOTFOUND') delete known.answer;
  } finally {
    delete known.asking;
  }
}

async function answered(asked: Promise<NameAnswer>, clock: Clock): Promise<NameAnswer> {
  if (await inTime(asked, LOOKUP_MS, clock)) return await asked;
  throw new NameError('EAI_AGAIN');
}

/** The least recently used one is forgotten first. */
function remembered(names: Map<string, Known>, name: string): Known {
  const known = names.get(name) ?? {};
  names.delete(name);
  names.set(name, known);
  const [oldest] = names.keys();
  if (names.size > MOST_NAMES && oldest !== undefined) names.delete(oldest);
  return known;
}

function isToBeAsked({ answer, failure }: Known, now: number): boolean {
  return (answer?.freshUntil ?? 0) <= now && (failure?.until ?? 0) <= now;
}

function isUsable(answer: Known['answer'], now: number): answer is NonNullable<Known['answer']> {
  return answer !== undefined && now < answer.freshUntil + STALE_MS;
}
