import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../concurrency/clock.ts';
import { firstInactive } from '../../records/account-chain.ts';
import type { ConsoleSession, ConsoleSessionRepository } from '../../records/console-session.ts';
import type { AccountRecord, AccountRepository } from '../../records/repositories.ts';

/** A session ends so long after it began, and after it was used last. */
export const SESSION_S = 12 * 3600;
const IDLE_MS = 3_600_000;
/** Its use is written down at most so often. */
const NOTED_EACH_MS = 60_000;
const COOKIE_BYTES = 32;

export interface SessionDeps {
  readonly sessions: ConsoleSessionRepository;
  readonly accounts: AccountRepository;
  readonly clock: Clock;
  /** Who may sign in; undefined: every account. */
  readonly allowedAccounts: readonly string[] | undefined;
}

/** A session and whose it is. */
export interface SignedIn {
  readonly account: AccountRecord;
  readonly session: ConsoleSession;
}

/** The sessions of people who have signed in to the console. */
export class ConsoleSessions {
  readonly #deps: SessionDeps;

  constructor(deps: SessionDeps) {
    this.#deps = deps;
  }

  /** Whether this account may sign in; if not, sessions that it still has are void. */
  isAllowed(accountSid: string): boolean {
    return this.#deps.allowedAccounts?.includes(accountSid) !== false;
  }

  /** Begins a session with this AuthToken, which was found right; gives the cookie. @throws StoreUnavailableError */
  async begin(
    account: AccountRecord,
    authToken: string,
    access: ConsoleSession['access'],
  ): Promise<{ readonly cookie: string; readonly session: ConsoleSession }> {
    const { sessions, clock } = this.#deps;
    const now = clock.now();
    await sessions.removeOld(now - SESSION_S * 1000, now - IDLE_MS);
    const cookie = randomBytes(COOKIE_BYTES).toString('base64url');
    const session: ConsoleSession = {
      hash: hashOf(cookie),
      accountSid: account.sid,
      access,
      seal: sealOf(cookie, authToken),
      createdAt: now,
      usedAt: now,
    };
    await sessions.insert(session);
    return { cookie, session };
  }

  /** The session of a cookie, which counts as used now; undefined when it has ended, or its account or token has. */
  async find(cookie: string): Promise<SignedIn | undefined> {
    const found = await this.look(cookie);
    if (found === undefined) return undefined;
    const now = this.#deps.clock.now();
    const { hash, usedAt } = found.session;
    if (now - usedAt >= NOTED_EACH_MS) await this.#deps.sessions.used(hash, now);
    return found;
  }

  /** As `find`, but it does not count as use. */
  async look(cookie: string): Promise<SignedIn | undefined> {
    const { sessions, accounts, clock } = this.#deps;
    const session = await sessions.find(hashOf(cookie));
    const now = clock.now();
    if (session === undefined || isOver(session, now) || !this.isAllowed(session.accountSid))
      return undefined;
    const account = await accounts.find(session.accountSid);
    if (account === undefined || !isSealed(session, cookie, account, now)) return undefined;
    const inactive = await firstInactive(account, (sid) => accounts.find(sid));
    return inactive === undefined ? { account, session } : undefined;
  }

  async end(cookie: string): Promise<void> {
    await this.#deps.sessions.remove(hashOf(cookie));
  }
}

/** Whether it began, or was used last, too long ago. */
export function isOver({ createdAt, usedAt }: ConsoleSession, now: number): boolean {
  return now - createdAt >= SESSION_S * 1000 || now - usedAt >= IDLE_MS;
}

const SID_DIGITS = 32;

/** How others name it; nobody can sign in with that. */
export function sessionSid({ hash }: ConsoleSession): string {
  return `SE${hash.slice(0, SID_DIGITS)}`;
}

/** Whether the token with which it began still authenticates. */
function isSealed({ seal }: ConsoleSession, cookie: string, account: AccountRecord, now: number): boolean {
  const { authToken, previousToken } = account;
  const tokens = [
    authToken,
    ...(previousToken !== undefined && now < previousToken.until ? [previousToken.token] : []),
  ];
  return tokens.some((token) => timingSafeEqual(Buffer.from(sealOf(cookie, token)), Buffer.from(seal)));
}

function hashOf(cookie: string): string {
  return createHash('sha256').update(cookie).digest('hex');
}

/** Keyed with the cookie, so that a stolen database cannot be searched for tokens. */
function sealOf(cookie: string, authToken: string): string {
  return createHmac('sha256', cookie).update(authToken).digest('hex');
}
