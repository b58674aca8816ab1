import assert from 'node:assert/strict';
import { actionIsTold, aliceCalls, legIsTold, numberIsTold, VOICE } from '../../support/dial-story.ts';
import { orderCall } from '../../support/live-rest-calls.ts';
import { stories } from '../../support/live-story.ts';
import { makeCarrier } from '../../support/story-carrier.ts';
import { makeTrunk } from '../../support/story-trunk.ts';
import { TcpCarrier } from '../../support/tcp-carrier.ts';
import { waitUntil } from '../../support/wait-until.ts';

const BOB = '+15550100';
const NAMES = { '1000': 'A', [BOB]: 'B' };
const DIAL_BOB = `<Dial action="/after"><Number statusCallback="/bob">${BOB}</Number></Dial>`;
const US = { username: 'acme', password: 'pa;ss "w\\ord' };
const OURS = { Username: US.username, Password: US.password };

stories('A trunk that asks who we are', (story) => {
  for (const challenge of [401, 407] as const) {
    it(`hears it when it asks with ${challenge}: the call goes through`, async () => {
      const { phone, refused } = await makeCarrier(story(), { ...US, challenge });
      await makeTrunk(story(), phone, OURS);
      story().app.reply('/after', '<Response/>');
      const { call } = await aliceCalls(story(), DIAL_BOB);
      const atBob = await phone.incoming();
      assert.equal(atBob.calledUser, BOB);
      await atBob.answer();
      atBob.audio.sendTone(697);
      await call.audio.heardTone(697);
      await atBob.hangUp();
      await call.ended;
      await story().quiet();
      assert.deepEqual(refused, []);
      assert.deepEqual(await story().legs(NAMES), { A: 'inbound completed', B: 'outbound-dial completed' });
    });
  }

  it('and gets a wrong password refuses the call: the leg fails', async () => {
    const { phone, refused } = await makeCarrier(story(), US);
    await makeTrunk(story(), phone, { ...OURS, Password: 'wrong' });
    story().app.reply('/after', '<Response/>');
    const { call } = await aliceCalls(story(), DIAL_BOB);
    await call.ended;
    await story().quiet();
    assert.deepEqual(refused, ['INVITE']);
    assert.deepEqual(story().requests(NAMES), {
      'A /voice': VOICE,
      'A /after': actionIsTold('failed', 401),
      'A /number': numberIsTold('failed'),
      'B /bob': legIsTold(['initiated'], 'failed'),
    });
  });

  it('gets the right password with the next call, when it is changed', async () => {
    const { phone } = await makeCarrier(story(), US);
    const sid = await makeTrunk(story(), phone, { ...OURS, Password: 'wrong' });
    const changed = await story().rest('POST', `/SipTrunks/${sid}.json`, { Password: US.password });
    assert.deepEqual(
      [changed.status, changed.json['username'], 'password' in changed.json],
      [200, 'acme', false],
    );
    story().app.reply('/after', '<Response/>');
    const { call } = await aliceCalls(story(), DIAL_BOB);
    (await phone.incoming()).reject(486, 'Busy Here');
    await call.ended;
    await story().quiet();
    assert.deepEqual(await story().legs(NAMES), { A: 'inbound completed', B: 'outbound-dial busy' });
  });
});

stories('A REST call to a SIP address that asks who calls', (story) => {
  for (const [password, ends, outcome] of [
    [US.password, 486, 'busy'],
    ['wrong', 401, 'failed'],
  ] as const) {
    it(`ends ${outcome} by its ${ends} with ${outcome === 'busy' ? 'the right' : 'a wrong'} SipAuthPassword`, async () => {
      const { phone } = await makeCarrier(story(), US);
      phone.onIncoming((call) => call.reject(486, 'Busy Here'));
      const sid = await orderCall(story(), {
        To: phone.uri,
        SipAuthUsername: US.username,
        SipAuthPassword: password,
        Rcml: '<Response/>',
      });
      await story().quiet();
      const { json } = await story().rest('GET', `/Calls/${sid}.json`);
      assert.equal(json['status'], outcome);
      const events = await story().rest('GET', `/Calls/${sid}/Events.json`);
      assert.doesNotMatch(JSON.stringify(events.json), new RegExp(US.username));
    });
  }
});

