import type { Clock } from '../../concurrency/clock.ts';
import { RecentAmount } from '../../concurrency/recent-amount.ts';
import type { ThreadLoad } from '../../concurrency/thread-load.ts';
import type { WorkShares } from '../../concurrency/work-shares.ts';
import type { Leg } from '../leg/leg.ts';
import type { CallerPace } from './caller-pace.ts';
import { LatenessLimit } from './lateness-limit.ts';
import { TokenBucket } from './token-bucket.ts';
import type { Release } from './trunk-channels.ts';

export interface AdmissionLimits {
  /** New calls per second, with a burst of one second. */
  readonly callsPerSecond: number;
  /** Concurrent calls: inbound ones and those of REST; the legs that they dial do not count. */
  readonly calls: number;
}

/** What admission depends on besides the limits. */
export interface AdmissionConditions {
  /** Whether the database could write a call that begins now. */
  readonly canStore?: () => boolean;
  /** The load of the process, which lowers the rate of new calls when everything is late. */
  readonly load?: ThreadLoad;
  readonly shares?: WorkShares;
  readonly pace?: Pick<CallerPace, 'isFull'>;
}

/** Whose call it is. */
export interface Caller {
  readonly accountSid: string;
  /** The login of the client that calls; undefined: the call comes from a trunk or over REST. */
  readonly client?: string;
}

/**
 * How many places one account may have for each that is left free, and one of its clients: alone it has at most nine
 * (eight) tenths of all limits.
 */
const ACCOUNT_PER_FREE = 9;
const CLIENT_PER_FREE = 4;
/** So soon an account's new calls count only half when it is compared with the others. */
const RECENT_MS = 2_000;
/** An account with more than this part of the new calls leaves some of each second to the others. */
const MOST_OF_THEM = 0.5;
/** What a call costs the process besides its documents and verbs, in milliseconds, and one that is refused. */
const CALL_MS = 8;
const REFUSED_MS = 4;
/** With more than this, the rates of those who have not called for a second are forgotten. */
const MANY_RATES = 1_000;

/** The concurrent calls, and the rate of new ones: of everybody, of one account or of one client. */
interface Load {
  running: number;
  readonly perFree: number;
  readonly rate: TokenBucket;
  readonly recent: RecentAmount;
}

/**
 * Decides at once whether one more call may begin. Beyond the limit SIP retransmissions make an overload worse, so
 * an early 503 (REST: 429) is better than trying.
 */
export class Admission {
  readonly #limits: AdmissionLimits;
  readonly #clock: Clock;
  readonly #canStore: () => boolean;
  readonly #lateness: LatenessLimit | undefined;
  readonly #shares: WorkShares | undefined;
  readonly #pace: AdmissionConditions['pace'];
  readonly #all: Load;
  readonly #some = new Map<string, Load>();
  #closed = false;

  constructor(limits: AdmissionLimits, clock: Clock, conditions: AdmissionConditions = {}) {
    const { canStore = () => true, load, shares, pace } = conditions;
    this.#limits = limits;
    this.#clock = clock;
    this.#canStore = canStore;
    this.#lateness = load === undefined ? undefined : new LatenessLimit(clock, load);
    this.#shares = shares;
    this.#pace = pace;
    this.#all = this.#newLoad(Number.POSITIVE_INFINITY);
  }

  /** From now on nothing is admitted: we are stopping. */
  close(): void {
    this.#closed = true;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** False while the database cannot write. */
  get canStore(): boolean {
    return this.#canStore();
  }

  /** Whether a call of this client (or, without one, any call) could be admitted; if not, it need not be routed. */
  hasRoom(client?: string): boolean {
    if (!this.#isOpen) return false;
    const its = client === undefined ? undefined : this.#some.get(clientKey(client));
    return this.#hasRoom(this.#all) && (its === undefined || this.#hasRoom(its));
  }

  /** Takes a place, which counts from now on until it is given back; undefined when there is none. */
  admit(caller: Caller): Release | undefined {
    const loads = this.#loadsOf(caller);
    const { accountSid } = caller;
    const isOver = this.#shares?.isOver(accountSid) === true || this.#pace?.isFull(accountSid) === true;
    const isTaken = this.#isOpen && !isOver && loads.every((load) => this.#hasRoom(load));
    // Who tries again and again makes work too.
    this.#shares?.spend(accountSid, isTaken ? CALL_MS : REFUSED_MS);
    if (!isTaken) return undefined;
    this.#lateness?.take();
    const now = this.#clock.steady();
    for (const { rate, recent } of loads) {
      rate.take();
      recent.add(1, now);
    }
    return this.#hold(loads);
  }

  /** A place for a call that runs already, whatever the limits. */
  hold(caller: Caller): Release {
    return this.#hold(this.#loadsOf(caller));
  }

  get #isOpen(): boolean {
    return !this.#closed && this.#canStore() && this.#lateness?.hasRoom !== false;
  }

  #hold(loads: readonly Load[]): Release {
    for (const load of loads) load.running += 1;
    let isHeld = true;
    return () => {
      if (isHeld) for (const load of loads) load.running -= 1;
      isHeld = false;
    };
  }

  #hasRoom(load: Load): boolean {
    const now = this.#clock.steady();
    if (!load.rate.hasToken(now)) return false;
    const all = this.#all;
    const free = this.#limits.calls - all.running;
    if (load === all) return free > 0;
    // Among many the most that one may have is less: it takes a place only while enough others are free for the rest
    // (Choudhury and Hahne's dynamic threshold). One alone has its whole share.
    const { perFree, running, recent } = load;
    if (running >= free * perFree) return false;
    const isMostOfThem = recent.at(now) > all.recent.at(now) * MOST_OF_THEM;
    return all.rate.hasToken(now, isMostOfThem ? all.rate.perSecond - load.rate.perSecond : 0);
  }

  #loadsOf({ accountSid, client }: Caller): readonly Load[] {
    if (this.#some.size > MANY_RATES) this.#forgetIdle();
    const its = client === undefined ? [] : [this.#loadOf(clientKey(client), CLIENT_PER_FREE)];
    return [this.#all, this.#loadOf(accountSid, ACCOUNT_PER_FREE), ...its];
  }

  #loadOf(key: string, perFree: number): Load {
    const known = this.#some.get(key) ?? this.#newLoad(perFree);
    this.#some.set(key, known);
    return known;
  }

  #newLoad(perFree: number): Load {
    const now = this.#clock.steady();
    const share = Number.isFinite(perFree) ? perFree / (perFree + 1) : 1;
    const rate = new TokenBucket(Math.ceil(this.#limits.callsPerSecond * share), now);
    return { running: 0, perFree, rate, recent: new RecentAmount(RECENT_MS, now) };
  }

  #forgetIdle(): void {
    const now = this.#clock.steady();
    for (const [key, { running, rate }] of this.#some) {
      if (running === 0 && rate.isFull(now)) this.#some.delete(key);
    }
  }
}

/** Whose call it is, for a leg that no other leg dialled. */
export function callerOf({ accountSid, direction, from, trunkSid }: Leg): Caller {
  const isClients = direction === 'inbound' && trunkSid === undefined;
  return isClients ? { accountSid, client: from } : { accountSid };
}

function clientKey(login: string): string {
  return `client ${login}`;
}
