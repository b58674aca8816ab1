import type { Clock } from '../../concurrency/clock.ts';
import type { Leg } from '../leg/leg.ts';
import { TokenBucket } from './token-bucket.ts';
import type { Release } from './trunk-channels.ts';

export interface AdmissionLimits {
  /** New calls per second, with a burst of one second. */
  readonly callsPerSecond: number;
  /** Concurrent calls: inbound ones and those of REST; the legs that they dial do not count. */
  readonly calls: number;
}

/** Whose call it is. */
export interface Caller {
  readonly accountSid: string;
  /** The login of the client that calls; undefined: the call comes from a trunk or over REST. */
  readonly client?: string;
}

/** The share of all limits that one account may use at most, and one of its clients: the rest is for others. */
const ACCOUNT_SHARE = 0.9;
const CLIENT_SHARE = 0.8;
/** With more than this, the rates of those who have not called for a second are forgotten. */
const MANY_RATES = 1_000;

/** The concurrent calls, and the rate of new ones: of everybody, of one account or of one client. */
interface Load {
  running: number;
  readonly most: number;
  readonly rate: TokenBucket;
}

/**
 * Decides at once whether one more call may begin. Beyond the limit SIP retransmissions make an overload worse, so
 * an early 503 (REST: 429) is better than trying.
 */
export class Admission {
  readonly #limits: AdmissionLimits;
  readonly #clock: Clock;
  readonly #canStore: () => boolean;
  readonly #all: Load;
  readonly #some = new Map<string, Load>();
  #closed = false;

  /** `canStore`: whether the database could write a call that begins now. */
  constructor(limits: AdmissionLimits, clock: Clock, canStore = () => true) {
    this.#limits = limits;
    this.#clock = clock;
    this.#canStore = canStore;
    this.#all = this.#newLoad(1);
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
    if (this.#closed || !this.#canStore()) return false;
    const its = client === undefined ? undefined : this.#some.get(clientKey(client));
    return this.#hasRoom(this.#all) && (its === undefined || this.#hasRoom(its));
  }

  /** Takes a place, which counts from now on until it is given back; undefined when there is none. */
  admit(caller: Caller): Release | undefined {
    if (this.#closed || !this.#canStore()) return undefined;
    const loads = this.#loadsOf(caller);
    if (!loads.every((load) => this.#hasRoom(load))) return undefined;
    for (const { rate } of loads) rate.take();
    return this.#hold(loads);
  }

  /** A place for a call that runs already, whatever the limits. */
  hold(caller: Caller): Release {
    return this.#hold(this.#loadsOf(caller));
  }

  #hold(loads: readonly Load[]): Release {
    for (const load of loads) load.running += 1;
    let isHeld = true;
    return () => {
      if (isHeld) for (const load of loads) load.running -= 1;
      isHeld = false;
    };
  }

  #hasRoom({ running, most, rate }: Load): boolean {
    return running < most && rate.hasToken(this.#clock.steady());
  }

  #loadsOf({ accountSid, client }: Caller): readonly Load[] {
    if (this.#some.size > MANY_RATES) this.#forgetIdle();
    const its = client === undefined ? [] : [this.#loadOf(clientKey(client), CLIENT_SHARE)];
    return [this.#all, this.#loadOf(accountSid, ACCOUNT_SHARE), ...its];
  }

  #loadOf(key: string, share: number): Load {
    const known = this.#some.get(key) ?? this.#newLoad(share);
    this.#some.set(key, known);
    return known;
  }

  #newLoad(share: number): Load {
    const { calls, callsPerSecond } = this.#limits;
    const rate = new TokenBucket(Math.ceil(callsPerSecond * share), this.#clock.steady());
    return { running: 0, most: Math.ceil(calls * share), rate };
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
