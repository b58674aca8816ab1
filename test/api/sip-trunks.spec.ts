import assert from 'node:assert/strict';
import type { AccountRecord } from '../../src/records/repositories.ts';
import { ANY_TRUNK, type FakeApi, type Reply, startFakeApi } from '../support/fake-api.ts';

type Form = Readonly<Record<string, string | readonly string[]>>;

const OURS = { Username: 'acme', Password: 'secret' };

describe('SipTrunks', () => {
  let api: FakeApi;
  beforeEach(async () => {
    api = await startFakeApi();
  });
  afterEach(() => api.close());

  async function create(form: Form): Promise<Record<string, unknown>> {
    const reply = await api.request('POST', 'SipTrunks.json', {
      form: { Host: 'sip.carrier.example', ...form },
    });
    assert.equal(reply.status, 201, reply.text);
    return reply.json ?? {};
  }

  async function change(trunk: Record<string, unknown>, form: Form) {
    const reply = await api.request('POST', `SipTrunks/${String(trunk['sid'])}.json`, { form });
    return reply.json ?? {};
  }

  function stored(trunk: Record<string, unknown>) {
    return api.repositories.trunks.find(api.main.sid, String(trunk['sid']));
  }

  it('creates one with the defaults of what is left out, and brings it to Asterisk', async () => {
    const { sid, ...rest } = await create({});
    assert.match(String(sid), /^TK[0-9a-f]{32}$/);
    assert.deepEqual(rest, {
      account_sid: api.main.sid,
      friendly_name: 'sip.carrier.example',
      host: 'sip.carrier.example',
      port: 5060,
      transport: 'udp',
      allowed_addresses: [],
      prefix: '',
      priority: 10,
      strip_digits: 0,
      prepend_digits: '',
      username: null,
      register: false,
      max_channels: null,
      messages: false,
      from_domain: null,
      from_user: null,
      send_asserted_identity: false,
      trust_asserted_identity: false,
      default_number: null,
      try_timeout: 5,
      caller_id_policy: 'pass',
      format: null,
      country_code: null,
      national_prefix: null,
      srtp: 'off',
      reachable: null,
      registered: null,
      api_version: '2012-04-24',
      date_created: 'Sat, 31 Jan 2026 12:00:00 +0000',
      date_updated: 'Sat, 31 Jan 2026 12:00:00 +0000',
      uri: `/2012-04-24/Accounts/${api.main.sid}/SipTrunks/${String(sid)}.json`,
    });
    assert.deepEqual(api.provisioning.pushes, [['trunk changed', sid]]);
  });

  it('takes the prefixes of curl -d "Prefix=+49&PrependDigits=+", whose pluses are not encoded', async () => {
    const reply = await api.request('POST', 'SipTrunks.json', {
      raw: 'Host=192.0.2.1&Prefix=+49&PrependDigits=+',
    });
    assert.deepEqual([reply.json?.['prefix'], reply.json?.['prepend_digits']], ['+49', '+']);
  });

  it('keeps everything that is given, changes it, and removes it', async () => {
    const made = await create({
      Host: '192.0.2.1',
      Port: '5070',
      Transport: 'TCP',
      FriendlyName: 'PBX',
      AllowedAddresses: ['192.0.2.2:5060, 198.51.100.0/24', '2001:db8::/32'],
      Prefix: '+49',
      Priority: '1',
      StripDigits: '2',
      PrependDigits: '00',
      ...OURS,
      Register: 'true',
      MaxChannels: '30',
      FromDomain: 'acme.example',
      FromUser: '+4930100',
      SendAssertedIdentity: 'true',
      TrustAssertedIdentity: 'true',
      DefaultNumber: '+49 30 100',
      TryTimeout: '3',
      CallerIdPolicy: 'account',
      Format: 'national',
      CountryCode: '+49',
      NationalPrefix: '0',
      Srtp: 'required',
    });
    const path = `SipTrunks/${String(made['sid'])}.json`;
    const expected = {
      host: '192.0.2.1',
      port: 5070,
      transport: 'tcp',
      friendly_name: 'PBX',
      allowed_addresses: ['192.0.2.2:5060', '198.51.100.0/24', '2001:db8::/32'],
      prefix: '+49',
      priority: 1,
      strip_digits: 2,
      prepend_digits: '00',
      username: 'acme',
      register: true,
      max_channels: 30,
      from_domain: 'acme.example',
      from_user: '+4930100',
      send_asserted_identity: true,
      trust_asserted_identity: true,
      default_number: '+4930100',
      try_timeout: 3,
      caller_id_policy: 'account',
      format: 'national',
      country_code: '49',
      national_prefix: '0',
      srtp: 'required',
    };
    assert.deepEqual({ ...made, ...expected }, made);
    assert.deepEqual(await change(made, { Priority: '3' }), { ...made, priority: 3 });
    const cleared = await change(made, {
      AllowedAddresses: '',
      Prefix: '',
      PrependDigits: '',
      Username: '',
      Register: 'false',
      MaxChannels: '',
      FromDomain: '',
      FromUser: '',
      SendAssertedIdentity: 'false',
      DefaultNumber: '',
      TryTimeout: '',
      CallerIdPolicy: '',
      Format: '',
      CountryCode: '',
      NationalPrefix: '',
      Srtp: '',
    });
    const empty = { allowed_addresses: [], prefix: '', prepend_digits: '' };
    const nobody = { from_domain: null, from_user: null, send_asserted_identity: false };
    const standard = { default_number: null, try_timeout: 5, caller_id_policy: 'pass', srtp: 'off' };
    const asDialled = { format: null, country_code: null, national_prefix: null };
    const none = {
      ...standard,
      ...asDialled,
      username: null,
      register: false,
      max_channels: null,
      ...nobody,
    };
    assert.deepEqual(cleared, { ...made, priority: 3, ...empty, ...none });
    assert.equal((await stored(made))?.password, undefined);
    assert.equal((await api.request('DELETE', path)).status, 204);
    assert.deepEqual(api.provisioning.pushes.at(-1), ['trunk removed', made['sid']]);
  });

  it('never shows the password, and writes it into no log', async () => {
    const made = await create(OURS);
    assert.equal((await stored(made))?.password, 'secret');
    await change(made, { Password: 'other-secret' });
    assert.equal((await stored(made))?.password, 'other-secret');
    await change(made, { FriendlyName: 'X' });
    assert.equal((await stored(made))?.password, 'other-secret');
    const shown = await api.request('GET', 'SipTrunks.json');
    assert.doesNotMatch(shown.text + api.log.lines.join('\n'), /secret/);
  });

  for (const status of [
    undefined,
    { reachable: true, registered: true },
    { reachable: false, registered: false },
    { reachable: true },
  ]) {
    it(`shows what Asterisk says: ${JSON.stringify(status) ?? 'nothing'}`, async () => {
      const made = await create({ ...OURS, Register: 'true' });
      api.provisioning.trunk = status;
      const { json } = await api.request('GET', `SipTrunks/${String(made['sid'])}.json`);
      assert.deepEqual(
        [json?.['reachable'], json?.['registered']],
        [status?.reachable ?? null, status?.registered ?? null],
      );
    });
  }

  it('is shown also when Asterisk is away', async () => {
    const made = await create({ ...OURS, Register: 'true' });
    api.provisioning.failure = new Error('away');
    const { status, json } = await api.request('GET', `SipTrunks/${String(made['sid'])}.json`);
    assert.deepEqual([status, json?.['reachable'], json?.['registered']], [200, null, null]);
  });

  const REFUSED: readonly (readonly [Form, RegExp])[] = [
    [{ Host: '' }, /^Host is required$/],
    [{ Host: 'a b' }, /^Host must be a host name or an IP address, without port$/],
    [{ Host: 'sip.example:5060' }, /^Host must be/],
    [{ Host: '1.2.3' }, /^Host must be/],
    [{ Port: '1023' }, /^Port must be a whole number from 1024 to 65535$/],
    [{ Transport: 'ws' }, /^Transport must be one of udp, tcp, tls$/],
    [{ DefaultNumber: 'alice' }, /^DefaultNumber must be a phone number/],
    [{ TryTimeout: '0' }, /^TryTimeout must be a whole number of seconds from 1 to 60$/],
    [{ CallerIdPolicy: 'none' }, /^CallerIdPolicy must be one of pass, account, anonymous-ok$/],
    [{ Format: 'sip' }, /^Format must be one of e164, plain, national$/],
    [{ Format: 'national' }, /^Format=national needs CountryCode$/],
    [{ CountryCode: '0049' }, /^CountryCode must be 1 to 3 digits/],
    [{ NationalPrefix: 'x' }, /^NationalPrefix must be at most 4 digits/],
    [{ Srtp: 'yes' }, /^Srtp must be one of off, optional, required$/],
    [{ AllowedAddresses: 'pbx.example' }, /^AllowedAddresses must be at most 50 IP addresses or networks/],
    [{ AllowedAddresses: '192.0.2.1/33' }, /^AllowedAddresses must be/],
    [{ AllowedAddresses: '192.0.2.1:0' }, /^AllowedAddresses must be/],
    [{ AllowedAddresses: '192.0.2.0/24:5060' }, /^AllowedAddresses must be/],
    [{ AllowedAddresses: '::ffff:192.0.2.1' }, /^AllowedAddresses must be/],
    [{ AllowedAddresses: '0.0.0.0/0' }, /^AllowedAddresses must be/],
    [{ Prefix: 'x' }, /^Prefix must be at most 20 digits/],
    [{ Priority: '-1' }, /^Priority must be a whole number from 0 to 65535$/],
    [{ StripDigits: '21' }, /^StripDigits must be a whole number from 0 to 20$/],
    [{ PrependDigits: 'a' }, /^PrependDigits must be at most 20 digits/],
    [{ Username: 'u' }, /^Username and Password go together$/],
    [{ Password: 'p' }, /^Username and Password go together$/],
    [{ ...OURS, Username: 'a b' }, /^Username must be at most 64 letters, digits and \. _ ~ \+ \* # = @ -$/],
    [{ ...OURS, Username: 'u'.repeat(65) }, /^Username must be/],
    [{ ...OURS, Password: 'p'.repeat(129) }, /^Password must be at most 128 characters/],
    [{ ...OURS, Password: 'a\r\nb' }, /^Password must be .*, none of them a control character$/],
    [{ Register: 'true' }, /^Register needs Username and Password$/],
    [{ Register: 'yes' }, /^Register must be true or false$/],
    [{ FromDomain: 'a b' }, /^FromDomain must be a host name or an IPv4 address$/],
    [{ FromDomain: '2001:db8::1' }, /^FromDomain must be/],
    [{ FromUser: 'a@b' }, /^FromUser must be at most 64 letters, digits and \. _ ~ \+ \* = -$/],
    [{ SendAssertedIdentity: 'yes' }, /^SendAssertedIdentity must be true or false$/],
    [{ TrustAssertedIdentity: 'maybe' }, /^TrustAssertedIdentity must be true or false$/],
    [{ MaxChannels: '0' }, /^MaxChannels must be a whole number from 1 to 10000$/],
  ];
  for (const [form, expected] of REFUSED) {
    it(`refuses ${JSON.stringify(form).slice(0, 80)}`, async () => {
      const reply = await api.request('POST', 'SipTrunks.json', { form: { Host: 'sip.example', ...form } });
      assert.deepEqual([reply.status, reply.json?.['code']], [400, 20001]);
      assert.match(String(reply.json?.['message']), expected);
      assert.equal((await api.request('GET', 'SipTrunks.json')).json?.['total'], 0);
    });
  }

  it('refuses to take the name away from a trunk that registers, or to leave it without a password', async () => {
    const made = await create({ ...OURS, Register: 'true' });
    assert.match(String((await change(made, { Username: '' }))['message']), /^Register needs Username/);
    assert.match(String((await change(made, { Password: '' }))['message']), /go together$/);
    assert.equal((await stored(made))?.username, 'acme');
  });

  describe('of two accounts', () => {
    const createAs = (as: AccountRecord, form: Form) =>
      api.request('POST', `/2012-04-24/Accounts/${as.sid}/SipTrunks.json`, { as, form });
    const refusalOf = async (reply: Promise<Reply>) => {
      const { status, json } = await reply;
      return status === 400 ? json?.['message'] : status;
    };

    it('take no address from each other: which is asked second is refused, whoever it is', async () => {
      await create({ Host: '192.0.2.1', AllowedAddresses: '198.51.100.0/24,2001:db8::/64' });
      const taken: readonly (readonly [Form, string])[] = [
        [{ Host: '192.0.2.1' }, "Host 192.0.2.1 is the host of another account's trunk"],
        [{ Host: '198.51.100.7' }, "198.51.100.7 overlaps an address of another account's trunk"],
        [
          { Host: 'sip.example', AllowedAddresses: '192.0.2.1:5060' },
          "192.0.2.1:5060 overlaps an address of another account's trunk",
        ],
        [
          { Host: 'sip.example', AllowedAddresses: '192.0.2.0/24' },
          "192.0.2.0/24 overlaps an address of another account's trunk",
        ],
        [
          { Host: 'sip.example', AllowedAddresses: '203.0.113.1, 2001:db8::7' },
          "2001:db8::7 overlaps an address of another account's trunk",
        ],
      ];
      for (const [form, message] of taken) assert.equal(await refusalOf(createAs(api.sub, form)), message);
      assert.equal((await createAs(api.sub, { Host: '203.0.113.9' })).status, 201);
      const back = api.request('POST', 'SipTrunks.json', { form: { Host: '203.0.113.9' } });
      assert.equal(await refusalOf(back), "Host 203.0.113.9 is the host of another account's trunk");
    });

    it('cannot come by each other’s address through a change either; an account may name its own twice', async () => {
      await create({ Host: '192.0.2.1' });
      await create({ Host: '192.0.2.1', Port: '5070' });
      const made = await createAs(api.sub, { Host: '203.0.113.9' });
      const path = `/2012-04-24/Accounts/${api.sub.sid}/SipTrunks/${String(made.json?.['sid'])}.json`;
      const change = (form: Form) => refusalOf(api.request('POST', path, { as: api.sub, form }));
      assert.match(String(await change({ AllowedAddresses: '192.0.2.1' })), /overlaps/);
      assert.match(String(await change({ Host: '192.0.2.1' })), /is the host of another/);
      assert.equal(await change({ FriendlyName: 'still mine' }), 200);
    });

    it('cannot both get an address that they ask for at one time', async () => {
      const both = await Promise.all([
        createAs(api.main, { Host: '192.0.2.1' }),
        createAs(api.sub, { Host: '192.0.2.1' }),
      ]);
      assert.deepEqual(
        both.map(({ status }) => status).toSorted((a, b) => a - b),
        [201, 400],
      );
    });

    it('may be with one provider by name, when that asks each of them for a password', async () => {
      await create({ Host: 'open.example' });
      await create({ Host: 'provider.example', ...OURS });
      assert.match(String(await refusalOf(createAs(api.sub, { Host: 'OPEN.example' }))), /is the host of/);
      assert.equal((await createAs(api.sub, { Host: 'provider.example', ...OURS })).status, 201);
    });

    it("name a network wider than /24 only as the installation's own account", async () => {
      const wide =
        /^AllowedAddresses must not contain a network wider than \/24 \(IPv6: \/48\), such as \S+$/;
      for (const network of ['0.0.0.0/1', '203.0.113.0/23', '2001:db8::/47']) {
        const AllowedAddresses = `192.0.2.77,${network}`;
        assert.match(
          String(await refusalOf(createAs(api.sub, { Host: 'a.example', AllowedAddresses }))),
          wide,
        );
      }
      for (const AllowedAddresses of ['203.0.113.0/24', '2001:db8::/48']) {
        assert.equal((await createAs(api.sub, { Host: 'a.example', AllowedAddresses })).status, 201);
      }
      await create({ Host: 'b.example', AllowedAddresses: '10.0.0.0/8' });
    });
  });

  it('does not shut out the phones of another account: where those are, it names its port', async () => {
    const phonesOfOthers = async () => ['203.0.113.1', '198.51.100.7'];
    const isolated = await startFakeApi({ trunkRules: { ...ANY_TRUNK, phonesOfOthers } });
    try {
      const path = `/2012-04-24/Accounts/${isolated.sub.sid}/SipTrunks.json`;
      const create = async (form: Form) =>
        (await isolated.request('POST', path, { as: isolated.sub, form })).json;
      const shutsOut = (where: string) =>
        `Another account has phones at ${where}; name the port of the trunk too`;
      const shut: readonly (readonly [Form, string])[] = [
        [{ Host: 'a.example', AllowedAddresses: '203.0.113.0/24' }, shutsOut('203.0.113.0/24')],
        [{ Host: 'a.example', AllowedAddresses: '192.0.2.1,203.0.113.1' }, shutsOut('203.0.113.1')],
        [{ Host: '203.0.113.1', Transport: 'tcp' }, shutsOut('203.0.113.1')],
      ];
      for (const [form, message] of shut) assert.equal((await create(form))?.['message'], message);
      for (const form of [{ Host: '203.0.113.1' }, { Host: 'b.example', AllowedAddresses: '203.0.113.9' }]) {
        assert.match(String((await create(form))?.['sid']), /^TK/);
      }
      // The installation's own account may.
      const own = await isolated.request('POST', 'SipTrunks.json', {
        form: { Host: 'c.example', AllowedAddresses: '198.51.100.7' },
      });
      assert.equal(own.status, 201);
    } finally {
      await isolated.close();
    }
  });

  it('has no host that SIP may not go to', async () => {
    const rules = { ...ANY_TRUNK, hostProblem: async () => 'SIP must not go to meta.example' };
    const strict = await startFakeApi({ trunkRules: rules });
    try {
      const reply = await strict.request('POST', 'SipTrunks.json', { form: { Host: 'meta.example' } });
      assert.deepEqual(
        [reply.status, reply.json?.['message']],
        [400, 'Host cannot be used: SIP must not go to meta.example'],
      );
      assert.equal((await strict.request('GET', 'SipTrunks.json')).json?.['total'], 0);
    } finally {
      await strict.close();
    }
  });
});
