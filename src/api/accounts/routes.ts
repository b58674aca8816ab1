import { compact } from '../../call/compact.ts';
import type { Clock } from '../../concurrency/clock.ts';
import {
  type AccountRecord,
  type AccountRepository,
  type CallRepository,
  TakenError,
} from '../../records/repositories.ts';
import { API_ERRORS, badRequest, notFound } from '../errors.ts';
import { readListQuery } from '../list-query.ts';
import { presentPage } from '../pages.ts';
import { readForm } from '../parameters.ts';
import { accountsUriOf } from '../place.ts';
import type { CallService } from '../ports.ts';
import { type ApiReply, type ApiRequest, one, type Route } from '../route.ts';
import { changedAccount, newAccount } from './change.ts';
import { endCallsOf } from './closing.ts';
import { presentAccount } from './presenter.ts';
import { accountFilterSchema, changedAccountSchema } from './schema.ts';

/** Authentication and routing follow the chain of parents at every request. */
const MAX_DEPTH = 5;

export interface AccountDeps {
  readonly accounts: AccountRepository;
  readonly calls: CallRepository;
  readonly callService: CallService;
  readonly clock: Clock;
}

/** `/Accounts` and `/Accounts/{sid}`. */
export function accountRoutes(deps: AccountDeps): readonly Route[] {
  const change = (request: ApiRequest) => changeAccount(deps, request);
  return [
    { method: 'GET', path: '', root: true, handle: (request) => listAccounts(deps, request) },
    { method: 'POST', path: '', root: true, handle: (request) => createAccount(deps, request) },
    {
      method: 'GET',
      path: '',
      handle: async ({ account, place }) => one(200, 'Account', presentAccount(account, place)),
    },
    { method: 'POST', path: '', evenInactive: true, handle: change },
    { method: 'PUT', path: '', evenInactive: true, handle: change },
  ];
}

async function listAccounts({ accounts }: AccountDeps, request: ApiRequest): Promise<ApiReply> {
  const { account, place, query } = request;
  const { page, given } = readListQuery(query, accountFilterSchema);
  const { FriendlyName: friendlyName, Status: status } = given;
  const found = await accounts.list(account.sid, page, compact({ friendlyName, status }));
  return {
    status: 200,
    content: {
      kind: 'list',
      collection: 'Accounts',
      key: 'accounts',
      element: 'Account',
      page: presentPage(accountsUriOf(place), query, page, found),
      items: found.items.map((record) => presentAccount(record, place)),
    },
  };
}

async function createAccount({ accounts, clock }: AccountDeps, request: ApiRequest): Promise<ApiReply> {
  const record = newAccount(request, clock.now());
  if ((await depthOf(accounts, request.account)) >= MAX_DEPTH) {
    throw badRequest(API_ERRORS.badRequest, `Accounts can be nested ${MAX_DEPTH} deep at most`);
  }
  await unlessTaken(accounts.insert(record));
  return one(201, 'Account', presentAccount(record, request.place));
}

async function changeAccount(deps: AccountDeps, request: ApiRequest): Promise<ApiReply> {
  const { accounts, clock } = deps;
  const given = readForm(changedAccountSchema, request.form);
  const change = (current: AccountRecord) => changedAccount(current, given, request.asking.sid, clock.now());
  const record = await unlessTaken(accounts.update(request.account.sid, change));
  if (record === undefined) throw notFound(`Account ${request.account.sid}`);
  if (record.status === 'closed') await endCallsOf(record.sid, deps);
  return one(200, 'Account', presentAccount(record, request.place));
}

async function depthOf(accounts: AccountRepository, account: AccountRecord): Promise<number> {
  let depth = 1;
  for (let sid = account.parentSid; sid !== undefined && depth < MAX_DEPTH; depth += 1) {
    sid = (await accounts.find(sid))?.parentSid;
  }
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
