import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import type { Phone } from '../../../src/phone/phone.ts';
import { actionIsTold, aliceCalls, legIsTold, numberIsTold, VOICE } from '../../support/dial-story.ts';
import { stories } from '../../support/live-story.ts';

const NAMES = { '1000': 'A', erin: 'B' };

/** As XML text: the address of the phone, with what is written behind it. */
function addressOf(phone: Phone, behind = ''): string {
  return `${phone.uri}${behind}`.replaceAll('&', '&amp;');
}

stories('The callee is a SIP address, no client of ours', (story) => {
  const FAILURES = [
    { status: 404, reason: 'Not Found', outcome: 'failed' },
    { status: 403, reason: 'Forbidden', outcome: 'failed' },
    { status: 484, reason: 'Address Incomplete', outcome: 'failed' },
    { status: 500, reason: 'Server Internal Error', outcome: 'failed' },
    { status: 503, reason: 'Service Unavailable', outcome: 'failed' },
    { status: 604, reason: 'Does Not Exist Anywhere', outcome: 'failed' },
    { status: 486, reason: 'Busy Here', outcome: 'busy' },
  ] as const;
  for (const { status, reason, outcome } of FAILURES) {
    it(`is ${outcome} when it answers ${status} ${reason}`, async () => {
      const erin = await story().peer('erin', '127.0.0.5');
      erin.onIncoming((call) => call.reject(status, reason));
      story().app.reply('/after', '<Response/>');
      const sip = `<Sip statusCallback="/erin">${addressOf(erin)}</Sip>`;
      const { call } = await aliceCalls(story(), `<Dial action="/after">${sip}</Dial>`, ['/erin']);
      assert.equal((await call.ended).how, 'bye');
      await story().quiet();

      assert.deepEqual(story().requests(NAMES), {
        'A /voice': VOICE,
        'A /after': actionIsTold(outcome, status),
        'A /number': numberIsTold(outcome),
        'B /erin': legIsTold(['initiated'], outcome),
      });
      assert.deepEqual(await story().legs(NAMES), { A: 'inbound completed', B: `outbound-dial ${outcome}` });
    });
  }

  for (const noun of ['Sip', 'Uri']) {
    it(`<${noun}> talks, and hands over the headers behind the address`, async () => {
      const erin = await story().peer('erin', '127.0.0.5');
      const address = addressOf(erin, '?X-Order=7&Customer=J%C3%B6rg%20M.&x-empty=');
      const { call } = await aliceCalls(
        story(),
        `<Dial><${noun} statusCallback="/erin">${address}</${noun}></Dial>`,
        ['/erin'],
      );
      const atErin = await erin.incoming();
      assert.equal(atErin.calledUser, 'erin');
      assert.equal(atErin.header('X-Order'), '7');
      assert.equal(atErin.header('X-Customer'), 'Jörg M.');
      assert.equal(atErin.header('x-empty'), '');
      await atErin.answer();
      atErin.audio.sendTone(697);
      call.audio.sendTone(852);
      await Promise.all([call.audio.heardTone(697), atErin.audio.heardTone(852)]);
      await call.hangUp();
      assert.equal((await atErin.ended).how, 'bye');
      await story().quiet();

      assert.deepEqual(story().requests(NAMES), {
        'A /voice': VOICE,
        'A /number': numberIsTold('in-progress'),
        'B /erin': legIsTold(['initiated', 'answered'], 'completed'),
      });
      assert.deepEqual(await story().legs(NAMES), { A: 'inbound completed', B: 'outbound-dial completed' });
    });
  }

  it('is a SIP address too when a Dial has plain text with an @', async () => {
    const erin = await story().peer('erin', '127.0.0.5');
    const { call } = await aliceCalls(story(), `<Dial>${addressOf(erin).replace('sip:', '')}</Dial>`);
    const atErin = await erin.incoming();
    atErin.reject(486, 'Busy Here');
    assert.equal((await call.ended).how, 'bye');
    await story().quiet();

    assert.deepEqual(story().requests(NAMES), { 'A /voice': VOICE, 'A /number': numberIsTold('busy') });
    assert.deepEqual(await story().legs(NAMES), { A: 'inbound completed', B: 'outbound-dial busy' });
  });

  for (const user of ["o'neil", 'a/b', 'a&b,c', '*43#', 'J%c3%b6rg', '+1555;phone-context=pbx.example']) {
    it(`rings at ${user} as it is written`, async () => {
      const erin = await story().peer('erin', '127.0.0.5');
      const address = addressOf(erin).replace('erin', user).replaceAll('&', '&amp;');
      const { call } = await aliceCalls(story(), `<Dial><Sip>${address}</Sip></Dial>`);
      const atErin = await erin.incoming();
      assert.equal(atErin.header('To')?.replace(/@.*/, ''), `<sip:${user.replace('#', '%23')}`);
      atErin.reject(486, 'Busy Here');
      assert.equal((await call.ended).how, 'bye');
      await story().quiet();
      assert.deepEqual(await story().legs({ '1000': 'A', [user.split(';')[0] ?? '']: 'B' }), {
        A: 'inbound completed',
        B: 'outbound-dial busy',
      });
    });
  }

  it("is no-answer when it says nothing at all until the Dial's time is up", async () => {
    const silent = createSocket('udp4');
    silent.bind(0, '127.0.0.5');
    await once(silent, 'listening');
    story().onEnd(() => new Promise<void>((resolve) => silent.close(() => resolve())));
    story().app.reply('/after', '<Response/>');
    const sip = `<Sip statusCallback="/erin">sip:erin@127.0.0.5:${silent.address().port}</Sip>`;
    const { call } = await aliceCalls(story(), `<Dial action="/after" timeout="1">${sip}</Dial>`, ['/erin']);
    assert.equal((await call.ended).how, 'bye');
    await story().quiet();

    assert.deepEqual(story().requests(NAMES), {
      'A /voice': VOICE,
      'A /after': actionIsTold('no-answer'),
      'A /number': numberIsTold('no-answer'),
      'B /erin': legIsTold(['initiated'], 'no-answer'),
    });
    assert.deepEqual(await story().legs(NAMES), { A: 'inbound completed', B: 'outbound-dial no-answer' });
  });

  it('fails when nobody listens there', async () => {
    story().app.reply('/after', '<Response/>');
    const { call } = await aliceCalls(
      story(),
      '<Dial action="/after" timeout="2"><Sip statusCallback="/erin">sip:erin@127.0.0.5:9;transport=tcp</Sip></Dial>',
      ['/erin'],
    );
    assert.equal((await call.ended).how, 'bye');
    await story().quiet();

    const { 'A /after': after, ...rest } = story().requests(NAMES);
    assert.match(after?.join() ?? '', /DialCallStatus=failed DialBridged=false/);
    assert.deepEqual(rest, {
      'A /voice': VOICE,
      'A /number': numberIsTold('failed'),
      'B /erin': legIsTold(['initiated'], 'failed'),
    });
    assert.deepEqual(await story().legs(NAMES), { A: 'inbound completed', B: 'outbound-dial failed' });
  });
});

