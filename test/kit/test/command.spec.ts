import assert from 'node:assert/strict';
import { ApplicationServer } from '../../support/application-server.ts';
import { AuthorFolder } from '../../support/kit-command.ts';

const TOKEN = 'legwork-author-token';
const BUSY_THEN_CAROL = `name: bob is busy, carol takes it
url: /voice
status-callback: /number
call: { from: alice, to: "+15550001", headers: { X-Lang: de } }
steps:
  - expect: { say: "Welcome" }
  - dial: { client: bob, does: busy, after: 2s }
  - dial: { client: carol, does: answer, after: 3s, talks: 5s, hangs-up: caller }
expect:
  status: completed
  requests: busy.requests
`;

describe('legwork test', function () {
  this.timeout(60_000);
  let app: ApplicationServer;
  let folder: AuthorFolder;

  beforeEach(async () => {
    app = await ApplicationServer.start();
    folder = await AuthorFolder.make();
    app.reply(
      '/voice',
      '<Response><Say>Welcome to us</Say><Dial action="/done"><Client statusCallback="/bob">bob</Client></Dial></Response>',
    );
    app.reply('/done', '<Response><Dial><Client>carol</Client></Dial></Response>');
    for (const path of ['/number', '/bob']) app.reply(path, { status: 204 });
  });

  afterEach(async () => {
    await app.stop();
    await folder.remove();
  });

  const test = (...args: string[]) => folder.test('--url', app.origin, ...args);
  const written = (name: string, text: string) => folder.write(name, text);
  const call = (steps: string, status = 'completed') =>
    `url: /voice\ncall: { from: alice, to: "+15550001" }\nsteps:\n${steps}\nexpect: { status: ${status} }\n`;

  it('performs a scenario with real requests, all signed, in the order of a real call', async () => {
    const file = await written('busy.yaml', BUSY_THEN_CAROL);
    const { code, out } = await test('--update', file);
    assert.equal(code, 0, out);
    assert.match(
      out,
      /^pass {2}bob is busy, carol takes it {2}\(8 requests, \d+\.\d s of call in \d+ ms\) {2}busy\.requests written$/m,
    );
    assert.ok(app.requests.every((request) => request.signatureValid(TOKEN)));
    assert.equal(
      await folder.read('busy.requests'),
      `Leg A
  POST /voice
    CallSid=<CallSid A>
    AccountSid=<AccountSid>
    From=alice
    To=+15550001
    Caller=alice
    Called=+15550001
    CallStatus=ringing
    ApiVersion=2012-04-24
    Direction=inbound
    CallTimestamp=<Time>
    SipHeader_X-Lang=de
  POST /done
    CallSid=<CallSid A>
    AccountSid=<AccountSid>
    From=alice
    To=+15550001
    Caller=alice
    Called=+15550001
    CallStatus=in-progress
    ApiVersion=2012-04-24
    Direction=inbound
    CallTimestamp=<Time>
    SipHeader_X-Lang=de
    DialCallSid=<CallSid B>
    DialCallStatus=busy
    DialCallDuration=0
    DialRingDuration=2
    DialBridged=false
    DialSipResponseCode=486
    DialSipCallId=<SipCallId>

Leg A: callbacks to /number
${numberCallback('ringing', 0)}
${numberCallback('in-progress', 1)}
${numberCallback('completed', 2, '    OutboundCallSid=<CallSid C>\n    DialCallStatus=in-progress\n    CallDuration=11\n')}

Leg B: callbacks to /bob
${bobsCallback('initiated', 'initiated', 0)}
${bobsCallback('ringing', 'ringing', 1)}
${bobsCallback('busy', 'completed', 3, '    CallDuration=0\n    SipResponseCode=486\n')}
`,
    );
  });

  it('passes again with the transcript that it has written', async () => {
    const file = await written('busy.yaml', BUSY_THEN_CAROL);
    assert.equal((await test('--update', file)).code, 0);
    const { code, out } = await test(file);
    assert.equal(code, 0, out);
    assert.match(out, /^1 scenario: 1 passed, 0 failed, in \d\.\d s$/m);
  });

  it('shows the request that differs, with the line of the transcript and the verb', async () => {
    const file = await written('busy.yaml', BUSY_THEN_CAROL);
    await test('--update', file);
    const transcript = await folder.read('busy.requests');
    const line = transcript.split('\n').indexOf('    DialCallStatus=busy') + 1;
    await written('busy.requests', transcript.replace('DialCallStatus=busy', 'DialCallStatus=failed'));
    const { code, out } = await test(file);
    assert.equal(code, 1);
    assert.ok(out.includes(`busy.requests:${line}  from <Dial> (line 1, column`), out);
    assert.match(out, /-\s+DialCallStatus=failed\n\s+\+\s+DialCallStatus=busy/);
  });

  it('asks for --update when there is no transcript yet', async () => {
    const { code, out } = await test(await written('busy.yaml', BUSY_THEN_CAROL));
    assert.equal(code, 1);
    assert.match(out, /busy\.yaml:11:13 {2}busy\.requests does not exist; --update writes it\./);
  });

  it('says what was heard instead of what was expected', async () => {
    app.reply('/done', '<Response/>');
    const file = await written(
      's.yaml',
      call('  - expect: { say: "Good morning" }\n  - dial: { client: bob, does: no-answer }'),
    );
    const { code, out } = await test(file);
    assert.equal(code, 1);
    assert.match(out, /s\.yaml:4:5 {2}Expected to hear say "Good morning", but heard: .*Say "Welcome to us"/);
  });

  const FAILURES: readonly (readonly [what: string, steps: string, status: string, message: RegExp])[] = [
    [
      'a phone that no step is about',
      '  - wait: 1s',
      'completed',
      /client bob is rung, and no dial step says what happens then\./,
    ],
    [
      'a phone that is not rung',
      '  - hangup\n  - dial: { client: dave, does: busy }',
      'canceled',
      /s\.yaml:5:5 {2}client dave was not rung\./,
    ],
    ['another end', '  - hangup', 'busy', /s\.yaml:5:19 {2}The call ended (canceled|completed), not busy\./],
    [
      'a step after the end',
      '  - hangup\n  - press: 1',
      'completed',
      /s\.yaml:5:5 {2}The call is over before press\./,
    ],
    [
      'a call without an end',
      '  - dial: { client: bob, does: answer }',
      'completed',
      /The call does not end; a step such as hangup is missing\. It is in <Dial> \(line 1, column \d+\)\./,
    ],
  ];
  for (const [what, steps, status, message] of FAILURES) {
    it(`fails with the place in the scenario: ${what}`, async () => {
      app.reply('/voice', '<Response><Dial timeLimit="86400"><Client>bob</Client></Dial></Response>');
      const { code, out } = await test(await written('s.yaml', call(steps, status)));
      assert.equal(code, 1, out);
      assert.match(out, message);
    });
  }

  it('fails when documents lead in a circle', async () => {
    app.reply('/voice', '<Response><Pause length="1"/><Redirect>/voice</Redirect></Response>');
    const { code, out } = await test(await written('s.yaml', call('  - wait: 1h')));
    assert.equal(code, 1);
    assert.match(out, /There were more than 500 requests; the documents lead in a circle\./);
  });

  it('refuses wrong scenarios before it performs any, with exit code 2', async () => {
    const good = await written('busy.yaml', BUSY_THEN_CAROL);
    const bad = await written('bad.yaml', 'url: /voice\ncal: {}\n');
    const { code, err, out } = await test(good, bad);
    assert.equal(code, 2);
    assert.match(err, /^bad\.yaml:2:1 {2}A scenario has no "cal"; allowed: /m);
    assert.deepEqual([out, app.requests.length], ['', 0]);
  });

  it('says what is wrong in the command line, with exit code 2', async () => {
    for (const [args, message] of [
      [[], /^No scenario was given\./],
      [['--jobs', '0', 'x.yaml'], /^--jobs must be a whole number from 1 on\./],
      [['--chaos', 'rain', 'x.yaml'], /^--chaos: "rain" is none of slow, 5xx, reset, malformed, timeout\./],
      [['--nonsense', 'x.yaml'], /--nonsense/],
      [['--server', 'x', '--url', 'http://x', 'x.yaml'], /^--server and --url exclude each other\./],
    ] as const) {
      const { code, err } = await folder.test(...args);
      assert.equal(code, 2);
      assert.match(err, message);
    }
    const { code, err } = await folder.test(folder.file('missing.yaml'));
    assert.deepEqual([code, /^missing\.yaml:1:1 {2}It cannot be read: /.test(err)], [2, true]);
  });

  it('writes a report for CI servers', async () => {
    const passes = await written(
      'a.yaml',
      `name: a & b\n${call('  - dial: { client: bob, does: fail }\n  - dial: { client: carol, does: fail }')}`,
    );
    const fails = await written(
      'b.yaml',
      call('  - expect: { say: "<x>", within: 1s }\n  - dial: { client: bob, does: no-answer }'),
    );
    const { code, out } = await test('--junit', folder.file('report.xml'), passes, fails);
    assert.equal(code, 1, out);
    const report = (await folder.read('report.xml')).replaceAll(/time="[\d.]+"/g, 'time=""');
    assert.match(
      report,
      /^<\?xml version="1\.0" encoding="UTF-8"\?>\n<testsuites>\n<testsuite name="legwork test" tests="2" failures="1" time="">/,
    );
    assert.match(report, /<testcase classname="[^"]*a\.yaml" name="a &amp; b" time=""><\/testcase>/);
    assert.match(
      report,
      /<failure message="[^"]*b\.yaml:4:5 {2}Expected to hear say &quot;&lt;x&gt;&quot;, but heard: /,
    );
  });

  it('takes all scenarios of a folder', async () => {
    const steps = call('  - dial: { client: bob, does: fail }\n  - dial: { client: carol, does: fail }');
    await Promise.all(['a.yaml', 'b.yml'].map((name) => written(name, steps)));
    const { code, out } = await test(folder.path);
    assert.equal(code, 0, out);
    assert.match(out, /^2 scenarios: 2 passed/m);
  });

  it('shows mistakes in documents, and lets them fail a scenario only when asked to', async () => {
    app.reply('/voice', '<Response><Sya>x</Sya></Response>');
    const file = await written('s.yaml', call(''));
    const { code, out } = await test(file);
    assert.equal(code, 0, out);
    assert.match(out, /warning: Line 1, column 11: .*Sya/);
    assert.equal((await test('--strict', file)).code, 1);
  });

  it('says when a callback is not accepted', async () => {
    app.reply('/number', { status: 500 });
    const text = `status-callback: /number\n${call('  - dial: { client: bob, does: fail }\n  - dial: { client: carol, does: fail }')}`;
    const { code, out } = await test(await written('s.yaml', text));
    assert.equal(code, 0, out);
    assert.match(out, /warning: The callback POST \/number was not accepted: status 500/);
  });

  it('lets requests meet with trouble in the time of the call, and then compares no transcript', async () => {
    const file = await written('busy.yaml', BUSY_THEN_CAROL);
    const { code, out } = await test('--chaos', 'slow:1', '--seed', '7', file);
    assert.equal(code, 0, out);
    assert.match(out, /^The chaos can be repeated with --seed 7\.$/m);
    const [, callS = ''] = /\(8 requests, ([\d.]+) s of call in/.exec(out) ?? [];
    // Each of its documents comes 2 s late, or later.
    assert.ok(Number(callS) > 14, out);
  });

  it('sends a callback again whose connection broke, with the same token', async () => {
    const { code, out } = await test('--chaos', 'reset:1', await written('busy.yaml', BUSY_THEN_CAROL));
    assert.equal(code, 0, out);
    assert.match(out, /warning: The callback POST \/number was not accepted: connection: /);
    const tokens = app.to('/number').map(({ headers }) => headers['i-idempotency-token']);
    assert.ok(tokens.length > new Set(tokens).size, 'the same callback came again');
  });

  it('performs 200 scenarios with 30 s of ringing each in less than 10 s of processor time', async () => {
    const text = `${call('  - expect: { say: Welcome }\n  - dial: { client: bob, does: answer, after: 30s, talks: 10s }\n  - expect: { talk: bob }\n  - dial: { client: carol, does: fail }')}`;
    app.reply(
      '/voice',
      '<Response><Say>Welcome</Say><Dial timeout="60" action="/done"><Client>bob</Client></Dial></Response>',
    );
    await Promise.all(Array.from({ length: 200 }, (_one, index) => written(`s${index}.yaml`, text)));
    const before = process.cpuUsage();
    const { code, out } = await test(folder.path);
    // What other programs do meanwhile does not count; what the application server does here, does.
    const { user, system } = process.cpuUsage(before);
    const tookS = (user + system) / 1e6;
    assert.equal(code, 0, out);
    assert.match(out, /^200 scenarios: 200 passed, 0 failed/m);
    assert.ok(tookS < 10, `it took ${tookS} s`);
  });
});

function numberCallback(status: string, sequence: number, more = ''): string {
  return `  POST /number
    CallSid=<CallSid A>
    AccountSid=<AccountSid>
    From=alice
    To=+15550001
    Caller=alice
    Called=+15550001
    CallStatus=${status}
    ApiVersion=2012-04-24
    Direction=inbound
    CallTimestamp=<Time>
    SipHeader_X-Lang=de
${more}    Timestamp=<Time>
    SequenceNumber=${sequence}
    CallbackSource=call-progress-events`;
}

function bobsCallback(status: string, event: string, sequence: number, more = ''): string {
  return `  POST /bob
    AccountSid=<AccountSid>
    CallSid=<CallSid B>
    ParentCallSid=<CallSid A>
    From=alice
    To=bob
    Caller=alice
    Called=bob
    Direction=outbound-dial
    CallStatus=${status}
    CallEvent=${event}
${more}    Timestamp=<Time>
    CallbackSource=call-progress-events
    SequenceNumber=${sequence}
    ApiVersion=2012-04-24`;
}
