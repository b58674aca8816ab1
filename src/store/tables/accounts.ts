import type { Knex } from 'knex';
import { accountChain, firstInactive } from '../../records/account-chain.ts';
import {
  type AccountFilter,
  type AccountRecord,
  type AccountRepository,
  TakenError,
} from '../../records/repositories.ts';
import type { Page, PageRequest } from '../../records/page.ts';
import type { Database } from '../database.ts';
import type { GroupCommit, WriteKind } from '../group-commit.ts';
import type { KnownRows } from '../known-rows.ts';
import { readPage } from './paging.ts';
import { optional, orNull, type Row } from '../rows.ts';
import { FIRST_ACCOUNT_SETTING } from '../settings.ts';
import type { TokenCipher } from '../token-cipher.ts';

interface AccountRow {
  readonly sid: string;
  readonly friendly_name: string;
  readonly email_address: string | null;
  readonly parent_sid: string | null;
  readonly status: AccountRecord['status'];
  readonly auth_token: string;
  readonly previous_auth_token: string | null;
  readonly previous_auth_token_until: number | null;
  readonly created_at: number;
  readonly updated_at: number;
}

/** The given account and all below it. */
/** The account and all below it. */
export const ACCOUNT_TREE = `(with recursive tree (sid) as (
    select cast(? as text)
    union all
    select a.sid from accounts a join tree t on a.parent_sid = t.sid
  ) select sid from tree)`;

type Update = (current: AccountRecord) => AccountRecord;
type Change = { readonly insert: AccountRecord } | { readonly sid: string; readonly update: Update };

/** The accounts of the installation. */
export class SqlAccounts implements AccountRepository {
  readonly #database: Database;
  readonly #writes: GroupCommit;
  readonly #cipher: TokenCipher;
  readonly #known: KnownRows;
  readonly #change: WriteKind<Change, AccountRecord | undefined>;

