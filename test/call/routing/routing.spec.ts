import assert from 'node:assert/strict';
import type { VoiceSettings } from '../../../src/call/leg/leg.ts';
import { longestPattern } from '../../../src/call/routing/number-pattern.ts';
import { plainNumber } from '../../../src/call/routing/phone-number.ts';
import type { Directory } from '../../../src/call/directory.ts';
import type { InboundCall } from '../../../src/call/call-control.ts';
import { inboundStatusCallback, noVoice, routeInbound } from '../../../src/call/routing/routing.ts';
import { type CalleeAddress, dialledName, resolveTarget } from '../../../src/call/routing/targets.ts';

const VOICE: VoiceSettings = {
  ...noVoice(),
  voiceUrl: 'http://app/voice',
  statusCallback: 'http://app/status',
};
const trunk = { sid: 'TK1', accountSid: 'AC1', stripDigits: 1, prependDigits: '00' };

/** One account AC1 with number 1000 and clients alice, bob, dave (who has a VoiceUrl); a client eve of AC2. */
function directory(change: Partial<Directory> = {}): Directory {
  const clients: Record<string, { accountSid: string; voice: VoiceSettings }> = {
    alice: { accountSid: 'AC1', voice: noVoice() },
    bob: { accountSid: 'AC1', voice: noVoice() },
    dave: { accountSid: 'AC1', voice: VOICE },
    eve: { accountSid: 'AC2', voice: noVoice() },
  };
  return {
    account: async (sid) => ({ sid, status: 'active' }),
    number: async (dialled) =>
      plainNumber(dialled) === '1000'
        ? { sid: 'PN1', accountSid: 'AC1', phoneNumber: '1000', voice: VOICE }
        : undefined,
    numberLike: async () => undefined,
    client: async (login) => {
      const client = clients[login.toLowerCase()];
      return client && { sid: `CL-${login}`, login: login.toLowerCase(), ...client };
    },
    trunk: async () => undefined,
    trunksFor: async (accountSid, number) => (accountSid === 'AC1' && /^\+?49/.test(number) ? [trunk] : []),
    application: async () => undefined,
    isCallerId: async () => false,
    dialingRules: async (accountSid) => [{ accountSid, rules: [] }],
    isOwn: ({ host }) => host === 'here.test',
    wayTo: async () => ({ ok: true }),
    ...change,
  };
}

/** Numbers with `*` of an account. */
function patterns(owner: string, ...numbers: readonly string[]): Pick<Directory, 'numberLike'> {
  const all = numbers.map((phoneNumber) => ({
    sid: `PN${phoneNumber}`,
    accountSid: owner,
    phoneNumber,
    voice: VOICE,
  }));
  return {
    numberLike: async (accountSid, dialled) =>
      accountSid === owner ? longestPattern(all, dialled) : undefined,
  };
}

function call(login: string | undefined, dialled: string): InboundCall {
  return {
    channelId: 'ch1',
    source: login === undefined ? { kind: 'trunk', trunkSid: 'TK1' } : { kind: 'client', login },
    dialled,
    from: login ?? '+4930',
    sipHeaders: [],
  };
}

const refuse = (reason: string, why: string) => ({ kind: 'refuse', reason, why });
const toNumber = { kind: 'run', accountSid: 'AC1', to: '1000', phoneNumberSid: 'PN1', voice: VOICE };
const dialsNumber = (to: string) => ({
  kind: 'run',
  accountSid: 'AC1',
  to,
  voice: noVoice(),
  document: `<Response><Dial answerOnBridge="true"><Number>${to}</Number></Dial></Response>`,
});
const nothing = refuse('not-found', 'No number or client is what was dialled');

