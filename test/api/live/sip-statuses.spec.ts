import assert from 'node:assert/strict';
import { SipStatuses } from '../../../src/api/live/sip-statuses.ts';
import { ACCOUNT_SID, client } from '../../store/records.ts';
import { FakeProvisioning } from '../../support/fake-api.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const PLACE = { prefix: '/2012-04-24', format: 'json' } as const;

describe('Which clients are registered', () => {
  const records = [client({ login: 'Alice' }), client({ login: 'bob' })];
  let provisioning: FakeProvisioning;
  let statuses: SipStatuses;
  beforeEach(() => {
    provisioning = new FakeProvisioning();
    const all = async () => records;
    statuses = new SipStatuses({
      clients: { all },
      trunks: { all: async () => [] },
      provisioning,
      clock: new FakeClock(),
    });
  });

  const changed = async () =>
    (await statuses.changed()).map(({ name, accountSid, present }) => {
      const { login, registered, contacts } = present(PLACE);
      return [name, accountSid, login, registered, contacts];
    });

  it('is told when it changes, not when it is looked at first', async () => {
    provisioning.phones.set('alice', ['sip:alice@10.0.0.1']);
    assert.deepEqual(await changed(), []);
    provisioning.phones.set('bob', ['sip:bob@10.0.0.2']);
    assert.deepEqual(await changed(), [['client.updated', ACCOUNT_SID, 'bob', true, ['sip:bob@10.0.0.2']]]);
    assert.deepEqual(await changed(), []);
    provisioning.phones.delete('alice');
    assert.deepEqual(await changed(), [['client.updated', ACCOUNT_SID, 'Alice', false, []]]);
  });

  it('is told of one client, also while Asterisk is away', async () => {
    provisioning.failure = new Error('away');
    const { present } = await statuses.client(client({ login: 'carol' }));
    const { login, registered } = present(PLACE);
    assert.deepEqual([login, registered], ['carol', null]);
  });

  it('is not known while Asterisk is away', async () => {
    provisioning.failure = new Error('away');
    await assert.rejects(statuses.changed());
  });
});
