import assert from 'node:assert/strict';
import type { TrunkTest } from '../../src/api/ports.ts';
import { type FakeApi, startFakeApi, TRUNK_ANSWERS } from '../support/fake-api.ts';

const ADDRESS = '192.0.2.1:5060';

describe('P/SipTrunks/{sid}/Test', () => {
  let api: FakeApi;
  let test: TrunkTest;
  beforeEach(async () => {
    test = TRUNK_ANSWERS;
    api = await startFakeApi({ testTrunk: async () => test });
  });
  afterEach(() => api.close());

  async function tested(): Promise<Record<string, unknown>> {
    const made = await api.request('POST', 'SipTrunks.json', { form: { Host: 'sip.carrier.example' } });
    const reply = await api.request('POST', `SipTrunks/${String(made.json?.['sid'])}/Test.json`);
    assert.equal(reply.status, 200, reply.text);
    const { trunk_sid: trunkSid, ...rest } = reply.json ?? {};
    assert.equal(trunkSid, made.json?.['sid']);
    return rest;
  }

  it('says what the trunk answered, and how soon', async () => {
    assert.deepEqual(await tested(), {
      result: 'answered',
      address: ADDRESS,
      sip_status: 200,
      sip_reason: 'OK',
      server: 'PBX 7',
      duration_ms: 12,
      reachable: null,
      text: '192.0.2.1:5060 answered 200 OK in 12 ms.',
      remedy: null,
    });
  });

  const NOTHING = { sip_status: null, sip_reason: null, server: null, duration_ms: null, reachable: null };
  const FAILURES: readonly (readonly [TrunkTest, object])[] = [
    [
      { kind: 'silent', address: ADDRESS, ms: 4_000 },
      {
        result: 'silent',
        address: ADDRESS,
        text: `Nothing came back from ${ADDRESS} within 4 s.`,
        remedy: 'Look at Host, Port and Transport, at its firewall, and whether it knows our address.',
      },
    ],
    [
      { kind: 'unreachable', address: ADDRESS, code: 'ECONNREFUSED' },
      {
        result: 'unreachable',
        address: ADDRESS,
        text: `Nothing listens at ${ADDRESS}: the connection was refused.`,
        remedy: 'Look at Port and Transport, and whether it is running.',
      },
    ],
    [
      { kind: 'unreachable', address: ADDRESS, code: 'EHOSTUNREACH' },
      {
        result: 'unreachable',
        address: ADDRESS,
        text: `${ADDRESS} cannot be reached (EHOSTUNREACH).`,
        remedy: 'Look at Host, at the network, and with TLS at its certificate.',
      },
    ],
    [
      { kind: 'not-sent', why: 'The name sip.carrier.example leads to no address' },
      {
        result: 'not-sent',
        address: null,
        text: 'Nothing was sent: The name sip.carrier.example leads to no address.',
        remedy: 'Look at Host and at the name servers.',
      },
    ],
  ];
  for (const [happened, shown] of FAILURES) {
    it(`says what to do when it is ${happened.kind}${'code' in happened ? ` (${happened.code})` : ''}`, async () => {
      test = happened;
      assert.deepEqual(await tested(), { ...NOTHING, ...shown });
    });
  }

  const REMEDIES = [
    [401, /asks for a password/],
    [407, /asks for a password/],
    [403, /may not know our address/],
    [404, /calls may work all the same/],
    [503, /says that it cannot serve/],
  ] as const;
  for (const [status, remedy] of REMEDIES) {
    it(`knows what ${status} means`, async () => {
      test = { ...TRUNK_ANSWERS, status, reason: '' };
      const shown = await tested();
      assert.equal(shown['text'], `${ADDRESS} answered ${status} in 12 ms.`);
      assert.match(String(shown['remedy']), remedy);
    });
  }
});