stories('Who calls, as the callee sees it', (story) => {
  it("is the caller's number and display name", async () => {
    const bob = await story().phone('bob');
    story().app.reply(
      '/voice',
      '<Response><Dial><Client statusCallback="/bob">bob</Client></Dial></Response>',
    );
    for (const path of ['/number', '/bob']) story().app.reply(path, { status: 204 });
    await story().number('1000');
    const alice = await story().phone('alice');
    const call = await alice.call('1000', { displayName: 'Alice "Ally" Müller' });
    const atBob = await bob.incoming();
    assert.deepEqual([atBob.fromUser, atBob.fromDisplay], ['alice', 'Alice "Ally" Müller']);
    await call.hangUp();
    await story().quiet();

    const name = 'Alice "Ally" Müller';
    const names = story().app.requests.map(({ path, params }) => `${path} ${params['CallerName']}`);
    assert.deepEqual([...new Set(names)].toSorted(), [`/bob ${name}`, `/number ${name}`, `/voice ${name}`]);
    assert.deepEqual(await story().legs({ '1000': 'A', bob: 'B' }), {
      A: 'inbound completed',
      B: 'outbound-dial canceled',
    });
  });

  it("is the Dial's callerId where it has one", async () => {
    const bob = await story().phone('bob');
    const { call } = await aliceCalls(
      story(),
      '<Dial callerId="+4930123456"><Client statusCallback="/bob">bob</Client></Dial>',
    );
    const atBob = await bob.incoming();
    assert.deepEqual([atBob.fromUser, atBob.fromDisplay], ['+4930123456', '']);
    await call.hangUp();
    await story().quiet();

    const from = story().app.requests.map(({ path, params }) => `${path} ${params['From']}`);
    assert.deepEqual([...new Set(from)].toSorted(), ['/bob +4930123456', '/number alice', '/voice alice']);
    const calls = await story().calls();
    assert.deepEqual(calls.map((leg) => `${leg.to} from ${leg.from}`).toSorted(), [
      '1000 from alice',
      'bob from +4930123456',
    ]);
  });
});
