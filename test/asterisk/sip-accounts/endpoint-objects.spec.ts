import assert from 'node:assert/strict';
import {
  clientObjects,
  healthObjects,
  isUsableLogin,
  trunkObjects,
} from '../../../src/asterisk/sip-accounts/endpoint-objects.ts';
import { HEALTH_ENDPOINT } from '../../../src/call/routing/sip-names.ts';

const TRUNK = `TK${'0'.repeat(32)}`;

function attributes(objects: ReturnType<typeof clientObjects>, type: string) {
  return objects.find((object) => object.type === type)?.attributes;
}

describe('What Asterisk is told of a client', () => {
  const objects = clientObjects({ login: 'bob', ha1: 'abc' }, { mediaAddress: '127.0.0.1' });

  it('comes in the order in which it must be made', () => {
    assert.deepEqual(
      objects.map(({ type, id }) => [type, id]),
      [
        ['auth', 'bob'],
        ['aor', 'bob'],
        ['endpoint', 'bob'],
      ],
    );
  });

  it('is a digest and never a password', () => {
    assert.deepEqual(attributes(objects, 'auth'), {
      auth_type: 'digest',
      username: 'bob',
      password_digest: 'MD5:abc',
      realm: 'legwork',
      supported_algorithms_uas: 'MD5',
    });
  });

  it('lets it do nothing but call and be called', () => {
    assert.deepEqual(attributes(objects, 'endpoint'), {
      context: 'legwork-in',
      message_context: 'legwork-none',
      disallow: 'all',
      allow: 'ulaw,alaw',
      direct_media: 'no',
      rtp_symmetric: 'yes',
      force_rport: 'yes',
      rewrite_contact: 'yes',
      allow_transfer: 'no',
      allow_subscribe: 'no',
      rtp_timeout: '0',
      rtp_timeout_hold: '0',
      timers_sess_expires: '1800',
      dtmf_mode: 'auto',
      identify_by: 'username',
      media_address: '127.0.0.1',
      bind_rtp_to_media_address: 'yes',
      media_use_received_transport: 'yes',
      media_encryption: 'sdes',
      media_encryption_optimistic: 'yes',
      aors: 'bob',
      auth: 'bob',
    });
  });
});

describe('What Asterisk is told of a client whose login has capitals', () => {
  const objects = clientObjects({ login: 'Dave9', ha1: 'abc', ha1AsSpelled: 'def' }, {});

  it('is one account by two names, each with its digest; either has the phones of both', () => {
    assert.deepEqual(
      objects.map(({ type, id, attributes: { password_digest, aors, auth } }) =>
        [type, id, password_digest, aors, auth].filter((part) => part !== undefined).join(' '),
      ),
      [
        'auth dave9 MD5:abc',
        'auth Dave9 MD5:def',
        'aor dave9',
        'aor Dave9',
        'endpoint dave9 dave9,Dave9 dave9,Dave9',
        'endpoint Dave9 dave9,Dave9 dave9,Dave9',
      ],
    );
  });
});

describe('Whether the media of a client is encrypted', () => {
  for (const [installation, client, wanted] of [
    [undefined, undefined, ['sdes', 'yes']],
    ['off', undefined, ['no', 'no']],
    ['required', undefined, ['sdes', 'no']],
    ['required', 'off', ['no', 'no']],
    ['off', 'required', ['sdes', 'no']],
    ['off', 'optional', ['sdes', 'yes']],
  ] as const) {
    it(`is as the client says, else as the installation: ${installation}, ${client}`, () => {
      const one = { login: 'bob', ha1: 'abc', ...(client === undefined ? {} : { srtp: client }) };
      const objects = clientObjects(one, installation === undefined ? {} : { srtp: installation });
      const { media_encryption, media_encryption_optimistic } = attributes(objects, 'endpoint') ?? {};
      assert.deepEqual([media_encryption, media_encryption_optimistic], wanted);
    });
  }
});

describe('What all endpoints share', () => {
  const media = { codecs: ['opus', 'alaw'], clientOptionsS: 20 } as const;

  it('is the codecs in their order, and that silence alone ends no call', () => {
    const { allow, rtp_timeout, rtp_timeout_hold } =
      attributes(clientObjects({ login: 'bob', ha1: 'abc' }, media), 'endpoint') ?? {};
    assert.deepEqual([allow, rtp_timeout, rtp_timeout_hold], ['opus,alaw', '0', '0']);
  });

  it('is how often a phone is asked whether it is there', () => {
    const aor = attributes(clientObjects({ login: 'bob', ha1: 'abc' }, media), 'aor');
    assert.equal(aor?.['qualify_frequency'], '20');
  });
});