describe('An inbound call', () => {
  const rows: [title: string, InboundCall, Directory, unknown][] = [
    ['from a client to a number runs the number', call('alice', '1000'), directory(), toNumber],
    [
      'matches the number with and without +',
      call('alice', '+1000'),
      directory(),
      { ...toNumber, to: '+1000' },
    ],
    [
      'from a phone whose address book writes +1-0(00) runs the number, and To is +1000',
      call('alice', '+1-0(00)'),
      directory(),
      { ...toNumber, to: '+1000' },
    ],
    ['from a trunk that dials 1.000 runs the number', call(undefined, '1.000'), directory(), toNumber],
    ['from a trunk to a number runs the number', call(undefined, '1000'), directory(), toNumber],
    [
      'from a client to another client, in any case, rings it',
      call('alice', 'Bob'),
      directory(),
      {
        kind: 'run',
        accountSid: 'AC1',
        to: 'Bob',
        voice: noVoice(),
        document: '<Response><Dial answerOnBridge="true"><Client>bob</Client></Dial></Response>',
      },
    ],
    [
      'from a client with a VoiceUrl to anything else runs that',
      call('dave', 'pizza'),
      directory(),
      { kind: 'run', accountSid: 'AC1', to: 'pizza', voice: VOICE },
    ],
    [
      'from a client with a VoiceUrl to a number, however written, runs that with the number',
      call('dave', '+33 (1) 23.45'),
      directory(),
      { kind: 'run', accountSid: 'AC1', to: '+3312345', voice: VOICE },
    ],
    [
      'from a client to a number outside goes out by a trunk',
      call('alice', '+4930123'),
      directory(),
      dialsNumber('+4930123'),
    ],
    [
      'from a client to a number outside, however written, goes out by a trunk',
      call('alice', '+49 (0)30-123'),
      directory(),
      dialsNumber('+4930123'),
    ],
    [
      'from a trunk to a number that only a pattern of its account fits runs that',
      call(undefined, '+493012'),
      directory({ ...patterns('AC1', '+4930*', '+49*', '*'), trunk: async () => trunk }),
      { ...toNumber, phoneNumberSid: 'PN+4930*', to: '+493012' },
    ],
    [
      'from a trunk that writes its country’s way finds a pattern in full',
      call(undefined, '03012345'),
      directory({
        ...patterns('AC1', '+4930*', '*'),
        trunk: async () => ({ ...trunk, countryCode: '49' }),
      }),
      { ...toNumber, phoneNumberSid: 'PN+4930*', to: '03012345' },
    ],
    [
      'from a trunk to any name runs the catch-all of its account',
      call(undefined, 'sales'),
      directory({ ...patterns('AC1', '*'), trunk: async () => trunk }),
      { ...toNumber, phoneNumberSid: 'PN*', to: 'sales' },
    ],
    [
      'from a trunk that names nobody does not run the catch-all',
      call(undefined, 's'),
      directory({ ...patterns('AC1', '*'), trunk: async () => trunk }),
      nothing,
    ],
    [
      "from a trunk does not run another account's catch-all",
      call(undefined, '2001'),
      directory({ ...patterns('AC2', '*'), trunk: async () => trunk }),
      nothing,
    ],
    [
      'from a client to another client rings it, whatever patterns there are',
      call('alice', 'Bob'),
      directory(patterns('AC1', '*')),
      {
        kind: 'run',
        accountSid: 'AC1',
        to: 'Bob',
        voice: noVoice(),
        document: '<Response><Dial answerOnBridge="true"><Client>bob</Client></Dial></Response>',
      },
    ],
    [
      'from a client to a number that a pattern with digits fits runs that, not a trunk',
      call('alice', '+4930123'),
      directory(patterns('AC1', '4930*')),
      { ...toNumber, phoneNumberSid: 'PN4930*', to: '+4930123' },
    ],
    [
      'from a client to a number that a trunk takes goes out, though there is a catch-all',
      call('alice', '+4930123'),
      directory(patterns('AC1', '*')),
      dialsNumber('+4930123'),
    ],
    [
      'from a client to nothing else runs the catch-all',
      call('alice', 'pizza'),
      directory(patterns('AC1', '*')),
      { ...toNumber, phoneNumberSid: 'PN*', to: 'pizza' },
    ],
    ['from a client to nothing known gets 404', call('alice', 'pizza'), directory(), nothing],
    ['from a client to a number that no trunk takes gets 404', call('alice', '+33123'), directory(), nothing],
    ["from a client to another account's client gets 404", call('alice', 'eve'), directory(), nothing],
    ['from a trunk to a client gets 404', call(undefined, 'bob'), directory(), nothing],
    ['from a trunk to another trunk gets 404', call(undefined, '+4930123'), directory(), nothing],
    [
      'from a client that was removed a moment ago gets 403',
      call('ghost', '1000'),
      directory(),
      refuse('forbidden', 'The calling client is not in the directory'),
    ],
    [
      'to a suspended account gets 403',
      call('alice', '1000'),
      directory({ account: async (sid) => ({ sid, status: 'suspended' }) }),
      refuse('forbidden', 'The account is suspended'),
    ],
    [
      "from a suspended account's client to another account's number gets 403",
      call('eve', '1000'),
      directory({ account: async (sid) => ({ sid, status: sid === 'AC2' ? 'suspended' : 'active' }) }),
      refuse('forbidden', 'The account is suspended'),
    ],
    [
      'to a number without a VoiceUrl gets 404',
      call('alice', '1000'),
      directory({
        number: async () => ({ sid: 'PN1', accountSid: 'AC1', phoneNumber: '1000', voice: noVoice() }),
      }),
      refuse('not-found', 'The number has no VoiceUrl'),
    ],
  ];
  for (const [title, inbound, where, wanted] of rows) {
    it(title, async () => assert.deepEqual(await routeInbound(inbound, where), wanted));
  }
});

