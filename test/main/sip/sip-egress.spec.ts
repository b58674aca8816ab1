import assert from 'node:assert/strict';
import type { TrunkRecord } from '../../../src/records/repositories.ts';
import { SipEgress, type SipEgressSettings } from '../../../src/main/sip/sip-egress.ts';
import type { SipPlace } from '../../../src/main/sip/sip-names.ts';
import type { SipHop } from '../../../src/call/routing/sip-hop.ts';

const OWN = 'AC-installation';
const SUB = 'AC-customer';
const OTHER = 'AC-neighbour';

/** What names lead to. */
const NAMES: Readonly<Record<string, string>> = {
  'bob.example': '198.51.100.7',
  'inside.example': '10.0.0.5',
  'meta.example': '169.254.169.254',
  'loop.example': '127.0.0.1',
  'carrier.example': '203.0.113.1',
  'alias.example': '203.0.113.1',
  'provider.example': '203.0.113.77',
};

function trunk(accountSid: string, host: string, more: Partial<TrunkRecord> = {}): TrunkRecord {
  return {
    sid: `TK-${accountSid}-${host}`,
    accountSid,
    friendlyName: host,
    host,
    port: 5060,
    transport: 'udp',
    allowedAddresses: [],
    prefix: '',
    priority: 10,
    stripDigits: 0,
    prependDigits: '',
    register: false,
    sendAssertedIdentity: false,
    trustAssertedIdentity: false,
    dateCreated: 0,
    dateUpdated: 0,
    ...more,
  };
}

function egress(trunks: readonly TrunkRecord[] = [], settings: Partial<SipEgressSettings> = {}): SipEgress {
  const find = async ({ host, port = 5060, transport = 'udp' }: SipHop): Promise<readonly SipPlace[]> => {
    const address = /^[\d.]+$|:/.test(host) ? host : NAMES[host.toLowerCase()];
    return address === undefined ? [] : [{ address, port, transport }];
  };
  return new SipEgress({
    trunks: { all: async () => trunks },
    accounts: { first: async () => ({ sid: OWN }) as never },
    names: { find },
    settings: {
      allow: [],
      deny: [],
      isLocal: false,
      hasTls: true,
      services: [
        { host: '0.0.0.0', port: 8080 },
        { host: '192.0.2.10', port: 5060 },
      ],
      ownAddresses: () => ['192.0.2.10', '10.0.0.1'],
      ...settings,
    },
  });
}

/** What becomes of a `<Sip>` of the customer's. */
async function dialled(uri: string, rules = egress(), accountSid = SUB): Promise<string> {
  const way = await rules.wayTo(accountSid, { kind: 'sip', uri });
  return way.ok ? `goes${way.via === undefined ? '' : ` by ${way.via}`}` : way.why;
}

describe('A test of a trunk', () => {
  it('goes to the address that its host has now', async () => {
    const carrier = trunk(OWN, 'carrier.example', { port: 5070, transport: 'tcp' });
    assert.deepEqual(await egress([carrier]).placeOf(carrier), {
      address: '203.0.113.1',
      port: 5070,
      transport: 'tcp',
    });
  });

  const NOT_SENT = [
    ['nobody.example', 'The name nobody.example leads to no address'],
    ['meta.example', 'SIP must not go to meta.example (see SIP_DENY)'],
  ] as const;
  for (const [host, why] of NOT_SENT) {
    it(`does not go to ${host}`, async () => {
      const one = trunk(SUB, host);
      assert.deepEqual(await egress([one]).placeOf(one), { why });
    });
  }
});

