import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { openStore } from '../../src/store/store.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { describeOnBoth, quiet } from './both-databases.ts';
import { ACCOUNT_SID, account, fullTrunk } from './records.ts';

describeOnBoth('A trunk’s password in the database', (the) => {
  it('is encrypted, and of use only in its own row', async () => {
    const store = await openStore(the().url, {
      clock: new FakeClock(),
      logger: quiet,
      secretKey: randomBytes(32),
    });
    try {
      const { accounts, trunks } = store.repositories;
      await accounts.insert(account());
      const [one, other] = [fullTrunk(), fullTrunk()];
      for (const trunk of [one, other]) await trunks.insert(trunk);
      assert.deepEqual(await trunks.find(ACCOUNT_SID, one.sid), one);
      const rows: { sid: string; password: string }[] = await the()
        .database.reader('sip_trunks')
        .select('sid', 'password');
      for (const { password } of rows) assert.match(password, /^aes256gcm:[\w-]+$/);
      const moved = rows.find(({ sid }) => sid === other.sid)?.password ?? '';
      await the().database.writer('sip_trunks').where({ sid: one.sid }).update({ password: moved });
      await assert.rejects(trunks.all(), /another secret key/);
    } finally {
      await store.close();
    }
  });
});
