import type { Knex } from 'knex';
import { type AccountRecord, type AccountRepository, TakenError } from '../call/repositories.ts';
import type { Database } from './database.ts';
import type { GroupCommit, WriteKind } from './group-commit.ts';
import { optional, orNull, type Row } from './rows.ts';
import { FIRST_ACCOUNT_SETTING } from './settings.ts';

interface AccountRow {
  readonly sid: string;
  readonly friendly_name: string;
  readonly email_address: string | null;
  readonly parent_sid: string | null;
  readonly status: AccountRecord['status'];
  readonly auth_token: string;
  readonly created_at: number;
  readonly updated_at: number;
}

/** Accounts are nested this deep at most when a chain of parents is followed. */
const DEEPEST = 100;

type Change = { readonly insert: AccountRecord } | { readonly update: AccountRecord };

/** The accounts of the installation. */
export class SqlAccounts implements AccountRepository {
  readonly #database: Database;
  readonly #writes: GroupCommit;

  constructor(database: Database, writes: GroupCommit) {
    this.#database = database;
    this.#writes = writes;
  }

  async find(sid: string): Promise<AccountRecord | undefined> {
    return await this.#first({ sid });
  }

  async findByEmail(emailAddress: string): Promise<AccountRecord | undefined> {
    return await this.#first({ email_lower: emailAddress.toLowerCase() });
  }

  async insert(account: AccountRecord): Promise<void> {
    await this.#writes.submit(changeAccount, { insert: account });
  }

  async update(account: AccountRecord): Promise<void> {
    await this.#writes.submit(changeAccount, { update: account });
  }

  async first(): Promise<AccountRecord | undefined> {
    const row: AccountRow | undefined = await this.#database
      .reader('accounts')
      .where(
        'sid',
        this.#database.reader('installation_settings').select('value').where({ key: FIRST_ACCOUNT_SETTING }),
      )
      .first();
    return row === undefined ? undefined : recordOf(row);
  }

  async isWithin(ancestorSid: string, sid: string): Promise<boolean> {
    let current: string | undefined = sid;
    for (let depth = 0; current !== undefined && depth < DEEPEST; depth += 1) {
      const account: AccountRecord | undefined = await this.find(current);
      if (account === undefined) return false;
      if (current === ancestorSid) return true;
      current = account.parentSid;
    }
    return false;
  }

  async #first(where: Readonly<Record<string, string>>): Promise<AccountRecord | undefined> {
    const row: AccountRow | undefined = await this.#database.reader('accounts').where(where).first();
    return row === undefined ? undefined : recordOf(row);
  }
}

const changeAccount: WriteKind<Change, void> = {
  whenUnavailable: 'refuse',
  transaction: 'alone',
  run: async (trx, changes) => {
    for (const change of changes) {
      if ('insert' in change) await insertAccount(trx, change.insert);
      else await updateAccount(trx, change.update);
    }
    return changes.map(() => undefined);
  },
};

/** Inserts an account in somebody's transaction. @throws TakenError */
export async function insertAccount(trx: Knex.Transaction, account: AccountRecord): Promise<void> {
  await refuseTaken(trx, account);
  await trx('accounts').insert(rowOf(account));
}

/** Replaces an account in somebody's transaction. @throws TakenError */
export async function updateAccount(trx: Knex.Transaction, account: AccountRecord): Promise<void> {
  await refuseTaken(trx, account);
  await trx('accounts').where({ sid: account.sid }).update(rowOf(account));
}

/** Reads an account in somebody's transaction. */
export async function findAccount(trx: Knex.Transaction, sid: string): Promise<AccountRecord | undefined> {
  const row: AccountRow | undefined = await trx('accounts').where({ sid }).first();
  return row === undefined ? undefined : recordOf(row);
}

async function refuseTaken(trx: Knex.Transaction, { sid, emailAddress }: AccountRecord): Promise<void> {
  if (emailAddress === undefined) return;
  const other: unknown = await trx('accounts')
    .where({ email_lower: emailAddress.toLowerCase() })
    .whereNot({ sid })
    .first();
  if (other !== undefined) throw new TakenError('emailAddress');
}

function rowOf(account: AccountRecord): Row {
  return {
    sid: account.sid,
    friendly_name: account.friendlyName,
    email_address: orNull(account.emailAddress),
    email_lower: orNull(account.emailAddress?.toLowerCase()),
    parent_sid: orNull(account.parentSid),
    status: account.status,
    auth_token: account.authToken,
    created_at: account.dateCreated,
    updated_at: account.dateUpdated,
  };
}

function recordOf(row: AccountRow): AccountRecord {
  return {
    sid: row.sid,
    friendlyName: row.friendly_name,
    ...optional('emailAddress', row.email_address),
    ...optional('parentSid', row.parent_sid),
    status: row.status,
    authToken: row.auth_token,
    dateCreated: row.created_at,
    dateUpdated: row.updated_at,
  };
}
