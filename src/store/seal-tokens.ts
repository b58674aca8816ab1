import type { Knex } from 'knex';
import type { GroupCommit, WriteKind } from './group-commit.ts';
import type { TokenCipher } from './token-cipher.ts';

interface TokenRow {
  readonly sid: string;
  readonly auth_token: string;
  readonly previous_auth_token: string | null;
}

/**
 * Decrypts every token once, and encrypts those that an older Legwork has left readable.
 *
 * @throws WrongSecretKeyError, StoreUnavailableError
 */
export async function sealTokens(writes: GroupCommit, cipher: TokenCipher): Promise<void> {
  const kind: WriteKind<undefined, void> = {
    whenUnavailable: 'refuse',
    transaction: 'alone',
    run: async (trx, inputs) => {
      await sealAll(trx, cipher);
      return inputs.map(() => undefined);
    },
  };
  await writes.submit(kind, undefined);
}

async function sealAll(trx: Knex.Transaction, cipher: TokenCipher): Promise<void> {
  const rows: readonly TokenRow[] = await trx('accounts').select('sid', 'auth_token', 'previous_auth_token');
  for (const { sid, auth_token: token, previous_auth_token: previous } of rows) {
    const opened = cipher.open(token, sid);
    const openedPrevious = previous === null ? null : cipher.open(previous, sid);
    if (cipher.isSealed(token) && (previous === null || cipher.isSealed(previous))) continue;
    await trx('accounts')
      .where({ sid })
      .update({
        auth_token: cipher.seal(opened, sid),
        previous_auth_token: openedPrevious === null ? null : cipher.seal(openedPrevious, sid),
      });
  }
}
