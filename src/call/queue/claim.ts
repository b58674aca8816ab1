/**
 * How it went for a member that was taken: it talked (`bridged`); whoever took it gave up before they talked
 * (`abandoned`); it is to be hung up before they talk (`declined`); Asterisk could not connect them (`failed`).
 */
export type Verdict = 'bridged' | 'abandoned' | 'declined' | 'failed';

/** What the member and the leg that took it know of each other, until the taker says how it went. */
export class Claim {
  /** The CallSid of the leg that took the member, or `api`. */
  readonly takerSid: string;
  /** Resolves when the member hears nothing any more, or is gone. */
  readonly silent: Promise<void>;
  /** Resolves when the taker lets the member go; then they are not connected any more. */
  readonly verdict: Promise<Verdict>;
  /** Whether the two have been connected. */
  isTalking: boolean;
  /** A former process had made it, and its taker has not come back yet. */
  isRestored: boolean;
  readonly #gone = new AbortController();
  #resolveSilent: () => void = () => undefined;
  #resolveVerdict: (verdict: Verdict) => void = () => undefined;

  constructor(takerSid: string, { isTalking = false, isRestored = false } = {}) {
    this.takerSid = takerSid;
    this.isTalking = isTalking;
    this.isRestored = isRestored;
    this.silent = new Promise((resolve) => {
      this.#resolveSilent = resolve;
    });
    this.verdict = new Promise((resolve) => {
      this.#resolveVerdict = resolve;
    });
  }

  /** Aborted when the member has hung up, or goes on with another document. */
  get gone(): AbortSignal {
    return this.#gone.signal;
  }

  /** The member's wait document or music is over. */
  isSilent(): void {
    this.#resolveSilent();
  }

  /** The member is not to be had any more. */
  memberGoes(): void {
    this.#gone.abort();
    this.#resolveSilent();
  }

  /** Says how it went; what is said later does not count. */
  finish(verdict: Verdict): void {
    this.#resolveVerdict(verdict);
  }
}
