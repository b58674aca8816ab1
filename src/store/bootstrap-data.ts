import type { Knex } from 'knex';
import type { Clock } from '../concurrency/clock.ts';
import type { AccountRecord } from '../records/repositories.ts';
import { newSid } from '../call/sids.ts';
import { findAccount, insertAccount, updateAccount } from './tables/accounts.ts';
import type { GroupCommit, WriteKind } from './group-commit.ts';
import { plainTokens, type TokenCipher } from './token-cipher.ts';
import { APPLIED_TOKEN_SETTING, FIRST_ACCOUNT_SETTING, readSetting, writeSetting } from './settings.ts';

/** ACCOUNT_SID and AUTH_TOKEN, if the environment sets them. */
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
 * The account that an installation begins with: made at the first start, with the values of the settings or else
 * with generated ones, which are kept. A changed AUTH_TOKEN setting replaces the token; an unchanged one leaves
 * it alone, so that a token that was rotated over REST stays rotated.
 *
 * @throws StoreUnavailableError
 */
export async function ensureFirstAccount(
  writes: GroupCommit,
  clock: Clock,
  cipher: TokenCipher,
  settings: FirstAccountSettings,
): Promise<FirstAccount> {
  const kind: WriteKind<FirstAccountSettings, FirstAccount> = {
    whenUnavailable: 'refuse',
    transaction: 'alone',
    run: (trx, inputs) =>
      Promise.all(inputs.map((input) => ensure({ trx, now: clock.now(), cipher }, input))),
  };
  return await writes.submit(kind, settings);
}

interface Writing {
  readonly trx: Knex.Transaction;
  readonly now: number;
  readonly cipher: TokenCipher;
}

async function ensure(writing: Writing, settings: FirstAccountSettings): Promise<FirstAccount> {
  const { trx, now, cipher } = writing;
  const sid = settings.accountSid ?? (await firstSid(trx));
  // Also locks the row: of two processes that start at once, the second finds the first one's account.
  await writeSetting(trx, FIRST_ACCOUNT_SETTING, sid);
  const known = await findAccount(trx, sid, cipher);
  const account = known ?? (await create(writing, sid, settings));
  const wanted = settings.authToken;
  if (wanted === undefined) return { account, created: known === undefined };
  const applied = await readSetting(trx, APPLIED_TOKEN_SETTING);
  // If it was written before there was a secret key, it is a plain hash.
  const isApplied = [cipher, plainTokens].some((one) => one.fingerprint(wanted) === applied);
  await writeSetting(trx, APPLIED_TOKEN_SETTING, cipher.fingerprint(wanted));
  if (known === undefined || isApplied) return { account, created: known === undefined };
  const updated = { ...account, authToken: wanted, dateUpdated: now };
  await updateAccount(trx, updated, cipher);
  return { account: updated, created: false };
}

/** The stored SID, or a new one, which is stored; of two processes that do so at once, the first one wins. */
async function firstSid(trx: Knex.Transaction): Promise<string> {
  const row = { key: FIRST_ACCOUNT_SETTING, value: newSid('AC') };
  await trx('installation_settings').insert(row).onConflict('key').ignore();
  return (await readSetting(trx, FIRST_ACCOUNT_SETTING)) ?? row.value;
}

async function create(
  { trx, now, cipher }: Writing,
  sid: string,
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
  await insertAccount(trx, account, cipher);
  return account;
}
