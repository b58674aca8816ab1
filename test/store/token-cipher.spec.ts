import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { openStore } from '../../src/store/store.ts';
import { tokenCipher, WrongSecretKeyError } from '../../src/store/token-cipher.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { quiet } from './both-databases.ts';
import { ACCOUNT_SID, account } from './records.ts';

const OTHER = `AC${'2'.repeat(32)}`;
const TOKEN = '0123456789abcdef0123456789abcdef';

describe('An AuthToken in the database', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'legwork-tokens-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const path = () => join(folder, 'legwork.db');
  const open = (secretKey?: Uint8Array) =>
    openStore(
      { kind: 'sqlite', path: path() },
      { clock: new FakeClock(), logger: quiet, ...(secretKey === undefined ? {} : { secretKey }) },
    );

  async function withDatabase<T>(work: (database: Database) => Promise<T>): Promise<T> {
    const database = await openDatabase({ kind: 'sqlite', path: path() }, quiet);
    try {
      return await work(database);
    } finally {
      await database.close();
    }
  }

  it('is read back with the key, and is nowhere in the file', async () => {
    const store = await open(randomBytes(32));
    const kept = account({ authToken: TOKEN, previousToken: { token: `${TOKEN}-old`, until: 5 } });
    await store.repositories.accounts.insert(kept);
    assert.deepEqual(await store.repositories.accounts.find(ACCOUNT_SID), kept);
    await store.close();
    for (const name of ['', '-wal']) {
      const bytes = await readFile(path() + name).catch(() => Buffer.alloc(0));
      assert.equal(bytes.includes(TOKEN), false);
    }
  });

  it('is encrypted at the next start when an older Legwork has left it readable', async () => {
    const old = await open();
    const kept = account({ authToken: TOKEN });
    const { account: first } = await old.ensureFirstAccount({ authToken: `${TOKEN}-first` });
    await old.repositories.accounts.insert(kept);
    await old.close();
    const key = randomBytes(32);
    const store = await open(key);
    assert.deepEqual(await store.repositories.accounts.find(ACCOUNT_SID), kept);
    // The setting has not changed, so the token that was rotated meanwhile stays.
    await store.repositories.accounts.update(first.sid, (one) => ({ ...one, authToken: 'rotated' }));
    const again = await store.ensureFirstAccount({ authToken: `${TOKEN}-first` });
    assert.equal(again.account.authToken, 'rotated');
    await store.close();
    const rows = await withDatabase((database) => database.reader('accounts').select('auth_token'));
    for (const { auth_token: text } of rows as { auth_token: string }[]) {
      assert.match(text, /^aes256gcm:[\w-]+$/);
    }
  });

  it('is not opened with another key: the start fails', async () => {
    const store = await open(randomBytes(32));
    await store.repositories.accounts.insert(account());
    await store.close();
    await assert.rejects(open(randomBytes(32)), WrongSecretKeyError);
  });

  it('is no good in another account’s row, or changed', () => {
    const cipher = tokenCipher(randomBytes(32));
    const sealed = cipher.seal(TOKEN, ACCOUNT_SID);
    assert.equal(cipher.open(sealed, ACCOUNT_SID), TOKEN);
    assert.notEqual(cipher.seal(TOKEN, ACCOUNT_SID), sealed);
    assert.throws(() => cipher.open(sealed, OTHER), WrongSecretKeyError);
    assert.throws(() => cipher.open(sealed.slice(0, -4), ACCOUNT_SID), WrongSecretKeyError);
    assert.throws(() => cipher.open('aes256gcm:', ACCOUNT_SID), WrongSecretKeyError);
  });
});