  constructor(database: Database, writes: GroupCommit, cipher: TokenCipher, known: KnownRows) {
    this.#database = database;
    this.#writes = writes;
    this.#cipher = cipher;
    this.#known = known;
    this.#change = {
      whenUnavailable: 'refuse',
      transaction: 'alone',
      run: async (trx, changes) => {
        const done: (AccountRecord | undefined)[] = [];
        for (const change of changes) done.push(await applyChange(trx, change, cipher));
        return done;
      },
    };
  }

  async list(topSid: string, page: PageRequest, filter: AccountFilter): Promise<Page<AccountRecord>> {
    const query = this.#database.reader('accounts').whereRaw(`sid in ${ACCOUNT_TREE}`, [topSid]);
    if (filter.friendlyName !== undefined) void query.where('friendly_name', filter.friendlyName);
    if (filter.status !== undefined) void query.where('status', filter.status);
    return await readPage(query, { column: 'created_at' }, page, (row: AccountRow) =>
      recordOf(row, this.#cipher),
    );
  }

  async find(sid: string): Promise<AccountRecord | undefined> {
    return await this.#known.get(`accounts ${sid}`, () => this.#first({ sid }));
  }

  async findByEmail(emailAddress: string): Promise<AccountRecord | undefined> {
    return await this.#first({ email_lower: emailAddress.toLowerCase() });
  }

  async insert(account: AccountRecord): Promise<void> {
    await this.#known.written(() => this.#writes.submit(this.#change, { insert: account }));
  }

  async update(sid: string, update: Update): Promise<AccountRecord | undefined> {
    return await this.#known.written(() => this.#writes.submit(this.#change, { sid, update }));
  }

  async first(): Promise<AccountRecord | undefined> {
    const row: AccountRow | undefined = await this.#database
      .reader('accounts')
      .where(
        'sid',
        this.#database.reader('installation_settings').select('value').where({ key: FIRST_ACCOUNT_SETTING }),
      )
      .first();
    return row === undefined ? undefined : recordOf(row, this.#cipher);
  }

  /** The account's status; an account is inactive when any account above it is. */
  async statusWithin(account: AccountRecord): Promise<AccountRecord['status']> {
    return (await firstInactive(account, (sid) => this.find(sid)))?.status ?? 'active';
  }

  async isWithin(ancestorSid: string, sid: string): Promise<boolean> {
    const account = await this.find(sid);
    if (account === undefined) return false;
    for await (const one of accountChain(account, (parent) => this.find(parent))) {
      if (one.sid === ancestorSid) return true;
    }
    return false;
  }

  async #first(where: Readonly<Record<string, string>>): Promise<AccountRecord | undefined> {
    const row: AccountRow | undefined = await this.#database.reader('accounts').where(where).first();
    return row === undefined ? undefined : recordOf(row, this.#cipher);
  }
}

/** The account after the change; undefined when there is none to change. */
async function applyChange(
  trx: Knex.Transaction,
  change: Change,
  cipher: TokenCipher,
): Promise<AccountRecord | undefined> {
  if ('insert' in change) {
    await insertAccount(trx, change.insert, cipher);
    return change.insert;
  }
  const current = await findAccount(trx, change.sid, cipher);
  if (current === undefined) return undefined;
  const account = change.update(current);
  await updateAccount(trx, account, cipher);
  return account;
}

/** Inserts an account in the caller's transaction. @throws TakenError */
export async function insertAccount(
  trx: Knex.Transaction,
  account: AccountRecord,
  cipher: TokenCipher,
): Promise<void> {
  await refuseTaken(trx, account);
  await trx('accounts').insert(rowOf(account, cipher));
}

/** Replaces an account in the caller's transaction. @throws TakenError */
export async function updateAccount(
  trx: Knex.Transaction,
  account: AccountRecord,
  cipher: TokenCipher,
): Promise<void> {
  await refuseTaken(trx, account);
  await trx('accounts').where({ sid: account.sid }).update(rowOf(account, cipher));
}

/** Reads an account in the caller's transaction, until the end of which nobody else changes it. */
export async function findAccount(
  trx: Knex.Transaction,
  sid: string,
  cipher: TokenCipher,
): Promise<AccountRecord | undefined> {
  const row: AccountRow | undefined = await trx('accounts').where({ sid }).forUpdate().first();
  return row === undefined ? undefined : recordOf(row, cipher);
}

async function refuseTaken(trx: Knex.Transaction, { sid, emailAddress }: AccountRecord): Promise<void> {
  if (emailAddress === undefined) return;
  const other: unknown = await trx('accounts')
    .where({ email_lower: emailAddress.toLowerCase() })
    .whereNot({ sid })
    .first();
  if (other !== undefined) throw new TakenError('emailAddress');
}

function rowOf(account: AccountRecord, cipher: TokenCipher): Row {
  const { sid, previousToken: previous } = account;
  return {
    sid,
    friendly_name: account.friendlyName,
    email_address: orNull(account.emailAddress),
    email_lower: orNull(account.emailAddress?.toLowerCase()),
    parent_sid: orNull(account.parentSid),
    status: account.status,
    auth_token: cipher.seal(account.authToken, sid),
    previous_auth_token: previous === undefined ? null : cipher.seal(previous.token, sid),
    previous_auth_token_until: orNull(previous?.until),
    created_at: account.dateCreated,
    updated_at: account.dateUpdated,
  };
}

function recordOf(row: AccountRow, cipher: TokenCipher): AccountRecord {
  const { sid, previous_auth_token: previous, previous_auth_token_until: until } = row;
  return {
    sid,
    friendlyName: row.friendly_name,
    ...optional('emailAddress', row.email_address),
    ...optional('parentSid', row.parent_sid),
    status: row.status,
    authToken: cipher.open(row.auth_token, sid),
    ...(previous === null || until === null
      ? {}
      : { previousToken: { token: cipher.open(previous, sid), until } }),
    dateCreated: row.created_at,
    dateUpdated: row.updated_at,
  };
}
