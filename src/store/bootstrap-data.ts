import { createHash } from 'node:crypto';
import type { Knex } from 'knex';
import type { Clock } from '../call/clock.ts';
import type { AccountRecord } from '../call/repositories.ts';
import { newSid } from '../call/sids.ts';
import { findAccount, insertAccount, updateAccount } from './accounts.ts';
import type { GroupCommit, WriteKind } from './group-commit.ts';
import { APPLIED_TOKEN_SETTING, FIRST_ACCOUNT_SETTING, readSetting, writeSetting } from './settings.ts';

/** ACCOUNT_SID and AUTH_TOKEN, where the environment names them. */
export interface FirstAccountSettings {
  readonly accountSid?: string;
  readonly authToken?: string;
}

export interface FirstAccount {
  readonly account: AccountRecord;
  /** Whether it was made just now. */
  readonly created: boolean;
}

/**
 * The account that an installation begins with: made at the first start, with what the settings name or with
 * values of its own, which are kept. A changed AUTH_TOKEN setting replaces the token; an unchanged one leaves
 * it alone, so that a token that was rotated over REST stays rotated.
 *
 * @throws StoreUnavailableError
 */
export async function ensureFirstAccount(
  writes: GroupCommit,
  clock: Clock,
  settings: FirstAccountSettings,
): Promise<FirstAccount> {
  const kind: WriteKind<FirstAccountSettings, FirstAccount> = {
    whenUnavailable: 'refuse',
    transaction: 'alone',
    run: (trx, inputs) => Promise.all(inputs.map((input) => ensure(trx, clock.now(), input))),
  };
  return await writes.submit(kind, settings);
}

async function ensure(
  trx: Knex.Transaction,
  now: number,
  settings: FirstAccountSettings,
): Promise<FirstAccount> {
  const sid = settings.accountSid ?? (await firstSid(trx));
  // Also locks the row: of two processes that start at once, the second finds the first one's account.
  await writeSetting(trx, FIRST_ACCOUNT_SETTING, sid);
  const known = await findAccount(trx, sid);
  const account = known ?? (await create(trx, sid, now, settings));
  const wanted = settings.authToken;
  if (wanted === undefined) return { account, created: known === undefined };
  const hash = createHash('sha256').update(wanted).digest('hex');
  const isApplied = (await readSetting(trx, APPLIED_TOKEN_SETTING)) === hash;
  await writeSetting(trx, APPLIED_TOKEN_SETTING, hash);
  if (known === undefined || isApplied) return { account, created: known === undefined };
  const updated = { ...account, authToken: wanted, dateUpdated: now };
  await updateAccount(trx, updated);
  return { account: updated, created: false };
}

/** The kept SID; a new one is noted first, and whoever noted it first wins. */
async function firstSid(trx: Knex.Transaction): Promise<string> {
  const row = { key: FIRST_ACCOUNT_SETTING, value: newSid('AC') };
  await trx('installation_settings').insert(row).onConflict('key').ignore();
  return (await readSetting(trx, FIRST_ACCOUNT_SETTING)) ?? row.value;
}

async function create(
  trx: Knex.Transaction,
  sid: string,
  now: number,
  settings: FirstAccountSettings,
): Promise<AccountRecord> {
  const account: AccountRecord = {
    sid,
    friendlyName: 'Legwork',
    status: 'active',
    // As many random digits as a SID has, without its prefix.
    authToken: settings.authToken ?? newSid('AC').slice(2),
    dateCreated: now,
    dateUpdated: now,
  };
  await insertAccount(trx, account);
  return account;
}
