import assert from 'node:assert/strict';
import type { Provisioning } from '../../src/api/ports.ts';
import { telling } from '../../src/main/live.ts';
import { client } from '../store/records.ts';
import { FakeProvisioning } from '../support/fake-api.ts';

const draft = async (record: { readonly sid: string }) =>
  ({ name: 'client.updated', accountSid: record.sid, present: () => ({}) }) as const;

describe('A client that REST changes', () => {
  const told: string[] = [];
  const asterisk = new FakeProvisioning();
  const provisioning: Provisioning = telling(
    asterisk,
    { client: draft, trunk: draft },
    (made) => void made().then(({ accountSid }) => told.push(accountSid)),
  );
  beforeEach(() => {
    told.length = 0;
    asterisk.failure = undefined;
  });

  it('is brought to Asterisk, and told to those who watch', async () => {
    const record = client();
    await provisioning.clientChanged(record);
    assert.deepEqual([asterisk.pushes, told], [[['client enabled', record.login]], [record.sid]]);
  });

  it('is told also when Asterisk does not take it: the database has it', async () => {
    asterisk.failure = new Error('away');
    const record = client();
    await assert.rejects(provisioning.clientChanged(record));
    assert.deepEqual(told, [record.sid]);
  });
});
