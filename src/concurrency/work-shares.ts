import type { Clock } from './clock.ts';
import { RecentAmount } from './recent-amount.ts';
import type { ThreadLoad } from './thread-load.ts';

const LOOK_MS = 100;
/** What an account did counts half after this time. */
const RECENT_MS = 1_000;
/** With so busy a thread, whoever does more than an equal part of the work gets less. */
const TOO_BUSY = 0.65;
/** From here down it may do more again. */
const NOT_BUSY = 0.55;
/** How much of a new reading counts, the rest is what was read before. */
const NEWEST = 0.5;
const LESS = 0.8;
const MORE = 1.05;
/** An account's work in a second, in milliseconds: with less it is not an account that others share with. */
const LITTLE = 10;
/** Above an equal part of what is done by so much, it does more than that. */
const CLEARLY = 1.2;
/**
 * Work is estimated, so a cut goes below an equal part of the estimates, if nothing else makes room; but not below this
 * part of it, nor below so many milliseconds of work in a second.
 */
const LEAST_PART = 0.25;
const LEAST = 50;
/**
 * What work costs for each millisecond of its estimate, at most. More than this was spent on something that is not
 * counted, perhaps by somebody who seems to do little.
 */
const MOST_COST = 1.5;
/** No account owes more than what it may do in this time, whatever it does without asking. */
const MOST_OWED_MS = 2_000;
/** An account begins nothing new while it owes more than this. */
const OVER_MS = 500;
/** Those who wait look again, since they may have to wait no longer. */
const LOOK_AGAIN_MS = 200;

interface Account {
  readonly recent: RecentAmount;
  /** Milliseconds of work in a second; infinite while nothing holds it back. */
  limit: number;
  /** Milliseconds of work that were asked for, and of these, that were granted. Both start anew with a limit. */
  asked: number;
  granted: number;
}

/**
 * Shares the process's one thread between accounts while it is busy most of the time. Pieces of work are counted for
 * their account with an estimate of what they cost. When the thread is too busy, the account that does most, and more
 * than an equal part, gets less and less of it, until the thread has time again: its pieces wait, and it begins nothing new. An
 * account alone is never held back.
 */
export class WorkShares {
  readonly #clock: Clock;
  readonly #load: ThreadLoad;
  readonly #accounts = new Map<string, Account>();
  /** Those that did more than a little lately, when it was looked last. */
  #working: readonly Account[] = [];
  #busy = 0;
  #lookedAt: number;

  constructor(clock: Clock, load: ThreadLoad) {
    this.#clock = clock;
    this.#load = load;
    this.#lookedAt = clock.steady();
  }

  /** Counts work that cannot wait. */
  spend(accountSid: string, ms: number): void {
    const account = this.#count(accountSid, ms);
    account.asked = Math.min(account.asked, account.granted + (account.limit * MOST_OWED_MS) / 1000);
  }

  /** Whether the account has to do what it has begun before it begins anything new. */
  isOver(accountSid: string): boolean {
    this.#look();
    const account = this.#accounts.get(accountSid);
    return account !== undefined && account.asked - account.granted > (account.limit * OVER_MS) / 1000;
  }

  /** Whether the thread has little time left. */
  get isBusy(): boolean {
    this.#look();
    return this.#busy > NOT_BUSY;
  }

  /** Whether other accounts use the process too. */
  isShared(accountSid: string): boolean {
    this.#look();
    const own = this.#accounts.get(accountSid);
    return this.#working.some((account) => account !== own);
  }

  /** What to wait for before the account does this piece of work; undefined: nothing. The wait ends when its signal aborts. */
  turn(accountSid: string, ms: number): ((signal: AbortSignal) => Promise<void>) | undefined {
    const account = this.#count(accountSid, ms);
    const place = account.asked - ms;
    return account.granted >= place ? undefined : (signal) => this.#wait(account, place, signal);
  }

  async #wait(account: Account, place: number, signal: AbortSignal): Promise<void> {
    while (account.granted < place && !signal.aborted) {
      const waitMs = ((place - account.granted) / account.limit) * 1000;
      await this.#clock.sleep(Math.min(Math.ceil(waitMs), LOOK_AGAIN_MS), signal);
      this.#look();
    }
  }

  #count(accountSid: string, ms: number): Account {
    this.#look();
    const now = this.#clock.steady();
    const account = this.#accounts.get(accountSid) ?? newAccount(now);
    this.#accounts.set(accountSid, account);
    account.recent.add(ms, now);
    account.asked += ms;
    if (account.limit === Number.POSITIVE_INFINITY) account.granted = account.asked;
    return account;
  }

  /** Brings everything up to date, each tenth of a second. */
  #look(): void {
    const now = this.#clock.steady();
    const passedMs = now - this.#lookedAt;
    if (passedMs < LOOK_MS) return;
    this.#lookedAt = now;
    // After a pause what was read before says nothing.
    const newest = passedMs > RECENT_MS ? 1 : NEWEST;
    this.#busy += (this.#load.read().busy - this.#busy) * newest;
    for (const [sid, account] of this.#accounts) {
      if (account.limit < Number.POSITIVE_INFINITY) {
        account.granted = Math.min(account.asked, account.granted + (account.limit * passedMs) / 1000);
      } else if (account.recent.perSecond(now) < 1) this.#accounts.delete(sid);
    }
    const working = [...this.#accounts.values()].filter(({ recent }) => recent.perSecond(now) > LITTLE);
    this.#working = working;
    if (working.length < 2 || this.#busy < NOT_BUSY) this.#raise(now);
    else if (this.#busy > TOO_BUSY) cut(working, this.#busy, now);
  }

  #raise(now: number): void {
    for (const account of this.#accounts.values()) {
      account.limit *= MORE;
      const isFree = account.granted >= account.asked && account.limit > account.recent.perSecond(now) * 2;
      if (isFree) account.limit = Number.POSITIVE_INFINITY;
      if (account.limit === Number.POSITIVE_INFINITY) account.granted = account.asked;
    }
  }
}

/** Those with more than an equal part get less; when there are none, those who are held back already. */
function cut(working: readonly Account[], busy: number, now: number): void {
  const rates = working.map((account) => ({ account, rate: account.recent.perSecond(now) }));
  const sum = rates.reduce((total, { rate }) => total + rate, 0);
  const equal = sum / rates.length;
  const cost = Math.min((busy * 1000) / sum, MOST_COST);
  // Whoever does no more than an equal part of what the process can do is left alone, even if the others do less.
  const most = Math.max(equal * CLEARLY, (TOO_BUSY * 1000) / rates.length / cost);
  const above = rates.filter(({ rate }) => rate > most);
  const heldBack = rates.filter(({ account }) => account.limit < Number.POSITIVE_INFINITY);
  for (const { account, rate } of above.length > 0 ? above : heldBack) {
    const less = Math.min(account.limit, rate) * LESS;
    account.limit = Math.min(account.limit, Math.max(less, equal * LEAST_PART, LEAST));
  }
}

function newAccount(now: number): Account {
  return { recent: new RecentAmount(RECENT_MS, now), limit: Number.POSITIVE_INFINITY, asked: 0, granted: 0 };
}
