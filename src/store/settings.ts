import type { Knex } from 'knex';

/** The SID of the account that was made, or named by ACCOUNT_SID, at the last start. */
export const FIRST_ACCOUNT_SETTING = 'first_account_sid';
/** SHA-256 of the AUTH_TOKEN that was applied last: only a changed setting is applied again. */
export const APPLIED_TOKEN_SETTING = 'applied_auth_token_hash';

/** Reads what the installation keeps under a name. */
export async function readSetting(trx: Knex, key: string): Promise<string | undefined> {
  const row: { readonly value: string } | undefined = await trx('installation_settings')
    .where({ key })
    .first();
  return row?.value;
}

/** Keeps a value under a name. */
export async function writeSetting(trx: Knex.Transaction, key: string, value: string): Promise<void> {
  await trx('installation_settings').insert({ key, value }).onConflict('key').merge();
}