stories('Register at a trunk', (story) => {
  const shows = async (sid: string) => {
    const { json } = await story().rest('GET', `/SipTrunks/${sid}.json`);
    return [json['reachable'], json['registered']];
  };
  const becomes = (sid: string, what: readonly unknown[]) =>
    waitUntil(`reachable, registered: ${what.join(', ')}`, async () => {
      return JSON.stringify(await shows(sid)) === JSON.stringify(what);
    });

  it('sends it our REGISTER with credentials, and says that it stands; without Register it ends there too', async () => {
    const { phone, registers } = await makeCarrier(story(), US);
    const { host } = phone.address;
    const sid = await makeTrunk(story(), phone, { ...OURS, Register: 'true' });
    await becomes(sid, [true, true]);
    const [first] = registers;
    assert.deepEqual([first?.from, first?.username, first?.expires], [`sip:acme@${host}`, 'acme', 600]);
    assert.match(first?.contact ?? '', new RegExp(`^sip:${sid}@127\\.0\\.0\\.1:\\d+;line=\\w+$`));

    const path = `/SipTrunks/${sid}.json`;
    const off = await story().rest('POST', path, { Register: 'false' });
    assert.deepEqual([off.status, off.json['registered']], [200, null]);
    assert.deepEqual(
      registers.map(({ expires }) => expires),
      [600, 0],
    );
  });

  it('ends it there when the trunk is removed', async () => {
    const { phone, registers } = await makeCarrier(story(), US);
    const sid = await makeTrunk(story(), phone, { ...OURS, Register: 'true' });
    await becomes(sid, [true, true]);
    assert.equal((await story().rest('DELETE', `/SipTrunks/${sid}.json`)).status, 204);
    assert.equal(registers.at(-1)?.expires, 0);
  });

  it('says that it does not stand with a wrong password, and does when that is put right', async () => {
    const { phone, registers, refused } = await makeCarrier(story(), US);
    const sid = await makeTrunk(story(), phone, { ...OURS, Password: 'wrong', Register: 'true' });
    await waitUntil('the carrier refused it', () => refused.length > 0);
    assert.equal((await shows(sid))[1], false);
    assert.deepEqual(registers, []);
    await story().rest('POST', `/SipTrunks/${sid}.json`, { Password: US.password });
    await becomes(sid, [true, true]);
  });

  it('brings its calls, from whatever address, to the number in To', async () => {
    const { phone, registers } = await makeCarrier(story(), US);
    const sid = await makeTrunk(story(), phone, { ...OURS, Register: 'true' });
    await becomes(sid, [true, true]);
    await story().number(BOB);
    story().app.reply('/voice', '<Response><Reject reason="busy"/></Response>');
    story().app.reply('/number', { status: 204 });
    const gateway = await story().peer('gateway', '127.0.0.9');
    const written = BOB.replace('+1', '%2B1-');
    for (const to of [`sip:${BOB}@carrier.example`, `sip:${written}@carrier.example`, `tel:${BOB};x=y`]) {
      const call = await gateway.call(registers[0]?.contact ?? '', { from: '+49-30-777', to });
      assert.equal((await call.ended).status, 486, to);
      await story().quiet();
    }
    assert.deepEqual(await story().legs({ [BOB]: 'A' }), { A: 'inbound busy, inbound busy, inbound busy' });
    for (const { trunk_sid, from } of await story().calls()) {
      assert.deepEqual([trunk_sid, from], [sid, '+4930777']);
    }
  });

  it('goes over TCP with Transport=tcp, as calls do', async () => {
    const carrier = await TcpCarrier.start('127.0.0.7');
    try {
      const sid = await makeTrunk(story(), carrier, { ...OURS, Register: 'true', Transport: 'tcp' });
      await becomes(sid, [true, true]);
      const call = await orderCall(story(), { To: BOB, Rcml: '<Response/>' });
      await story().quiet();
      assert.equal((await story().rest('GET', `/Calls/${call}.json`)).json['status'], 'busy');
      assert.equal((await story().rest('DELETE', `/SipTrunks/${sid}.json`)).status, 204);
      const seen = carrier.requests.map(({ method, headers }) => `${method} ${headers.via[0]?.protocol}`);
      assert.deepEqual(new Set(seen), new Set(['OPTIONS TCP', 'REGISTER TCP', 'INVITE TCP', 'ACK TCP']));
    } finally {
      await carrier.stop();
    }
  });

  it('shows a trunk that has moved to where nobody answers as not reachable and not registered', async () => {
    const { phone } = await makeCarrier(story(), US);
    const silent = await story().peer('silent', '127.0.0.8');
    const { host, port } = silent.address;
    await silent.stop();
    const sid = await makeTrunk(story(), phone, { ...OURS, Register: 'true' });
    await becomes(sid, [true, true]);
    const move = await story().rest('POST', `/SipTrunks/${sid}.json`, { Host: host, Port: String(port) });
    assert.equal(move.status, 200);
    await becomes(sid, [false, false]);
  });
});
