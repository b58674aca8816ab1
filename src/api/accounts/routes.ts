import { compact } from '../../call/compact.ts';
import type { Clock } from '../../concurrency/clock.ts';
import { accountChain } from '../../records/account-chain.ts';
import {
  type AccountRecord,
  type AccountRepository,
  type CallRepository,
  MAX_ACCOUNT_DEPTH,
  TakenError,
} from '../../records/repositories.ts';
import { API_ERRORS, badRequest, notFound } from '../errors.ts';
import { accountsUriOf } from '../place.ts';
import type { CallService } from '../ports.ts';
import type { ApiRequest, Route } from '../route.ts';
import { changeRoutes, createRoute, listRoute, readRoute } from '../route-kinds.ts';
import { changedAccount, newAccount } from './change.ts';
import { endCallsOf } from './closing.ts';
import { ACCOUNT, presentAccount } from './presenter.ts';
import {
  accountFilterSchema,
  type ChangedAccount,
  changedAccountSchema,
  type NewAccount,
  newAccountSchema,
} from './schema.ts';

export interface AccountDeps {
  readonly accounts: AccountRepository;
  readonly calls: CallRepository;
  readonly callService: CallService;
  readonly clock: Clock;
  /** Told when accounts may no longer do what they did. */
  readonly onRestricted: () => void;
  /** Told when an account has another status. */
  readonly onStatus?: () => void;
  /** In a cluster: ends the calls of an account that was closed on all other nodes. */
  readonly endElsewhere?: (accountSid: string) => Promise<void>;
}

/** `/Accounts` and `/Accounts/{sid}`. */
export function accountRoutes(deps: AccountDeps): readonly Route[] {
  return [
    listOfAccounts(deps.accounts),
    createRoute({
      path: '',
      authTokenOnly: true,
      root: true,
      summary: 'Creates a sub-account',
      form: newAccountSchema,
      resource: ACCOUNT,
      handle: async ({ account, form, place }) => ({
        shown: presentAccount(await createAccount(deps, account, form), place),
      }),
    }),
    readRoute({
      path: '',
      authTokenOnly: true,
      summary: 'Reads an Account',
      resource: ACCOUNT,
      handle: async ({ account, place }) => ({ shown: presentAccount(account, place) }),
    }),
    ...changeRoutes({
      path: '',
      authTokenOnly: true,
      evenInactive: true,
      summary: 'Changes, suspends or closes an account, or rotates its AuthToken',
      form: changedAccountSchema,
      resource: ACCOUNT,
      handle: async (request) => ({
        shown: presentAccount(await changeAccount(deps, request), request.place),
      }),
    }),
  ];
}

function listOfAccounts(accounts: AccountRepository): Route {
  return listRoute({
    path: '',
    root: true,
    authTokenOnly: true,
    summary: 'This account and those below it',
    filters: accountFilterSchema,
    resource: ACCOUNT,
    handle: async ({ account, place, query: { page, given } }) => {
      const filter = compact({ friendlyName: given.FriendlyName, status: given.Status });
      const found = await accounts.list(account.sid, page, filter);
      const items = found.items.map((record) => presentAccount(record, place));
      return { ...found, items, uri: accountsUriOf(place) };
    },
  });
}

async function createAccount(
  { accounts, clock }: AccountDeps,
  parent: AccountRecord,
  given: NewAccount,
): Promise<AccountRecord> {
  if ((await depthOf(accounts, parent)) >= MAX_ACCOUNT_DEPTH) {
    throw badRequest(API_ERRORS.badRequest, `Accounts can be nested ${MAX_ACCOUNT_DEPTH} deep at most`);
  }
  const record = newAccount(parent.sid, given, clock.now());
  await unlessTaken(accounts.insert(record));
  return record;
}

async function changeAccount(
  deps: AccountDeps,
  { account, asking, form }: ApiRequest<{ readonly form: ChangedAccount }>,
): Promise<AccountRecord> {
  const { accounts, clock } = deps;
  const change = (current: AccountRecord) => changedAccount(current, form, asking.sid, clock.now());
  const record = await unlessTaken(accounts.update(account.sid, change));
  if (record === undefined) throw notFound(`Account ${account.sid}`);
  if (record.status !== 'active') deps.onRestricted();
  if (record.status !== account.status) deps.onStatus?.();
  if (record.status === 'closed')
    await Promise.all([endCallsOf(record.sid, deps), deps.endElsewhere?.(record.sid)]);
  return record;
}

async function depthOf(accounts: AccountRepository, account: AccountRecord): Promise<number> {
  let depth = 0;
  for await (const _ of accountChain(account, (sid) => accounts.find(sid))) depth += 1;
  return depth;
}

async function unlessTaken<R>(write: Promise<R>): Promise<R> {
  try {
    return await write;
  } catch (error) {
    if (!(error instanceof TakenError)) throw error;
    const message = 'EmailAddress is already in use in this installation; choose another one';
    throw badRequest(API_ERRORS.badRequest, message);
  }
}
