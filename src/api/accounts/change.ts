import { compact } from '../../call/compact.ts';
import type { AccountRecord } from '../../records/repositories.ts';
import { newSid } from '../../call/sids.ts';
import { API_ERRORS, badRequest } from '../errors.ts';
import type { ChangedAccount, NewAccount } from './schema.ts';

const DEFAULT_GRACE_S = 86_400;

/** The sub-account that a request asks for. */
export function newAccount(parentSid: string, given: NewAccount, now: number): AccountRecord {
  const sid = newSid('AC');
  return compact({
    sid,
    parentSid,
    friendlyName: given.FriendlyName ?? sid,
    emailAddress: given.EmailAddress,
    status: 'active' as const,
    authToken: newToken(),
    dateCreated: now,
    dateUpdated: now,
  });
}

/** The account with the changes that a request asks for. @throws ApiError */
export function changedAccount(
  account: AccountRecord,
  given: ChangedAccount,
  askingSid: string,
  now: number,
): AccountRecord {
  if (account.status === 'closed') {
    throw badRequest(API_ERRORS.badRequest, 'A closed account cannot be changed or opened again');
  }
  if (given.Status !== undefined && account.sid === askingSid) {
    throw badRequest(API_ERRORS.badRequest, 'Status can be changed only by an account above this one');
  }
  if (given.AuthTokenGracePeriod !== undefined && given.RotateAuthToken !== true) {
    throw badRequest(API_ERRORS.badRequest, 'AuthTokenGracePeriod needs RotateAuthToken=true');
  }
  const changed = {
    ...account,
    friendlyName: given.FriendlyName ?? account.friendlyName,
    ...compact({ emailAddress: given.EmailAddress ?? account.emailAddress }),
    status: given.Status ?? account.status,
    dateUpdated: now,
  };
  if (given.RotateAuthToken !== true) return changed;
  return rotated(changed, now, given.AuthTokenGracePeriod ?? DEFAULT_GRACE_S);
}

/** A new token. The previous one still authenticates for `graceS` seconds; an older one is void at once. */
function rotated(account: AccountRecord, now: number, graceS: number): AccountRecord {
  const { previousToken: _older, ...rest } = account;
  const next = { ...rest, authToken: newToken() };
  if (graceS === 0) return next;
  return { ...next, previousToken: { token: account.authToken, until: now + graceS * 1000 } };
}

/** Random digits, as many as a SID has after its prefix. */
function newToken(): string {
  return newSid('AC').slice(2);
}
