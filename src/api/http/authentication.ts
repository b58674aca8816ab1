import { createHash, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../concurrency/clock.ts';
import { firstInactive } from '../../records/account-chain.ts';
import type { KeyRecord } from '../../records/key-record.ts';
import type { AccountRecord, AccountRepository, KeyRepository } from '../../records/repositories.ts';
import { isSid } from '../../call/sids.ts';
import { isSecret } from '../keys/secret.ts';
import { API_ERRORS, ApiError, notFound, tooManyRequests } from '../errors.ts';
import type { FailureLimiter } from './failure-limiter.ts';

const CHALLENGE = { 'WWW-Authenticate': 'Basic realm="Legwork", charset="UTF-8"' };

export interface AuthenticationDeps {
  readonly accounts: AccountRepository;
  readonly keys: Pick<KeyRepository, 'findAnywhere'>;
  readonly limiter: FailureLimiter;
  readonly clock: Clock;
}

/** Who asks: an active account, and the API key with which it asks, if it is one. */
export interface Authenticated {
  readonly account: AccountRecord;
  readonly key?: KeyRecord;
}

/**
 * The active account whose credentials an Authorization header has.
 * @throws ApiError 401, 403 (suspended or closed), 429 instead of 401 (too many wrong tokens from this address).
 * The right token is never refused: many clients may share an address, and tokens are too long to be guessed.
 */
export async function authenticate(
  deps: AuthenticationDeps,
  header: string | undefined,
  address: string,
): Promise<Authenticated> {
  const credentials = credentialsOf(header);
  if (credentials === undefined) throw unauthorized('Authentication is required: AccountSid and AuthToken');
  if (isSid('SK', credentials.user)) return await accountWithKey(deps, credentials, address);
  return { account: await accountWithToken(deps, credentials, address) };
}

export interface Credentials {
  /** AccountSid or e-mail address. */
  readonly user: string;
  readonly token: string;
}

/** The active account with these credentials. @throws ApiError as `authenticate` */
export async function accountWithToken(
  deps: AuthenticationDeps,
  credentials: Credentials,
  address: string,
): Promise<AccountRecord> {
  const account = await accountOf(deps.accounts, credentials.user);
  // Always compared with something, so that the time taken does not reveal which accounts exist.
  const right = sameSecret(credentials.token, account?.authToken ?? '');
  const rightBefore = sameSecret(credentials.token, tokenBefore(account, deps.clock.now()));
  if (account === undefined || credentials.token === '' || !(right || rightBefore)) {
    throw doNotMatch(deps, credentials, address, 'AccountSid (or e-mail address) and AuthToken');
  }
  await requireActive(deps.accounts, account);
  return account;
}

/** The active account of an API key. @throws ApiError as `authenticate` */
async function accountWithKey(
  deps: AuthenticationDeps,
  credentials: Credentials,
  address: string,
): Promise<Authenticated> {
  const key = await deps.keys.findAnywhere(credentials.user);
  const right = isSecret(credentials.token, key?.secretHash);
  const account = key === undefined ? undefined : await deps.accounts.find(key.accountSid);
  if (!right || key === undefined || account === undefined) {
    throw doNotMatch(deps, credentials, address, 'The key’s SID and secret');
  }
  await requireActive(deps.accounts, account);
  return { account, key };
}

/** 401, or 429 when there have been too many, and counts the failure. */
function doNotMatch(
  { limiter }: AuthenticationDeps,
  { user }: Credentials,
  address: string,
  what: string,
): ApiError {
  const waitS = limiter.blockedForS(address, user);
  if (waitS > 0) return tooManyRequests('Too many wrong AuthTokens from this address', waitS);
  limiter.failed(address, user);
  return unauthorized(`${what} do not match`);
}

/** Whether an account may still be used that has authenticated before. */
export async function isStillActive(accounts: AccountRepository, sid: string): Promise<boolean> {
  const account = await accounts.find(sid);
  return account !== undefined && (await firstInactive(account, (one) => accounts.find(one))) === undefined;
}

/** The same of whoever has authenticated, perhaps with a key, which may have been removed. */
export async function isStillLetIn(
  { accounts, keys }: Pick<AuthenticationDeps, 'accounts' | 'keys'>,
  { account, key }: Authenticated,
): Promise<boolean> {
  if (key !== undefined && (await keys.findAnywhere(key.sid)) === undefined) return false;
  return await isStillActive(accounts, account.sid);
}

/**
 * The account that a path names, when `asking` may act on it: itself, or one below it.
 * @throws ApiError 404, also for an account that exists but is not below `asking`; 403 when it must be active and is not
 */
export async function accountInScope(
  accounts: AccountRepository,
  asking: AccountRecord,
  sid: string,
  mustBeActive: boolean,
): Promise<AccountRecord> {
  if (sid === asking.sid) return asking;
  if (!isSid('AC', sid) || !(await accounts.isWithin(asking.sid, sid))) throw notFound();
  const account = await accounts.find(sid);
  if (account === undefined) throw notFound();
  if (mustBeActive) await requireActive(accounts, account);
  return account;
}

/** The token before the last rotation, during its grace period; otherwise empty, which is nobody's token. */
function tokenBefore(account: AccountRecord | undefined, now: number): string {
  const previous = account?.previousToken;
  return previous !== undefined && now < previous.until ? previous.token : '';
}

function credentialsOf(header: string | undefined): Credentials | undefined {
  const encoded = /^Basic +([A-Za-z0-9+/_=-]+) *$/i.exec(header ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const decoded = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = decoded.indexOf(':');
  // RFC 7617 forbids control characters, and PostgreSQL cannot search for some of them.
  return colon < 1 || /\p{Cc}/u.test(decoded)
    ? undefined
    : { user: decoded.slice(0, colon), token: decoded.slice(colon + 1) };
}

async function accountOf(accounts: AccountRepository, user: string): Promise<AccountRecord | undefined> {
  if (isSid('AC', user)) return accounts.find(user);
  return user.includes('@') ? accounts.findByEmail(user) : undefined;
}

/** Compares digests, because these always have the same length. */
function sameSecret(given: string, kept: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(kept));
}

/** An account is inactive if any account above it is. */
async function requireActive(accounts: AccountRepository, account: AccountRecord): Promise<void> {
  const inactive = await firstInactive(account, (sid) => accounts.find(sid));
  if (inactive !== undefined) throw notActive(inactive);
}

function notActive(account: AccountRecord): ApiError {
  return new ApiError(403, API_ERRORS.accountNotActive, `Account ${account.sid} is ${account.status}`);
}

/** 401. With the challenge a browser opens its own window for a password. */
export function unauthorized(message: string, challenge = true): ApiError {
  return new ApiError(401, API_ERRORS.unauthorized, message, challenge ? CHALLENGE : {});
}

/** The same error, but that a 401 asks no browser to ask its user for a password. */
export function withoutChallenge(error: unknown): unknown {
  return error instanceof ApiError && error.status === 401 ? unauthorized(error.message, false) : error;
}