describe('What Asterisk is told of a trunk', () => {
  it('is where it is, who may call from it, and how we identify ourselves', () => {
    const objects = trunkObjects(
      {
        sid: TRUNK,
        host: '2001:db8::1',
        port: 5070,
        transport: 'tcp',
        username: 'us',
        password: 'secret',
        allowedAddresses: ['10.1.0.0/16', '10.2.0.1', 'pbx.example', '10.0.0.0/8/8'],
      },
      {},
    );
    assert.deepEqual(
      objects.map(({ type }) => type),
      ['auth', 'aor', 'endpoint', 'identify', 'identify', 'identify'],
    );
    assert.equal(attributes(objects, 'aor')?.['contact'], 'sip:[2001:db8::1]:5070;transport=tcp');
    // One object each: of several addresses in one object Asterisk's database keeps the last.
    assert.deepEqual(objects.slice(3), [
      { type: 'identify', id: TRUNK, attributes: { endpoint: TRUNK, match: '2001:db8::1' } },
      { type: 'identify', id: `${TRUNK}.1`, attributes: { endpoint: TRUNK, match: '10.1.0.0/16' } },
      { type: 'identify', id: `${TRUNK}.2`, attributes: { endpoint: TRUNK, match: '10.2.0.1' } },
    ]);
    assert.equal(attributes(objects, 'endpoint')?.['outbound_auth'], TRUNK);
  });

  const OWN = [
    ['192.0.2.1', 'udp', '192.0.2.1:5070'],
    ['2001:db8::1', 'udp', '[2001:db8::1]:5070'],
    ['192.0.2.1', 'tcp', '192.0.2.1'],
  ] as const;
  for (const [host, transport, match] of OWN) {
    it(`is known by ${match} when it is at ${host} port 5070 over ${transport}`, () => {
      const allowedAddresses = ['10.2.0.1:5080', '[2001:db8::2]:5080', '10.2.0.1:5080:1', '2001:db8::3:x'];
      const objects = trunkObjects({ sid: TRUNK, host, port: 5070, transport, allowedAddresses }, {});
      const matches = objects.filter(({ type }) => type === 'identify').map(({ attributes }) => attributes);
      assert.deepEqual(
        matches.map(({ match: found }) => found),
        [match, '10.2.0.1:5080', '[2001:db8::2]:5080'],
      );
    });
  }

  it("is not known by what is another account's", () => {
    const host = '192.0.2.1';
    const allowedAddresses = ['10.0.0.0/8', '192.0.2.7'];
    const withheld = [host, '10.0.0.0/8'];
    const objects = trunkObjects({ sid: TRUNK, host, port: 5060, allowedAddresses, withheld }, {});
    const matches = objects.filter(({ type }) => type === 'identify').map(({ attributes }) => attributes);
    assert.deepEqual(matches, [{ endpoint: TRUNK, match: '192.0.2.7' }]);
  });

  it('has no identification when only a name is known', () => {
    const objects = trunkObjects({ sid: TRUNK, host: 'pbx.example', port: 5060, allowedAddresses: [] }, {});
    assert.deepEqual(
      objects.map(({ type }) => type),
      ['aor', 'endpoint'],
    );
    assert.equal(attributes(objects, 'endpoint')?.['outbound_auth'], '');
  });
});

it('The health check may ask without a password, and do nothing else', () => {
  const endpoint = attributes(healthObjects({}), 'endpoint');
  assert.equal(endpoint?.['allow_unauthenticated_options'], 'yes');
  assert.equal(endpoint?.['auth'], HEALTH_ENDPOINT);
  assert.match(HEALTH_ENDPOINT, /^legwork-health-[0-9a-f-]{36}$/);
});

describe('A login', () => {
  for (const login of ['bob', 'b', 'anna.b', 'a_b-c+d', '1001']) {
    it(`can be ${login}`, () => assert.equal(isUsableLogin(login), true));
  }
  for (const login of [
    '',
    'Bob',
    'a b',
    'a/b',
    'a&b',
    'a@b',
    'a,b',
    '-a',
    'rc-out',
    'legwork-health',
    'legwork-health-1',
    `tk${'0'.repeat(32)}`,
    'a'.repeat(64),
  ]) {
    it(`cannot be ${JSON.stringify(login)}`, () => assert.equal(isUsableLogin(login), false));
  }
});
