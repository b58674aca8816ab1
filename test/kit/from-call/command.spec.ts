import assert from 'node:assert/strict';
import { scenarioCommand } from '../../../src/kit/from-call/command.ts';
import { readScenario } from '../../../src/kit/scenario/read-scenario.ts';
import { authorSender } from '../../../src/kit/world/author-sender.ts';
import { ApplicationServer } from '../../support/application-server.ts';

const ACCOUNT = `AC${'1'.repeat(32)}`;
const ALICE = `CA${'a'.repeat(32)}`;
const BOB = `CA${'b'.repeat(32)}`;
const CAROL = `CA${'c'.repeat(32)}`;
const VOICE = '<Response><Gather action="/pressed"><Say>Welcome</Say></Gather></Response>';
const PRESSED = '<Response><Dial action="/done"><Client>bob</Client></Dial></Response>';
const DONE = '<Response><Dial><Client>carol</Client></Dial></Response>';

let ms = 0;

/** A line of a timeline, so many milliseconds after the one before. */
function event(afterMs: number, callSid: string, kind: string, data: object, more: object = {}) {
  ms += afterMs;
  const timestamp = new Date(Date.UTC(2026, 0, 1) + ms).toISOString();
  return { call_sid: callSid, timestamp, kind, data, request: null, response: null, ...more };
}

const state = (afterMs: number, callSid: string, name: string, more: object = {}) =>
  event(afterMs, callSid, 'state', { event: name, ...more });
const document = (afterMs: number, path: string, body: string, reason: string, parameters: object) =>
  event(
    afterMs,
    ALICE,
    'document',
    { reason, contentType: 'text/xml', characters: body.length },
    {
      request: { url: `http://app.test${path}`, method: 'POST', parameters },
      response: { response_code: 200, error: null, request_duration: 5, response_body: body },
    },
  );
const verb = (name: string) => event(1, ALICE, 'verb', { name, line: 1, column: 11 });
const leg = (sid: string, to: string, direction: string, status: string) => ({
  sid,
  to,
  from: 'alice',
  direction,
  status,
});

/** Alice presses something, bob is busy, she talks to carol and hangs up. */
function timeline() {
  ms = 0;
  return [
    state(0, ALICE, 'ringing'),
    document(10, '/voice?shop=7', VOICE, 'first', { CallStatus: 'ringing', 'SipHeader_X-Lang': 'de' }),
    verb('Gather'),
    state(5, ALICE, 'answered'),
    document(3000, '/pressed', PRESSED, 'action', { CallStatus: 'in-progress', Digits: '***' }),
    verb('Dial'),
    state(1, BOB, 'initiated'),
    state(50, BOB, 'ringing'),
    state(2000, BOB, 'completed', { cause: { sipStatus: 486 } }),
    document(10, '/done', DONE, 'action', { DialCallStatus: 'busy' }),
    verb('Dial'),
    state(1, CAROL, 'initiated'),
    state(50, CAROL, 'ringing'),
    state(1500, CAROL, 'answered'),
    state(5000, ALICE, 'completed'),
    state(20, CAROL, 'completed', { cause: {} }),
    event(
      5,
      ALICE,
      'callback',
      {},
      {
        request: {
          url: 'http://app.test/status',
          method: 'POST',
          parameters: { CallStatus: 'completed', CallbackSource: 'call-progress-events' },
        },
      },
    ),
  ];
}

const SCENARIO = `# The call ${ALICE}. legwork test --update writes its transcript.
# What callers press and say is never kept: put it in place of "1" and "something".

name: alice to 1000
url: /voice?shop=7
status-callback: /status
call: { from: alice, to: "1000", headers: { X-Lang: de } }
steps:
  - expect: { say: Welcome }
  - press: "1"
  - dial: { client: bob, does: busy, after: 2s }
  - dial: { client: carol, does: answer, after: 1.5s }
  - wait: 6.6s
  - hangup
expect:
  status: completed
  requests: ${ALICE}.requests
`;

describe('legwork scenario', () => {
  let rest: ApplicationServer;

  beforeEach(async () => {
    rest = await ApplicationServer.start();
    const json = (body: object) => ({
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const base = `/2012-04-24/Accounts/${ACCOUNT}`;
    rest.reply(`${base}/Calls/${ALICE}.json`, json(leg(ALICE, '1000', 'inbound', 'completed')));
    const calls = [
      leg(BOB, 'bob', 'outbound-dial', 'busy'),
      leg(CAROL, 'carol', 'outbound-dial', 'completed'),
    ];
    rest.reply(`${base}/Calls.json`, json({ calls }));
    rest.reply(`${base}/Calls/${ALICE}/Events.json`, json({ events: timeline() }));
  });

  afterEach(() => rest.stop());

  async function run(...args: readonly string[]) {
    const out: string[] = [];
    const err: string[] = [];
    const sender = authorSender('0.0.0-test');
    try {
      const code = await scenarioCommand(args, {
        sender,
        out: (line) => void out.push(line),
        err: (line) => void err.push(line),
      });
      return { code, out: out.join('\n'), err: err.join('\n') };
    } finally {
      sender.close();
    }
  }

  const from = () => rest.url(`/2012-04-24/Accounts/${ACCOUNT}`);

  it("makes a scenario of a call's timeline, which can be read", async () => {
    const { code, out } = await run(ALICE, '--from', from(), '--auth-token', 'secret');
    assert.deepEqual([code, `${out}\n`], [0, SCENARIO]);
    assert.ok('steps' in readScenario('s.yaml', out));
  });

  it('asks with the credentials of the account', async () => {
    await run(ALICE, '--from', from(), '--auth-token', 'secret');
    const expected = `Basic ${Buffer.from(`${ACCOUNT}:secret`).toString('base64')}`;
    assert.ok(rest.requests.length > 2);
    for (const { headers } of rest.requests) assert.equal(headers['authorization'], expected);
  });

  it('says why a call cannot be read', async () => {
    const missing = await run(BOB, '--from', from());
    assert.deepEqual([missing.code, missing.err], [1, 'There is no such call in this account.']);
    rest.reply(`/2012-04-24/Accounts/${ACCOUNT}/Calls/${ALICE}.json`, { status: 401 });
    assert.match((await run(ALICE, '--from', from())).err, /^Legwork does not accept the credentials/);
    rest.reply(`/2012-04-24/Accounts/${ACCOUNT}/Calls/${ALICE}.json`, 'no JSON');
    assert.match((await run(ALICE, '--from', from())).err, /is not the REST API of Legwork\.$/);
  });

  it('says what is wrong in the command line', async () => {
    const wrong = [
      [[], /^One CallSid is needed/],
      [['CA1', '--from', from()], /^One CallSid is needed/],
      [[ALICE], /^--from must be the URL of an account/],
      [[ALICE, '--from', 'http://127.0.0.1:8080'], /^--from must be the URL of an account/],
    ] as const;
    for (const [args, message] of wrong) {
      const { code, err } = await run(...args);
      assert.equal(code, 2);
      assert.match(err, message);
    }
  });
});
