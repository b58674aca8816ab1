import {
  type Account,
  type Destination,
  hasWaiting,
  type Host,
  isAnswering,
  isCrowded,
  newAccount,
  nextOf,
  noteNewest,
  standingOf,
} from './delivery-accounts.ts';
import { DestinationPace, type Outcome, type Standing } from './destination-pace.ts';
import { DueTimes } from '../../concurrency/due-times.ts';

export interface DestinationLimits {
  /** Requests under way at once, in all; but each account has a few in any case. */
  readonly total: number;
  /** The most that one destination is ever given at once. */
  readonly perDestination: number;
}

/** A place for one request to a destination, until `finish` or `takeBack`. */
export interface Turn {
  readonly destination: string;
  /** The request gets the whole time limit; otherwise a short one. */
  readonly patient: boolean;
  readonly standing: Standing;
  readonly begun: number;
}

/** Idle destinations whose pace is remembered. */
const MOST_REMEMBERED = 10_000;

/**
 * Decides which destination may be sent to next. Accounts take turns, and within an account its destinations; each
 * destination has as many concurrent requests as it has been shown to answer. The scheduler knows neither callbacks nor the
 * outbox, only which destinations are owed something, and when; times are in whatever unit the caller counts in.
 */
export class DeliveryScheduler {
  readonly #limits: DestinationLimits;
  readonly #destinations = new Map<string, Destination>();
  readonly #idle = new Set<Destination>();
  readonly #accounts = new Map<string, Account>();
  /** Accounts with something to send, in the order of their turns. */
  readonly #waiting = new Set<Account>();
  readonly #later = new DueTimes<Destination>();
  readonly #isOver: (accountSid: string) => boolean;
  #isHoldingBack = false;
  #running = 0;

  /** `isOver`: whether an account does so much that it has to wait. */
  constructor(limits: DestinationLimits, isOver: (accountSid: string) => boolean = () => false) {
    this.#limits = limits;
    this.#isOver = isOver;
  }

  /** Whether an account had to wait when places were given away last. */
  get isHoldingBack(): boolean {
    return this.#isHoldingBack;
  }

  /** Places that are taken. */
  get running(): number {
    return this.#running;
  }

  /** When the next thing that is not due yet falls due. */
  get nextAt(): number | undefined {
    return this.#later.earliest?.at;
  }

  /** `count` more callbacks can be sent there now. */
  add(name: string, count: number): void {
    const destination = this.#destination(name);
    destination.due += count;
    this.#file(destination);
  }

  /** Something can be sent there from `at` on. */
  addLater(name: string, at: number): void {
    const destination = this.#destination(name);
    if (at >= destination.dueAt) return;
    destination.dueAt = at;
    this.#later.add(at, destination);
    this.#file(destination);
  }

  /** All that was known to be due there has been asked for. */
  clear(name: string): void {
    const destination = this.#destination(name);
    destination.due = 0;
    this.#file(destination);
  }

