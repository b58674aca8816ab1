import assert from 'node:assert/strict';
import type { AriConnection } from '../../../src/asterisk/ari/connection.ts';
import { SipAccounts } from '../../../src/asterisk/sip-accounts/sip-accounts.ts';
import { FakeLog } from '../../support/fake-api.ts';
import { FakeClock } from '../../support/fake-clock.ts';

describe('The comparison of SIP accounts after a connect', () => {
  it('does not remove a client that is made while it runs', async () => {
    const inAsterisk = new Set(['alice', 'gone']);
    const removed: string[] = [];
    const ari = {
      onUp: () => undefined,
      run: async (
        _resource: string,
        operation: string,
        object: { id?: string; objectType?: string } = {},
      ) => {
        if (operation === 'listByTech')
          return [...inAsterisk].map((resource) => ({ resource, state: 'online' }));
        if (operation === 'deleteObject' && object.objectType === 'endpoint') removed.push(object.id ?? '');
        return undefined;
      },
    } as unknown as AriConnection;
    const accounts = new SipAccounts(ari, { log: new FakeLog(), clock: new FakeClock() });
    await accounts.syncAll(() => {
      // Bob is made a moment after the database was read, and REST pushes him to Asterisk at once.
      inAsterisk.add('bob');
      return Promise.resolve({ clients: [{ login: 'alice', ha1: 'f'.repeat(32) }], trunks: [] });
    });
    assert.deepEqual(removed, ['gone']);
  });
});