describe("An inbound leg's status callback", () => {
  it('tells ringing, in-progress and the end', () => {
    assert.deepEqual(inboundStatusCallback(VOICE), {
      kind: 'number',
      url: 'http://app/status',
      method: 'POST',
      events: ['ringing', 'answered', 'completed'],
    });
  });
  it('is none where none is set', () => assert.equal(inboundStatusCallback(noVoice()), undefined));
});

describe('A dialled address', () => {
  const sip = { kind: 'sip', uri: 'sip:200@10.0.0.5:5080;transport=tcp' } as const;
  const rows: [title: string, CalleeAddress, unknown][] = [
    [
      'client, in any case',
      { kind: 'client', name: 'Bob' },
      { ok: true, target: { kind: 'client', login: 'bob' } },
    ],
    ['unknown client', { kind: 'client', name: 'zoe' }, { ok: false, why: 'There is no client zoe' }],
    [
      "another account's client",
      { kind: 'client', name: 'eve' },
      { ok: false, why: 'There is no client eve' },
    ],
    [
      'client of ours, by our own SIP address, however its user part is written',
      { kind: 'sip', uri: 'sip:B%6Fb@here.test:5070;transport=tcp' },
      { ok: true, target: { kind: 'client', login: 'bob' } },
    ],
    [
      "another account's client, by our own SIP address",
      { kind: 'sip', uri: 'sip:eve@here.test' },
      { ok: false, why: 'There is no client eve at here.test, which is this installation' },
    ],
    [
      'SIP address that no reader takes, from before this version',
      { kind: 'sip', uri: 'sip:bob@pbx.example;transport=ws' },
      {
        ok: false,
        why: 'The SIP address asks for a transport that this installation does not have: write udp, tcp or tls',
      },
    ],
    ['SIP URI', sip, { ok: true, target: { kind: 'sip', uri: sip.uri } }],
    [
      'number, by a trunk that strips and prepends',
      { kind: 'number', number: '+49 (30) 123-4' },
      { ok: true, target: { kind: 'trunk', trunkSid: 'TK1', number: '009301234', tryTimeoutS: 5 } },
    ],
    [
      'number of ours',
      { kind: 'number', number: '1000' },
      { ok: false, why: '1000 is a number of this installation, which it cannot call itself' },
    ],
    [
      'number that no trunk takes',
      { kind: 'number', number: '+33' },
      { ok: false, why: 'No trunk takes calls to +33' },
    ],
    [
      'no number at all',
      { kind: 'number', number: 'pizza' },
      { ok: false, why: 'pizza is not a phone number' },
    ],
  ];
  for (const [title, address, wanted] of rows) {
    it(`${title}: ${JSON.stringify(wanted)}`, async () => {
      assert.deepEqual(await resolveTarget(directory(), 'AC1', address), wanted);
    });
  }
  for (const [stripDigits, prependDigits, wanted] of [
    [0, '', '+49301234'],
    [2, '', '301234'],
    [0, '9', '949301234'],
    [2, '0', '0301234'],
    [0, '+', '+49301234'],
  ] as const) {
    it(`goes out as ${wanted} by a trunk that strips ${stripDigits} and prepends "${prependDigits}"`, async () => {
      const its = directory({
        trunksFor: () => Promise.resolve([{ ...trunk, stripDigits, prependDigits }]),
      });
      assert.deepEqual(await resolveTarget(its, 'AC1', { kind: 'number', number: '+49301234' }), {
        ok: true,
        target: { kind: 'trunk', trunkSid: 'TK1', number: wanted, tryTimeoutS: 5 },
      });
    });
  }

  it('goes by the address that its name had when it was looked at', async () => {
    const its = directory({ wayTo: async () => ({ ok: true, via: 'sip:192.0.2.1:5060' }) });
    const target = { kind: 'sip', uri: sip.uri, via: 'sip:192.0.2.1:5060' };
    assert.deepEqual(await resolveTarget(its, 'AC1', sip), { ok: true, target });
  });

  it('leads nowhere where SIP may not go, for this account', async () => {
    const asked: unknown[] = [];
    const its = directory({
      wayTo: async (...question) => {
        asked.push(question);
        return { ok: false, why: 'SIP must not go there' };
      },
    });
    const refused = { ok: false, why: 'SIP must not go there' };
    assert.deepEqual(await resolveTarget(its, 'AC1', sip), refused);
    assert.deepEqual(await resolveTarget(its, 'AC1', { kind: 'number', number: '+4930' }), refused);
    assert.deepEqual(asked, [
      ['AC1', { kind: 'sip', uri: sip.uri }],
      ['AC1', { kind: 'trunk', trunkSid: 'TK1', number: '00930', tryTimeoutS: 5 }],
    ]);
  });

  it('leads nowhere where the account may not dial, by a trunk or by a SIP address', async () => {
    const rules = [{ prefix: '+4930', allows: true }];
    const its = directory({ dialingRules: async (accountSid) => [{ accountSid, rules }] });
    const outcome = async (address: CalleeAddress) => {
      const resolved = await resolveTarget(its, 'AC1', address);
      return resolved.ok ? resolved.target.kind : resolved.why;
    };
    const why = 'The DialingPermissions of AC1 do not allow calls to';
    assert.equal(await outcome({ kind: 'number', number: '+4930123' }), 'trunk');
    assert.equal(await outcome({ kind: 'number', number: '+4989123' }), `${why} +4989123`);
    assert.equal(await outcome({ kind: 'sip', uri: 'sip:+4989123@pbx.test' }), `${why} +4989123`);
    assert.equal(await outcome({ kind: 'sip', uri: 'sip:%2b4989123@pbx.test' }), `${why} +4989123`);
    assert.equal(await outcome({ kind: 'sip', uri: 'sip:+4930123@pbx.test' }), 'sip');
    assert.equal(await outcome(sip), 'sip');
    assert.equal(await outcome({ kind: 'client', name: 'bob' }), 'client');
  });

  it('shows a trunk the caller ids of the account, besides its numbers', async () => {
    const its = directory({
      trunksFor: async () => [{ ...trunk, callerIdPolicy: 'account', defaultNumber: '1000' }],
      isCallerId: async (accountSid, number) => accountSid === 'AC1' && number === '+4930999',
    });
    const shown = async (from: string) => {
      const resolved = await resolveTarget(its, 'AC1', { kind: 'number', number: '+4930123' }, from);
      return resolved.ok && resolved.target.kind === 'trunk' ? resolved.target.caller : undefined;
    };
    assert.deepEqual(await shown('+4930999'), { from: '+4930999' });
    assert.deepEqual(await shown('+4930998'), { from: '1000' });
  });

  it('is told as a number, a name, or the user part', () => {
    assert.equal(dialledName({ kind: 'client', name: 'Bob' }), 'Bob');
    assert.equal(dialledName({ kind: 'number', number: '+49' }), '+49');
    assert.equal(dialledName(sip), '200');
    assert.equal(dialledName({ kind: 'sip', uri: 'sip:pbx.example.com' }), 'pbx.example.com');
  });
});
