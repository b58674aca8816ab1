import assert from 'node:assert/strict';
import type { AriConnection } from '../../../src/asterisk/ari/connection.ts';
import { SipAccounts } from '../../../src/asterisk/sip-accounts/sip-accounts.ts';
import { FakeLog } from '../../support/fake-api.ts';
import { FakeClock } from '../../support/fake-clock.ts';

describe('A client with a name of ours, from a time when that could be had', () => {
  const asked: string[] = [];
  const ari = {
    onUp: () => undefined,
    run: async (_resource: string, operation: string, { id }: { id: string }) =>
      void asked.push(`${operation} ${id}`),
  } as unknown as AriConnection;
  const accounts = new SipAccounts(ari, { log: new FakeLog(), clock: new FakeClock() });

  for (const login of ['rc-out', 'legwork-health', 'anonymous']) {
    it(`is removed or disabled without a hand on Asterisk's ${login}`, async () => {
      await accounts.clientRemoved(login);
      await assert.rejects(accounts.clientChanged({ login, ha1: 'f'.repeat(32), status: 'enabled' }), {
        status: 400,
      });
      assert.deepEqual(asked, []);
    });
  }

  it('is the exception: any other one is removed', async () => {
    await accounts.clientRemoved('bob');
    assert.deepEqual(asked.splice(0), ['deleteObject bob', 'deleteObject bob', 'deleteObject bob']);
    await accounts.clientRemoved('Dave9');
    const names = ['dave9', 'dave9', 'dave9', 'Dave9', 'Dave9', 'Dave9'];
    assert.deepEqual(
      asked.splice(0),
      names.map((name) => `deleteObject ${name}`),
    );
  });
});