describe('A call to a SIP address', () => {
  it('by TLS needs a certificate', async () => {
    const uri = 'sip:bob@198.51.100.7;transport=tls';
    assert.equal(await dialled(uri), 'goes');
    assert.match(await dialled(uri, egress([], { hasTls: false })), /^SIP over TLS needs a certificate/);
  });

  const DEFAULTS = [
    ['sip:bob@198.51.100.7', 'goes'],
    ['sip:bob@198.51.100.7:5080;transport=tcp', 'goes'],
    ['sip:pbx@10.0.0.5:5060', 'goes'],
    ['sip:bob@bob.example', 'goes by sip:198.51.100.7:5060'],
    ['sip:bob@bob.example:5070;transport=tcp', 'goes by sip:198.51.100.7:5070;transport=tcp'],
    ['sip:x@127.0.0.1', 'SIP must not go to 127.0.0.1 (see SIP_DENY)'],
    ['sip:x@[::1]', 'SIP must not go to ::1 (see SIP_DENY)'],
    ['sip:x@loop.example', 'SIP must not go to loop.example (see SIP_DENY)'],
    ['sip:x@169.254.169.254', 'SIP must not go to 169.254.169.254 (see SIP_DENY)'],
    ['sip:x@meta.example', 'SIP must not go to meta.example (see SIP_DENY)'],
    ['sip:x@[::ffff:10.0.0.5]', '::ffff:10.0.0.5 has an address that cannot be used'],
    ['sip:x@198.51.100.7:22', 'SIP must not go to port 22, only to ports from 1024 on'],
    ['sip:x@bob.example:1023', 'SIP must not go to port 1023, only to ports from 1024 on'],
    ['sip:x@bob.example;maddr=10.0.0.5', 'Not a SIP address that can be dialled'],
    ['sip:x@nobody.example', 'The name nobody.example leads to no address'],
    [
      'sip:x@10.0.0.5:6379;transport=tcp',
      'SIP must not go to 10.0.0.5, which is in a private network, by tcp (see SIP_ALLOW)',
    ],
    [
      'sip:x@inside.example:6379;transport=tcp',
      'SIP must not go to inside.example, which is in a private network, by tcp (see SIP_ALLOW)',
    ],
    ['sip:x@10.0.0.1:8080', '10.0.0.1:8080 is this Legwork itself'],
    ['sip:x@192.0.2.10', '192.0.2.10:5060 is this Legwork itself'],
    ['sip:x@192.0.2.11', 'goes'],
  ] as const;
  for (const [uri, becomes] of DEFAULTS) {
    it(`${uri}: ${becomes}`, async () => assert.equal(await dialled(uri), becomes));
  }

  it('may go to this machine when SIP is local, but not to what we are ourselves, nor by TCP', async () => {
    const local = egress([], { isLocal: true });
    assert.equal(await dialled('sip:x@127.0.0.5:5070', local), 'goes');
    assert.equal(await dialled('sip:x@127.0.0.1:8080', local), '127.0.0.1:8080 is this Legwork itself');
    assert.match(await dialled('sip:x@127.0.0.5:5070;transport=tcp', local), /private network, by tcp/);
  });

  it('follows SIP_DENY, and SIP_ALLOW before it, by address and by name', async () => {
    const rules = egress([], {
      deny: ['198.51.100.0/24', 'bob.example'],
      allow: ['198.51.100.9', '10.0.0.5', 'loop.example'],
    });
    assert.match(await dialled('sip:x@198.51.100.7', rules), /see SIP_DENY/);
    assert.match(await dialled('sip:x@bob.example', rules), /see SIP_DENY/);
    assert.equal(await dialled('sip:x@198.51.100.9', rules), 'goes');
    assert.equal(await dialled('sip:x@10.0.0.5:5080;transport=tcp', rules), 'goes');
    assert.equal(await dialled('sip:x@loop.example', rules), 'goes by sip:127.0.0.1:5060');
  });
});

describe('A call to a SIP address that is the trunk of somebody else', () => {
  const CARRIERS = [
    ['at an address', trunk(OWN, '203.0.113.1'), 'sip:+1900@203.0.113.1'],
    ['at an address, on another port', trunk(OWN, '203.0.113.1'), 'sip:+1900@203.0.113.1:5090;transport=tcp'],
    ['by name', trunk(OWN, 'carrier.example'), 'sip:+1900@carrier.example'],
    ['by its address, where it has a name', trunk(OWN, 'carrier.example'), 'sip:+1900@203.0.113.1'],
    ['by another name of its', trunk(OWN, 'carrier.example'), 'sip:+1900@alias.example'],
    [
      'by a gateway of its',
      trunk(OWN, '198.51.100.1', { allowedAddresses: ['203.0.113.0/24'] }),
      'sip:+1900@203.0.113.1',
    ],
    ['of another customer', trunk(OTHER, '203.0.113.1'), 'sip:+1900@203.0.113.1'],
  ] as const;
  for (const [title, carrier, uri] of CARRIERS) {
    it(`does not go out, ${title}`, async () => {
      const host = /@([^:;]+)/.exec(uri)?.[1];
      assert.equal(await dialled(uri, egress([carrier])), `${host} is a trunk of another account`);
    });
  }

  it('does not go out though SIP_ALLOW names it', async () => {
    const rules = egress([trunk(OWN, '203.0.113.1')], { allow: ['203.0.113.1'] });
    assert.equal(await dialled('sip:x@203.0.113.1', rules), '203.0.113.1 is a trunk of another account');
  });

  it("goes out for the account whose trunk it is, and for the installation's own", async () => {
    const rules = egress([trunk(SUB, '203.0.113.1')]);
    assert.equal(await dialled('sip:x@203.0.113.1', rules), 'goes');
    assert.equal(await dialled('sip:x@203.0.113.1', rules, OWN), 'goes');
  });
});

