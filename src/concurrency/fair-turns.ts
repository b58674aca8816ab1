/** Who asks for a turn. */
export interface Asker {
  readonly accountSid: string;
  /** Aborted when the turn is not wanted any more. */
  readonly signal: AbortSignal;
}

/** How many may work at the same time. */
export interface Shares {
  /** Of all accounts together. */
  readonly total: number;
  /** Of one account. */
  readonly perAccount: number;
  /** Of one account for one purpose, such as one host; default: `perAccount`. */
  readonly perPurpose?: number;
  /** An account with fewer than this at work never waits for other accounts, even when all places are taken. */
  readonly reserved: number;
}

interface Waiting {
  readonly account: string;
  readonly purpose: string;
  begin(): void;
}

/**
 * Lets a limited number work at the same time. The next turn goes to the account with the fewest at work, and
 * there to whoever has waited longest: a slow account, or one slow host of it, holds up nobody else.
 */
export class FairTurns {
  readonly #shares: Shares;
  /** In order of arrival. */
  readonly #waiting: Waiting[] = [];
  readonly #atWork = new Map<string, number>();
  #total = 0;

  constructor(shares: Shares) {
    this.#shares = shares;
  }

  /** Runs `work` when its turn comes; undefined when the asker's signal aborted before that. */
  async run<T>(asker: Asker, work: () => Promise<T>, purpose = ''): Promise<T | undefined> {
    const { accountSid: account, signal } = asker;
    if (signal.aborted) return undefined;
    const place = { account, purpose: `${account} ${purpose}` };
    if (this.#isFree(place)) this.#count(place, 1);
    else if (!(await this.#wait(place, signal))) return undefined;
    try {
      return await work();
    } finally {
      this.#count(place, -1);
      this.#beginNext();
    }
  }

  #wait(place: Pick<Waiting, 'account' | 'purpose'>, signal: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
      const leave = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
        resolve(false);
      };
      const begin = (): void => {
        signal.removeEventListener('abort', leave);
        resolve(true);
      };
      const waiting: Waiting = { ...place, begin };
      signal.addEventListener('abort', leave, { once: true });
      this.#waiting.push(waiting);
    });
  }

  #beginNext(): void {
    const free = this.#waiting.filter((waiting) => this.#isFree(waiting));
    const fewest = Math.min(...free.map(({ account }) => this.#at(account)));
    const next = free.find(({ account }) => this.#at(account) === fewest);
    if (next === undefined) return;
    this.#waiting.splice(this.#waiting.indexOf(next), 1);
    this.#count(next, 1);
    next.begin();
  }

  #isFree({ account, purpose }: Pick<Waiting, 'account' | 'purpose'>): boolean {
    const { total, perAccount, perPurpose = perAccount, reserved } = this.#shares;
    if (this.#at(purpose) >= perPurpose) return false;
    const atWork = this.#at(account);
    return atWork < reserved || (atWork < perAccount && this.#total < total);
  }

  #at(key: string): number {
    return this.#atWork.get(key) ?? 0;
  }

  #count({ account, purpose }: Pick<Waiting, 'account' | 'purpose'>, change: 1 | -1): void {
    this.#total += change;
    for (const key of [account, purpose]) {
      const now = this.#at(key) + change;
      if (now === 0) this.#atWork.delete(key);
      else this.#atWork.set(key, now);
    }
  }
}
