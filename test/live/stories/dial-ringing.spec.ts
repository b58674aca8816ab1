import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { IncomingCall } from '../../../src/phone/phone.ts';
import { aliceCalls, numberIsTold } from '../../support/dial-story.ts';
import { stories } from '../../support/live-story.ts';
import { toneFile } from '../../support/made-sounds.ts';

const NAMES = { '1000': 'A', Bob: 'B', erin: 'E' };
const DIAL_BOB = '<Client>Bob</Client>';
const EARLY_TONE = 620;
const BOB_TONE = 697;
const ALICE_TONE = 852;

stories('What Alice hears before Bob answers', (story) => {
  it('is what Bob sends with 183, and the talk goes on from there', async () => {
    const bob = await story().phone('bob');
    const { call } = await aliceCalls(story(), `<Dial>${DIAL_BOB}</Dial>`);
    call.audio.sendTone(ALICE_TONE);
    const atBob = await bob.incoming();
    atBob.audio.sendTone(EARLY_TONE);
    atBob.progress();
    await call.audio.heardTone(EARLY_TONE, { forMs: 500 });
    call.audio.mark();
    await call.audio.heardTone(EARLY_TONE, { forMs: 500 });
    assert.equal(call.audio.toneMs(440), 0);
    await atBob.answer();
    atBob.audio.sendTone(BOB_TONE);
    await call.audio.heardTone(BOB_TONE, { forMs: 300 });
    await atBob.audio.heardTone(ALICE_TONE, { forMs: 300 });
    await atBob.hangUp();
    await call.ended;
    await story().quiet();
    assert.deepEqual(story().requests(NAMES)['A /number'], numberIsTold('completed'));
  });

  it('is what Bob sends with 183 also where she is not answered yet', async () => {
    const bob = await story().phone('bob');
    const { call } = await aliceCalls(story(), `<Dial answerOnBridge="true">${DIAL_BOB}</Dial>`);
    const atBob = await bob.incoming();
    atBob.audio.sendTone(EARLY_TONE);
    atBob.progress();
    await call.audio.heardTone(EARLY_TONE, { forMs: 500 });
    assert.deepEqual(call.provisional.includes(183), true);
    await atBob.answer();
    await call.answered;
    atBob.audio.sendTone(BOB_TONE);
    await call.audio.heardTone(BOB_TONE, { forMs: 300 });
    await call.hangUp();
    await atBob.ended;
  });

  it('is ringing when the 183 has nothing to hear', async () => {
    const bob = await story().phone('bob');
    const { call } = await aliceCalls(story(), `<Dial>${DIAL_BOB}</Dial>`);
    const atBob = await bob.incoming();
    atBob.progress({ media: false });
    await call.audio.heardTone(440, { forMs: 300 });
    call.audio.mark();
    await call.audio.heardTone(440, { forMs: 300 });
    await atBob.answer();
    await call.hangUp();
    await atBob.ended;
  });

  it('is ringing as long as nothing comes after the 183, as from mobile networks, and then what Bob sends', async () => {
    const bob = await story().phone('bob');
    const { call } = await aliceCalls(story(), `<Dial>${DIAL_BOB}</Dial>`);
    const atBob = await bob.incoming();
    atBob.audio.stopSending();
    atBob.progress();
    await call.audio.heardTone(440, { forMs: 1500 });
    atBob.audio.sendTone(EARLY_TONE);
    await call.audio.heardTone(EARLY_TONE, { forMs: 100 });
    call.audio.mark();
    // The tone of two seconds comes again every six.
    await call.audio.heardTone(EARLY_TONE, { forMs: 4500 });
    assert.equal(call.audio.toneMs(440), 0);
    await atBob.answer();
    atBob.audio.sendTone(BOB_TONE);
    await call.audio.heardTone(BOB_TONE, { forMs: 300 });
    await call.hangUp();
    await atBob.ended;
  });

  it('is the ringing of her own phone where she is not answered yet and nothing comes after the 183', async () => {
    const bob = await story().phone('bob');
    const { call } = await aliceCalls(
      story(),
      `<Dial answerOnBridge="true"><Client statusCallback="/bob">bob</Client></Dial>`,
    );
    const atBob = await bob.incoming();
    atBob.audio.stopSending();
    atBob.progress();
    await story().app.waitFor((all) => all.some(({ params }) => params['CallEvent'] === 'ringing'));
    assert.deepEqual([...new Set(call.provisional)], [100, 180]);
    atBob.audio.sendTone(EARLY_TONE);
    await call.audio.heardTone(EARLY_TONE, { forMs: 300 });
    assert.deepEqual([...new Set(call.provisional)], [100, 180, 183]);
    await atBob.answer();
    atBob.audio.sendTone(BOB_TONE);
    await call.audio.heardTone(BOB_TONE, { forMs: 300 });
    await call.hangUp();
    await atBob.ended;
  });

  it('ends with Bob, who refuses after it, and the next verb is heard', async () => {
    const bob = await story().phone('bob');
    const { call } = await aliceCalls(story(), `<Dial>${DIAL_BOB}</Dial><Play>/tone.wav</Play>`);
    const headers = { 'content-type': 'audio/wav' };
    story().app.reply('/tone.wav', { headers, body: await toneFile('wav', 500, 1) });
    const atBob = await bob.incoming();
    atBob.audio.sendTone(EARLY_TONE);
    atBob.progress();
    await call.audio.heardTone(EARLY_TONE, { forMs: 300 });
    atBob.reject(486, 'Busy Here');
    await call.audio.heardTone(500, { forMs: 700 });
    await call.ended;
  });

  it('is the ringing tone of another country', async () => {
    const bob = await story().phone('bob');
    const { call } = await aliceCalls(story(), `<Dial ringTone="de">${DIAL_BOB}</Dial>`);
    const atBob = await bob.incoming();
    atBob.ring();
    await call.audio.heardTone(425, { forMs: 500 });
    await atBob.answer();
    atBob.audio.sendTone(BOB_TONE);
    await call.audio.heardTone(BOB_TONE, { forMs: 200 });
    call.audio.mark();
    await call.audio.heardTone(BOB_TONE, { forMs: 1000 });
    assert.equal(call.audio.toneMs(425), 0);
    await call.hangUp();
    await atBob.ended;
  });

  it('is a sound of the application server, again and again', async () => {
    const headers = { 'content-type': 'audio/wav' };
    story().app.reply('/ring.wav', { headers, body: await toneFile('wav', 500, 0.5) });
    const bob = await story().phone('bob');
    const { call } = await aliceCalls(story(), `<Dial ringTone="ring.wav">${DIAL_BOB}</Dial>`);
    const atBob = await bob.incoming();
    atBob.ring();
    await call.audio.heardTone(500, { forMs: 1500 });
    await atBob.answer();
    atBob.audio.sendTone(BOB_TONE);
    await call.audio.heardTone(BOB_TONE, { forMs: 300 });
    await call.hangUp();
    await atBob.ended;
  });
});

