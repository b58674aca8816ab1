import type { Clock } from '../../concurrency/clock.ts';
import { AriError, isGoing } from '../ari/ari-error.ts';
import type { AriConnection } from '../ari/connection.ts';
import { WEB_PHONE_ADDRESS } from '../../call/routing/sip-names.ts';
import { FileTail } from './file-tail.ts';
import { GuessLimit } from './guess-limit.ts';
import type { Log } from '../../concurrency/log.ts';
import { type KnownPhone, KnownPhones } from './known-phones.ts';
import { NO_LOGIN, readSecurityLine, type SecurityReport } from './security-log.ts';

/** How often the log is read: a guesser goes unnoticed for so long at most. */
const LOOK_MS = 100;
const AFTER_FAILURE_MS = 5_000;
/** The one object in Asterisk with all blocked addresses (res_pjsip_acl, kept in memory: sorcery.conf). */
const OBJECT = { configClass: 'res_pjsip', objectType: 'acl', id: 'legwork-guessers' } as const;

export interface SipGuardOptions {
  readonly ari: AriConnection;
  /** The path of Asterisk's security log. */
  readonly logFile: string;
  /** How many wrong passwords a minute are allowed. */
  readonly mostGuesses: number;
  readonly clock: Clock;
  readonly log: Log;
  /** Whether an address is never blocked, because calls come from there without a password. */
  readonly isTrusted: (address: string) => Promise<boolean>;
  readonly onBlocked?: () => void;
  readonly onRefused?: (refused: RefusedSender) => void;
}

/** A request that was answered with 401, and that no better one of the same sender has to follow. */
export interface RefusedSender {
  /** Undefined: of no client. */
  readonly login?: string;
  readonly address: string;
  readonly port: number;
}

/**
 * Follows Asterisk's security log to learn where phones are known, and who guesses passwords. Addresses that guess are
 * blocked for a while: Asterisk answers 403 to everything that they send.
 */
export class SipGuard {
  readonly #options: SipGuardOptions;
  readonly #limit: GuessLimit;
  readonly #tail: FileTail;
  readonly #phones: KnownPhones;
  readonly #off: () => void;
  /** The addresses that Asterisk blocks; undefined: not known. */
  #pushed: string | undefined;
  #cancel: () => void = () => undefined;
  #stopped = false;

  constructor(options: SipGuardOptions) {
    const { ari, clock, logFile, mostGuesses } = options;
    this.#options = options;
    this.#limit = new GuessLimit(mostGuesses, clock);
    this.#tail = new FileTail(logFile);
    this.#phones = new KnownPhones(clock);
    this.#off = ari.onUp(({ restarted }) => {
      if (restarted) this.#pushed = '';
    });
    this.#next();
  }

  /** How many addresses are blocked now. */
  get blocked(): number {
    return this.#limit.blocked().length;
  }

  /** The addresses from which clients have recently sent their passwords. */
  phones(): readonly KnownPhone[] {
    return this.#phones.all();
  }

  /** Stops following the log; blocked addresses stay blocked until another guard begins. */
  close(): void {
    this.#stopped = true;
    this.#cancel();
    this.#off();
  }

  #next(inMs = LOOK_MS): void {
    if (this.#stopped) return;
    this.#cancel = this.#options.clock.after(inMs, () => void this.#look().then((ms) => this.#next(ms)));
  }

  /** Resolves with the time until the next look. */
  async #look(): Promise<number> {
    const { ari, log } = this.#options;
    try {
      for (const line of await this.#tail.lines()) await this.#note(line);
      const wanted = this.#limit.blocked().toSorted().join();
      if (wanted !== this.#pushed && ari.state() === 'up') await this.#push(wanted);
      return LOOK_MS;
    } catch (error) {
      log.warn({ reason: String(error) }, 'addresses that guess SIP passwords cannot be blocked now');
      return AFTER_FAILURE_MS;
    }
  }

  async #note(line: string): Promise<void> {
    const report = readSecurityLine(line);
    // Browser phones all come from one address; who of them guesses is counted where their own addresses are known.
    if (report === undefined || report.address === WEB_PHONE_ADDRESS) return;
    this.#tellOfRefusal(report);
    if (report.event === 'SuccessfulAuth') this.#phones.seen(report.account, report.address);
    const block = this.#limit.note(report);
    if (block === undefined) return;
    const { isTrusted, log, onBlocked } = this.#options;
    const { address, forMs } = block;
    if (await isTrusted(address)) {
      this.#limit.pardon(address);
      return log.warn({ address }, 'SIP passwords are guessed from the address of a trunk');
    }
    onBlocked?.();
    log.warn({ address, seconds: forMs / 1000 }, 'An address that guessed SIP passwords is shut out');
  }

  /** Every phone is asked for its password first; for who is nobody's client that is the end of it. */
  #tellOfRefusal({ account, address, event, port }: SecurityReport): void {
    const { onRefused } = this.#options;
    const isNobody = account === NO_LOGIN;
    if (event === 'ChallengeSent' && isNobody) onRefused?.({ address, port });
    if (event === 'ChallengeResponseFailed' && !isNobody) onRefused?.({ login: account, address, port });
  }

  /** Updating this object would add to its addresses, so it is deleted and made again. */
  async #push(wanted: string): Promise<void> {
    this.#pushed = undefined;
    await this.#unless(isGoing, 'deleteObject');
    if (wanted !== '') {
      const fields = [{ attribute: 'deny', value: wanted }];
      await this.#unless(isUnreadable, 'updateObject', { fields });
      await this.#unless(isUnreadable, 'getObject');
    }
    this.#pushed = wanted;
  }

  async #unless(isFine: (error: unknown) => boolean, operation: string, more: object = {}): Promise<void> {
    try {
      await this.#options.ari.run('asterisk', operation, { ...OBJECT, ...more });
    } catch (error) {
      if (!isFine(error)) throw error;
    }
  }
}

/** Asterisk has made the object, or has it, but answers 500 because it cannot show its content (22.10.1). */
function isUnreadable(error: unknown): boolean {
  return error instanceof AriError && error.status === 500;
}
