import assert from 'node:assert/strict';
import type { MediaShapes } from '../../../src/phone/call.ts';
import type { IncomingCall, OutgoingCall } from '../../../src/phone/phone.ts';
import { aliceCalls } from '../../support/dial-story.ts';
import { stories } from '../../support/live-story.ts';
import { SrtpGateway } from '../../support/srtp-gateway.ts';
import { wavOf } from '../../support/wav.ts';

const PROMPT_HZ = 425;

/** Linphone's, where feedback is on. */
const feedback = (sdp: string) =>
  `${sdp.replace('RTP/AVP', 'RTP/AVPF')}a=rtcp-fb:* trr-int 1000\r\na=rtcp-fb:* ccm tmmbr\r\n`;
const VIDEO = 'm=video 40002 RTP/AVPF 96\r\na=rtpmap:96 VP8/90000\r\na=rtcp-fb:* nack pli\r\n';
const audioOf = (sdp: string) => sdp.slice(sdp.indexOf('m=audio'));
/** A line that asks for encryption with a key that cannot be used. */
const refusable = (sdp: string, suite = 'AES_CM_128_HMAC_SHA1_80 inline:short') =>
  `${sdp.replace('RTP/AVP', 'RTP/SAVP')}a=crypto:1 ${suite}\r\n`;

type Talking = Pick<IncomingCall | OutgoingCall, 'audio'>;

function lines(sdp = ''): readonly string[] {
  return [...sdp.matchAll(/^m=(\S+) (\d+) (\S+)/gm)].map(
    ([, media, port, transport]) => `${media} ${transport} ${port === '0' ? 'no' : 'yes'}`,
  );
}

async function hearEachOther(...[one, other]: readonly [Talking, Talking]): Promise<void> {
  for (const { audio } of [one, other]) audio.mark();
  one.audio.sendTone(697);
  other.audio.sendTone(852);
  await Promise.all([one.audio.heardTone(852), other.audio.heardTone(697)]);
}

stories('A phone whose audio has another profile', (story) => {
  async function gathering(shapes: MediaShapes) {
    const { app } = story();
    app.reply(
      '/voice',
      '<Response><Gather numDigits="1" action="/pressed"><Play loop="0">/prompt.wav</Play></Gather></Response>',
    );
    app.reply('/prompt.wav', { headers: { 'content-type': 'audio/wav' }, body: wavOf(PROMPT_HZ, 10) });
    app.reply('/pressed', '<Response><Pause/></Response>');
    app.reply('/number', { status: 204 });
    await story().number('1000');
    const alice = await story().phone('alice');
    const call = await alice.call('1000', shapes);
    const answer = (await call.answered).content;
    await call.audio.heardTone(PROMPT_HZ);
    await call.sendDigits('5');
    assert.equal((await call.ended).how, 'bye');
    await story().quiet();
    const pressed = story().app.to('/pressed');
    assert.deepEqual(
      pressed.map(({ params }) => params['Digits']),
      ['5'],
    );
    return lines(answer);
  }

  async function openGateway(): Promise<SrtpGateway> {
    const gateway = await SrtpGateway.open();
    story().onEnd(() => Promise.resolve(gateway.close()));
    return gateway;
  }

  async function encrypted(transport: string, more?: (sdp: string) => string) {
    const gateway = await openGateway();
    return gathering(gateway.calling(transport, more));
  }

  it('is heard with RTP/AVPF, which is answered with it', async () => {
    assert.deepEqual(await gathering({ offer: feedback }), ['audio RTP/AVPF yes']);
  });

  it('is heard with RTP/AVPF and video beside it', async () => {
    const answer = await gathering({ offer: (sdp) => feedback(sdp) + VIDEO });
    assert.deepEqual(answer, ['audio RTP/AVPF yes', 'video RTP/AVPF no']);
  });

  it('is heard with a pair of lines, the encrypted one first, which is taken', async () => {
    assert.deepEqual(await encrypted('RTP/SAVP', audioOf), ['audio RTP/SAVP yes', 'audio RTP/AVP no']);
  });

  it('is heard with a pair of lines, the plain one first, which is taken', async () => {
    const answer = await gathering({ offer: (sdp) => sdp + refusable(audioOf(sdp)) });
    assert.deepEqual(answer, ['audio RTP/AVP yes', 'audio RTP/SAVP no']);
  });

  for (const transport of ['RTP/SAVP', 'RTP/SAVPF', 'RTP/AVP']) {
    it(`is heard with one encrypted line, ${transport}`, async () => {
      assert.deepEqual(await encrypted(transport), [`audio ${transport} yes`]);
    });
  }

  for (const suite of ['AES_CM_128_HMAC_SHA1_80 inline:short', 'UNKNOWN_SUITE inline:c2hvcnQ=']) {
    it(`gets 488 when it insists on encryption that we do not have: ${suite}`, async () => {
      const { alice, call } = await aliceCalls(story(), '<Hangup/>');
      await call.ended;
      const refused = await alice.call('1000', { offer: (sdp) => refusable(sdp, suite) });
      assert.equal((await refused.ended).status, 488);
      await story().quiet();
    });
  }

  /** Alice's phone talks to Bob's, which has the usual profile, and offers its audio again. */
  async function talkingTwice(shapes: MediaShapes): Promise<void> {
    const bob = await story().phone('bob');
    const { app } = story();
    app.reply('/voice', '<Response><Dial><Client>bob</Client></Dial></Response>');
    app.reply('/number', { status: 204 });
    await story().number('1000');
    const alice = await story().phone('alice');
    const call = await alice.call('1000', shapes);
    const atBob = await bob.incoming();
    await atBob.answer();
    await call.answered;
    await hearEachOther(call, atBob);
    await call.offerAgain(shapes.offer ?? ((sdp) => sdp));
    await hearEachOther(call, atBob);
    await call.hangUp();
    await story().quiet();
  }

  it('talks to a phone with the usual one, also after a re-INVITE: RTP/AVPF', () =>
    talkingTwice({ offer: feedback }));

  it('talks to a phone with the usual one, also after a re-INVITE: encrypted', async () => {
    const gateway = await openGateway();
    await talkingTwice(gateway.calling('RTP/SAVP'));
  });

  it('may encrypt when it is called', async () => {
    const bob = await story().phone('bob');
    const gateway = await openGateway();
    const { call } = await aliceCalls(story(), '<Dial><Client>bob</Client></Dial>');
    const atBob = await bob.incoming();
    await atBob.answer(gateway.called());
    await hearEachOther(call, atBob);
    await call.hangUp();
    await story().quiet();
  });

  it('may encrypt on both sides of a talk', async () => {
    const bob = await story().phone('bob');
    const [atAlices, atBobs] = [await openGateway(), await openGateway()];
    const { alice, call } = await aliceCalls(story(), '<Dial><Client>bob</Client></Dial>');
    await call.cancel();
    const encrypted = await alice.call('1000', atAlices.calling('RTP/SAVP'));
    const atBob = await bob.incoming();
    await atBob.answer(atBobs.called());
    await encrypted.answered;
    await hearEachOther(encrypted, atBob);
    await encrypted.hangUp();
    await story().quiet();
  });
});