  /** Gives away places, one for each callback that may be sent now, `most` at most. */
  turns(now: number, most: number): readonly Turn[] {
    this.#fallDue(now);
    const turns: Turn[] = [];
    this.#isHoldingBack = false;
    // An account that was given a place goes to the end of the line, so this goes round until none may have another.
    for (const account of this.#waiting) {
      if (turns.length >= most) break;
      if (this.#isOver(account.sid)) {
        this.#isHoldingBack = true;
        continue;
      }
      const destination = nextOf(account, this.#free);
      if (destination !== undefined) turns.push(this.#begin(destination));
    }
    return turns;
  }

  /** The request that had this place is over. */
  finish(turn: Turn, outcome: Outcome): void {
    const destination = this.#leave(turn);
    destination.pace.end(turn.begun, outcome);
    const { host, account } = destination;
    const was = isAnswering(host);
    if (outcome === 'replied' || outcome === 'busy') host.silent = 0;
    else if (host.silent !== undefined) host.silent += 1;
    if (isAnswering(host) !== was) this.#fileAllOf(host, account);
    this.#file(destination);
  }

  /** There was nothing to send in this place. */
  takeBack(turn: Turn): void {
    const destination = this.#leave(turn);
    destination.pace.takeBack();
    this.#file(destination);
  }

  get #free(): number {
    return this.#limits.total - this.#running;
  }

  #begin(destination: Destination): Turn {
    const { account, name, pace } = destination;
    const standing = standingOf(destination);
    const patient = pace.isPatient && !isCrowded(destination, this.#free);
    this.#running += 1;
    account.running += 1;
    account.runningOf[standing] += 1;
    destination.due -= 1;
    const begun = pace.begin();
    // To the end of both lines.
    this.#waiting.delete(account);
    destination.line?.delete(destination);
    destination.line = undefined;
    this.#file(destination);
    if (hasWaiting(account)) this.#waiting.add(account);
    return { destination: name, patient, standing, begun };
  }

  #leave({ destination: name, standing }: Turn): Destination {
    const destination = this.#destination(name);
    this.#running -= 1;
    destination.account.running -= 1;
    destination.account.runningOf[standing] -= 1;
    return destination;
  }

  #fallDue(now: number): void {
    for (let first = this.#later.earliest; first !== undefined && first.at <= now; ) {
      this.#later.shift();
      const { at, item } = first;
      // An entry that an earlier one has replaced means nothing.
      if (item.dueAt === at) {
        item.dueAt = Number.POSITIVE_INFINITY;
        item.due = Math.max(item.due, 1);
        this.#file(item);
      }
      first = this.#later.earliest;
    }
  }

  /** Puts a destination into the line where it belongs, or out of all. */
  #file(destination: Destination): void {
    const { account, pace } = destination;
    const line = destination.due > 0 && pace.hasPlace ? account.lines[standingOf(destination)] : undefined;
    if (line !== destination.line) {
      destination.line?.delete(destination);
      line?.add(destination);
      destination.line = line;
      if (line === account.lines.fresh) noteNewest(account, destination);
    }
    if (line !== undefined) this.#waiting.add(account);
    else if (!hasWaiting(account)) this.#waiting.delete(account);
    const isIdle =
      destination.due === 0 && pace.running === 0 && destination.dueAt === Number.POSITIVE_INFINITY;
    this.#idle.delete(destination);
    if (isIdle) this.#remember(destination);
  }

  /** The host has begun to answer, or has stopped: the standing of its destinations that were never asked changes with it. */
  #fileAllOf(host: Host, { lines }: Account): void {
    for (const destination of [...lines.fresh, ...lines.answering]) {
      if (destination.host === host) this.#file(destination);
    }
  }

  #destination(name: string): Destination {
    const known = this.#destinations.get(name);
    if (known !== undefined) return known;
    const [accountName = '', hostName = ''] = name.split(' ', 2);
    const account = this.#accounts.get(accountName) ?? newAccount(accountName);
    this.#accounts.set(accountName, account);
    const host = account.hosts.get(hostName) ?? { destinations: 0, silent: undefined };
    account.hosts.set(hostName, host);
    host.destinations += 1;
    const made: Destination = {
      name,
      account,
      host,
      pace: new DestinationPace(this.#limits.perDestination),
      due: 0,
      dueAt: Number.POSITIVE_INFINITY,
      line: undefined,
    };
    this.#destinations.set(name, made);
    return made;
  }

  /** Keeps what is known of an idle one, and forgets the one that has been idle longest when they are too many. */
  #remember(destination: Destination): void {
    this.#idle.add(destination);
    const [oldest] = this.#idle;
    if (this.#idle.size <= MOST_REMEMBERED || oldest === undefined) return;
    this.#idle.delete(oldest);
    this.#destinations.delete(oldest.name);
    const [accountName = '', hostName = ''] = oldest.name.split(' ', 2);
    oldest.host.destinations -= 1;
    if (oldest.host.destinations === 0) oldest.account.hosts.delete(hostName);
    if (oldest.account.hosts.size === 0) this.#accounts.delete(accountName);
  }
}
