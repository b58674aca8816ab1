import assert from 'node:assert/strict';
import { AriError } from '../../../src/asterisk/ari/ari-error.ts';
import type { AriConnection } from '../../../src/asterisk/ari/connection.ts';
import { type SipTrunk } from '../../../src/asterisk/sip-accounts/sip-object.ts';
import { trunkObjects } from '../../../src/asterisk/sip-accounts/endpoint-objects.ts';
import { SipObjects } from '../../../src/asterisk/sip-accounts/sip-objects.ts';
import { TrunkProvisioning } from '../../../src/asterisk/sip-accounts/trunk-provisioning.ts';
import { standsIn, trunkRegistration } from '../../../src/asterisk/sip-accounts/trunk-registration.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const SID = `TK${'0'.repeat(32)}`;
const TRUNK: SipTrunk = {
  sid: SID,
  host: 'sip.example',
  port: 5070,
  allowedAddresses: [],
  username: '+49@acme',
  password: 'secret',
  register: true,
};
const METRICS = (value: number, client = 'sip:+49%40acme@sip.example:5070') =>
  `# HELP x\nasterisk_pjsip_outbound_registration_status{eid="02:00",username="${client}",` +
  `domain="sip:sip.example:5070",channel_type="PJSIP"} ${value}\n`;

/** Keeps objects as Asterisk does, and notes what is done to them. */
class KeepingAri {
  readonly done: string[] = [];
  readonly objects = new Map<string, Record<string, string>>();
  state = 'online';
  metricsText: string | undefined = METRICS(1);
  metricsRead = 0;

  async run(resource: string, operation: string, parameters: Record<string, unknown>): Promise<unknown> {
    if (resource === 'endpoints') return { state: this.state };
    const { objectType, id } = parameters as { objectType: string; id: string };
    const key = `${objectType} ${id}`;
    const object = this.objects.get(key);
    if (operation === 'updateObject') {
      const fields = parameters['fields'] as { attribute: string; value: string }[];
      const given = Object.fromEntries(fields.map(({ attribute, value }) => [attribute, value]));
      this.objects.set(key, { ...object, ...given });
      this.done.push(`put ${objectType}`);
      return undefined;
    }
    if (object === undefined) throw new AriError(404, 'no such object');
    if (operation === 'deleteObject') {
      this.objects.delete(key);
      this.done.push(`delete ${objectType}`);
      return undefined;
    }
    return Object.entries(object).map(([attribute, value]) => ({
      attribute,
      value: value === 'yes' ? 'true' : value === 'no' ? 'false' : value,
    }));
  }

  async metrics(): Promise<string> {
    this.metricsRead += 1;
    if (this.metricsText === undefined) throw new AriError(404, 'no such module');
    return this.metricsText;
  }
}

describe('What Asterisk is told of a trunk that we register with', () => {
  let ari: KeepingAri;
  let clock: FakeClock;
  let trunks: TrunkProvisioning;

  beforeEach(() => {
    ari = new KeepingAri();
    clock = new FakeClock();
    trunks = provisioning();
  });

  function provisioning(): TrunkProvisioning {
    const connection = ari as unknown as AriConnection;
    return new TrunkProvisioning(connection, new SipObjects(connection), { clock });
  }

  it('is where and as whom, for ever again, and that its calls belong to the trunk', () => {
    assert.deepEqual(trunkObjects(TRUNK, {}).at(-1), {
      type: 'registration',
      id: SID,
      attributes: {
        server_uri: 'sip:sip.example:5070',
        client_uri: 'sip:+49%40acme@sip.example:5070',
        contact_user: SID,
        outbound_auth: SID,
        line: 'yes',
        endpoint: SID,
        expiration: '600',
        retry_interval: '60',
        forbidden_retry_interval: '60',
        fatal_retry_interval: '60',
        max_retries: '1000000',
        auth_rejection_permanent: 'no',
        max_random_initial_delay: '1',
      },
    });
  });

  it('comes last: before it, Asterisk could not answer', async () => {
    await trunks.push(TRUNK);
    assert.deepEqual(ari.done, ['put auth', 'put aor', 'put endpoint', 'put registration']);
  });

  for (const [title, change] of [
    ['without Register', { register: false }],
    ['with another password', { password: 'other' }],
    ['with another user', { username: 'bob' }],
    ['at another place', { host: 'other.example' }],
  ] as const) {
    it(`ends the registration before it is ${title}, while the former password still answers`, async () => {
      await trunks.push(TRUNK);
      ari.done.length = 0;
      const push = trunks.push({ ...TRUNK, ...change });
      await clock.advance(999);
      assert.deepEqual(ari.done, ['delete registration']);
      await clock.advance(1);
      await push;
      assert.equal(ari.objects.has(`registration ${SID}`), !('register' in change));
    });
  }

  it('leaves a registration that stands alone, also when another process made it', async () => {
    await trunks.push(TRUNK);
    ari.done.length = 0;
    trunks = provisioning();
    await trunks.push(TRUNK);
    assert.ok(!ari.done.some((step) => step.startsWith('delete')), ari.done.join());
  });

  it('is removed whole, its password last', async () => {
    await trunks.push(TRUNK);
    ari.done.length = 0;
    const removal = trunks.remove(SID);
    await clock.advance(1000);
    await removal;
    assert.deepEqual(ari.done, ['delete registration', 'delete endpoint', 'delete aor', 'delete auth']);
    assert.equal(ari.objects.size, 0);
  });

  it('is what the last of several changes says, however long the first one takes', async () => {
    await trunks.push(TRUNK);
    const changes = [
      trunks.push({ ...TRUNK, password: 'second' }),
      trunks.push({ ...TRUNK, password: 'third' }),
    ];
    await clock.advance(1000);
    await clock.advance(1000);
    await Promise.all(changes);
    assert.equal(ari.objects.get(`auth ${SID}`)?.['password'], 'third');
  });

  const STATUSES = [
    ['stands', METRICS(1), { reachable: true, registered: true }],
    ['was refused', METRICS(2), { reachable: true, registered: false }],
    ['is not made yet', '', { reachable: true, registered: false }],
    ['is another’s', METRICS(1, 'sip:bob@sip.example:5070'), { reachable: true, registered: false }],
    ['is not told by this Asterisk', undefined, { reachable: true }],
  ] as const;
  for (const [title, metrics, status] of STATUSES) {
    it(`has a registration that ${title}: ${JSON.stringify(status)}`, async () => {
      ari.metricsText = metrics;
      assert.deepEqual(await trunks.status(TRUNK), status);
    });
  }

  it('says nothing of a registration that it does not want', async () => {
    ari.state = 'offline';
    assert.deepEqual(await trunks.status({ ...TRUNK, register: false }), { reachable: false });
    assert.equal(ari.metricsRead, 0);
  });

  it('reads Asterisk’s metrics once for a list of trunks', async () => {
    await Promise.all([TRUNK, TRUNK, TRUNK].map((trunk) => trunks.status(trunk)));
    assert.equal(ari.metricsRead, 1);
  });

  it('is known by both its URIs', () => {
    const registration = trunkRegistration(TRUNK, 'sip:sip.example:5070');
    assert.ok(registration !== undefined);
    assert.equal(standsIn(METRICS(1), registration), true);
    const elsewhere = { ...registration, attributes: { ...registration.attributes, server_uri: 'sip:x' } };
    assert.equal(standsIn(METRICS(1), elsewhere), false);
  });
});