describe('A call by a trunk', () => {
  const wayOf = async (own: TrunkRecord, ...others: readonly TrunkRecord[]) => {
    const target = { kind: 'trunk', trunkSid: own.sid, number: '+49' } as const;
    const way = await egress([own, ...others]).wayTo(own.accountSid, target);
    return way.ok ? `goes${way.via === undefined ? '' : ` by ${way.via}`}` : way.why;
  };

  it('of the installation goes where Asterisk finds it, by TCP into a private network too', async () => {
    assert.equal(await wayOf(trunk(OWN, 'carrier.example')), 'goes');
    assert.equal(await wayOf(trunk(OWN, '10.0.0.5', { transport: 'tcp' })), 'goes');
  });

  it('of a customer goes by the address that was looked at, and not by TCP into a private network', async () => {
    assert.equal(await wayOf(trunk(SUB, 'carrier.example')), 'goes by sip:203.0.113.1:5060');
    assert.match(await wayOf(trunk(SUB, 'inside.example', { transport: 'tcp' })), /private network, by tcp/);
  });

  it("fails when its name has come to lead to somebody else's trunk, or to where SIP must not go", async () => {
    const taken = 'carrier.example is a trunk of another account';
    assert.equal(await wayOf(trunk(SUB, 'carrier.example'), trunk(OTHER, '203.0.113.1')), taken);
    assert.equal(await wayOf(trunk(SUB, 'carrier.example'), trunk(OWN, 'alias.example')), taken);
    assert.match(await wayOf(trunk(SUB, 'meta.example')), /see SIP_DENY/);
  });

  it('goes on when somebody else lets a name lead to its address', async () => {
    assert.equal(await wayOf(trunk(SUB, '203.0.113.1'), trunk(OTHER, 'carrier.example')), 'goes');
    assert.equal(await wayOf(trunk(OWN, '203.0.113.1'), trunk(OTHER, 'carrier.example')), 'goes');
  });

  it('fails when it was removed', async () => {
    const target = { kind: 'trunk', trunkSid: 'TK-gone', number: '1' } as const;
    assert.deepEqual(await egress().wayTo(SUB, target), {
      ok: false,
      why: 'The trunk no longer exists',
    });
  });
});

describe('The host of a new trunk', () => {
  const problem = (own: TrunkRecord, ...others: readonly TrunkRecord[]) => egress(others).hostProblem(own);

  it('may be a name that leads nowhere yet', async () => {
    assert.equal(await problem(trunk(SUB, 'nobody.example')), undefined);
  });

  it("is not where SIP must not go, nor where another account's trunk is under another name", async () => {
    assert.match((await problem(trunk(SUB, 'meta.example'))) ?? '', /see SIP_DENY/);
    assert.match((await problem(trunk(OWN, '169.254.169.254'))) ?? '', /see SIP_DENY/);
    assert.match(
      (await problem(trunk(SUB, 'alias.example'), trunk(OTHER, 'carrier.example'))) ?? '',
      /another/,
    );
    assert.match(
      (await problem(trunk(SUB, '203.0.113.1'), trunk(OTHER, 'carrier.example'))) ?? '',
      /another/,
    );
  });

  it('may be a provider that asks every caller for a password', async () => {
    const others = trunk(OTHER, 'provider.example', { username: 'them', password: 'secret' });
    assert.equal(await problem(trunk(SUB, 'provider.example'), others), undefined);
    const rules = egress([others]);
    assert.match(await dialled('sip:x@provider.example', rules), /trunk of another account/);
  });
});