const REALM = 'erins-place';

/** Lets a call in that answers the challenge with these; refuses others once more, then for good. */
function challenge(call: IncomingCall, username: string, password: string): boolean {
  const given = call.header('authorization');
  const part = (name: string) => new RegExp(`${name}="?([^",]+)"?`).exec(given ?? '')?.[1] ?? '';
  const md5 = (text: string) => createHash('md5').update(text).digest('hex');
  const ha1 = md5(`${username}:${REALM}:${password}`);
  const ha2 = md5(`INVITE:${part('uri')}`);
  const middle = part('qop') === '' ? '' : `${part('nc')}:${part('cnonce')}:${part('qop')}:`;
  if (given !== undefined && part('response') === md5(`${ha1}:${part('nonce')}:${middle}${ha2}`)) return true;
  const header = `Digest realm="${REALM}", nonce="n${given === undefined ? 1 : 2}", algorithm=MD5, qop="auth"`;
  call.reject(401, 'Unauthorized', { 'WWW-Authenticate': header });
  return false;
}

stories('A SIP peer that asks who calls', (story) => {
  for (const [password, outcome] of [
    ['open sesame', 'completed'],
    ['wrong', 'failed'],
  ] as const) {
    it(`${outcome === 'completed' ? 'talks' : 'does not talk'} with the password "${password}"`, async () => {
      const erin = await story().peer('erin', '127.0.0.5');
      erin.onIncoming(async (call) => {
        if (challenge(call, 'legwork', 'open sesame')) await call.answer();
      });
      const sip = `<Sip username="legwork" password="${password}">${erin.uri}</Sip>`;
      const { call } = await aliceCalls(story(), `<Dial timeLimit="2">${sip}</Dial>`);
      await call.ended;
      await story().quiet();
      assert.deepEqual(await story().legs(NAMES), { A: 'inbound completed', E: `outbound-dial ${outcome}` });
      const { ari } = story().stack.legwork.foundation;
      const endpoints = (await ari.run('endpoints', 'listByTech', { tech: 'PJSIP' })) as {
        resource: string;
      }[];
      assert.deepEqual(
        endpoints.filter(({ resource }) => resource.startsWith('out-')),
        [],
      );
      const calls = await story().calls();
      for (const { sid } of calls) {
        const { json } = await story().rest('GET', `/Calls/${sid}/Events.json`);
        assert.ok(!JSON.stringify(json).includes(password));
      }
    });
  }
});
