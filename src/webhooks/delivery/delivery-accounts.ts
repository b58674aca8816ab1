import type { DestinationPace, Standing } from './destination-pace.ts';

/** An account's URLs on one host, whose paths are alike (see `destinationOf`). */
export interface Destination {
  readonly name: string;
  readonly account: Account;
  readonly host: Host;
  readonly pace: DestinationPace;
  /** So many callbacks at least can be sent now. */
  due: number;
  /** When the next one can be, of those that are known. */
  dueAt: number;
  /** Where it waits for its turn, while it does. */
  line: Set<Destination> | undefined;
}

/** What all destinations of an account on one host have in common. */
export interface Host {
  destinations: number;
  /** Requests in a row without a reply; undefined until the first reply. */
  silent: number | undefined;
}

export interface Account {
  readonly sid: string;
  readonly hosts: Map<string, Host>;
  running: number;
  readonly runningOf: Record<Standing, number>;
  /** Destinations that have something due and a place, in the order of their turns. */
  readonly lines: Readonly<Record<Standing, Set<Destination>>>;
  /** Which line has its turn. */
  turn: number;
  /** Those that were never asked, the newest last; some may wait no more. */
  readonly newest: Destination[];
  /** Whether the next of those is the newest, or the one that has waited longest. */
  newestFirst: boolean;
}

const FEW = 4;
/** After so many in a row without a reply, a host's new paths are no longer taken for good. */
const SILENT_HOST = 8;
const STANDINGS: readonly Standing[] = ['answering', 'fresh', 'suspect'];
/** How much of an account's places may be taken by destinations that may hang. */
const SHARE: Readonly<Record<Standing, number>> = { answering: 1, fresh: 1 / 8, suspect: 1 / 16 };
const SHARE_OF_THE_PATIENT = 1 / 4;
const MOST_STALE = 64;
/** The rest is for destinations that have no request under way. */
const SHARE_OF_THE_BUSY = 7 / 8;

export function newAccount(sid: string): Account {
  return {
    sid,
    hosts: new Map(),
    running: 0,
    runningOf: { answering: 0, fresh: 0, suspect: 0 },
    lines: { answering: new Set(), fresh: new Set(), suspect: new Set() },
    turn: 0,
    newest: [],
    newestFirst: true,
  };
}

/** What was never asked is taken for as good as the rest of its host. */
export function standingOf({ pace, host }: Destination): Standing {
  return pace.standing === 'fresh' && isAnswering(host) ? 'answering' : pace.standing;
}

export function isAnswering(host: Host): boolean {
  return host.silent !== undefined && host.silent < SILENT_HOST;
}

/**
 * Whether so many were never asked that a part of their places must come free soon: those who hang give them
 * back to those who do not, and who is only slow is asked with patience later.
 */
export function isCrowded(destination: Destination, free: number): boolean {
  const { account } = destination;
  if (standingOf(destination) !== 'fresh') return false;
  return account.runningOf.fresh >= placesOf(account, free) * SHARE.fresh * SHARE_OF_THE_PATIENT;
}

/** What the account may have in all, as things stand. */
function placesOf(account: Account, free: number): number {
  return Math.max((account.running + free) / 2, FEW);
}

/** Whether any of the account's destinations waits for a turn. */
export function hasWaiting({ lines }: Account): boolean {
  return STANDINGS.some((standing) => lines[standing].size > 0);
}

/**
 * The destination whose turn it is when `free` places are left for everybody; undefined when the account has
 * enough. It takes a place only while more are free than it has: however many accounts want all places, some stay
 * free for the others (Choudhury and Hahne's dynamic threshold). A few it has in any case, though none were free.
 */
export function nextOf(account: Account, free: number): Destination | undefined {
  if (account.running >= Math.max(free, FEW)) return undefined;
  const most = placesOf(account, free);
  const isNearlyFull = account.running >= Math.ceil(most * SHARE_OF_THE_BUSY);
  for (let step = 0; step < STANDINGS.length; step += 1) {
    const turn = (account.turn + step) % STANDINGS.length;
    const standing = STANDINGS[turn] ?? 'answering';
    if (account.runningOf[standing] >= Math.ceil(most * SHARE[standing])) continue;
    const next = firstOf(account, standing, isNearlyFull);
    if (next === undefined) continue;
    account.turn = turn + 1;
    return next;
  }
  return undefined;
}

function firstOf(account: Account, standing: Standing, unasked: boolean): Destination | undefined {
  if (standing === 'fresh') return firstFresh(account);
  for (const destination of account.lines[standing]) {
    if (!unasked || destination.pace.running === 0) return destination;
  }
  return undefined;
}

/** By turns the newest and the oldest: who comes while hundreds hang is not the last to be asked. */
function firstFresh(account: Account): Destination | undefined {
  const { lines, newest } = account;
  account.newestFirst = !account.newestFirst;
  while (account.newestFirst && newest.length > 0) {
    const last = newest.pop();
    if (last?.line === lines.fresh) return last;
  }
  const [oldest] = lines.fresh;
  return oldest;
}

/** It has come to the line of those that were never asked. */
export function noteNewest({ lines, newest }: Account, destination: Destination): void {
  newest.push(destination);
  // Those that wait no more are taken out before they are many.
  if (newest.length > 2 * lines.fresh.size + MOST_STALE) newest.splice(0, newest.length, ...lines.fresh);
}
