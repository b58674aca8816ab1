import assert from 'node:assert/strict';
import { SipFailure } from '../../../src/phone/phone.ts';
import { aliceCalls } from '../../support/dial-story.ts';
import { type LiveStory, stories } from '../../support/live-story.ts';
import { wavOf } from '../../support/wav.ts';

const PROMPT_HZ = 425;

function line(media: string, ...attributes: string[]): string {
  return [media, ...attributes.map((attribute) => `a=${attribute}`), ''].join('\r\n');
}

const FAX = line(
  'm=image 40000 udptl t38',
  'T38FaxVersion:0',
  'T38MaxBitRate:14400',
  'T38FaxRateManagement:transferredTCF',
  'T38FaxUdpEC:t38UDPRedundancy',
);
/** What phones, SBCs and gateways offer beside their audio. */
const LINES: Readonly<Record<string, string>> = {
  'T.38 over UDPTL': FAX,
  'T.38 over TCP': line('m=image 40000 tcp t38', 'T38FaxVersion:0'),
  'T.38 with port 0': FAX.replace('40000', '0'),
  video: line('m=video 40002 RTP/AVP 96', 'rtpmap:96 H264/90000'),
  'video with feedback': line('m=video 40002 RTP/AVPF 96', 'rtpmap:96 VP8/90000', 'rtcp-fb:* nack pli'),
  'encrypted video': line('m=video 40002 UDP/TLS/RTP/SAVPF 96', 'rtpmap:96 VP8/90000', 'setup:actpass'),
  'real-time text': line('m=text 40004 RTP/AVP 98', 'rtpmap:98 t140/1000'),
  'floor control': line('m=application 40006 UDP/BFCP *', 'floorctrl:c-s'),
  'a data channel': line('m=application 40006 UDP/DTLS/SCTP webrtc-datachannel', 'sctp-port:5000'),
  messages: line(
    'm=message 40008 TCP/MSRP *',
    'accept-types:text/plain',
    'path:msrp://127.0.0.1:40008/x;tcp',
  ),
  'nothing that anybody knows': line('m=smell 40010 RTP/AVP 99', 'rtpmap:99 rose/8000'),
};
const ALL = Object.values(LINES).join('');

/** Transport and port of each media line of an answer: `audio RTP/AVP yes`, `image udptl no`. */
function accepted(sdp: string): readonly string[] {
  return [...sdp.matchAll(/^m=(\S+) (\d+) (\S+)/gm)].map(
    ([, media, port, transport]) => `${media} ${transport} ${port === '0' ? 'no' : 'yes'}`,
  );
}

/** The same of an offer, as it shall be answered. */
function audioOnly(sdp: string): readonly string[] {
  return accepted(sdp).map((one) => (one.startsWith('audio ') ? one : one.replace(/ yes$/, ' no')));
}

stories('An offer with more than audio', (story) => {
  async function asked(offer: (sdp: string) => string) {
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
    let offered = '';
    const shape = (sdp: string) => {
      offered = offer(sdp);
      return offered;
    };
    const call = await alice.call('1000', { offer: shape });
    const answer = (await call.answered).content ?? '';
    return { call, answer, offered };
  }

  const orders: readonly (readonly [title: string, offer: (sdp: string) => string])[] = [
    ...Object.entries(LINES).flatMap(([name, more]) => [
      [`behind the audio: ${name}`, (sdp: string) => sdp + more] as const,
      [`in front of the audio: ${name}`, (sdp: string) => sdp.replace('m=audio', `${more}m=audio`)] as const,
    ]),
    ['all of it', (sdp: string) => sdp + ALL],
  ];
  for (const [title, offer] of orders) {
    it(`is heard and its digits come, and the rest is declined; ${title}`, async () => {
      const { call, answer, offered } = await asked(offer);
      assert.deepEqual(accepted(answer), audioOnly(offered));
      await call.audio.heardTone(PROMPT_HZ);
      await call.sendDigits('5');
      assert.equal((await call.ended).how, 'bye');
      await story().quiet();
      assert.deepEqual(
        story()
          .app.to('/pressed')
          .map(({ params }) => params['Digits']),
        ['5'],
      );
    });
  }
});

stories('A call that may become a fax', (story) => {
  const offer = (sdp: string) => sdp + FAX;

  async function talking(live: LiveStory) {
    const bob = await live.phone('bob');
    live.app.reply('/after', '<Response/>');
    live.app.reply(
      '/voice',
      '<Response><Dial action="/after" record="true"><Client statusCallback="/bob">bob</Client></Dial></Response>',
    );
    live.app.reply('/bob', { status: 204 });
    live.app.reply('/number', { status: 204 });
    await live.number('1000');
    const carrier = await live.phone('alice');
    const call = await carrier.call('1000', { offer });
    const atBob = await bob.incoming();
    await atBob.answer();
    await call.answered;
    return { call, atBob };
  }

  type Talk = Awaited<ReturnType<typeof talking>>;
  async function hearEachOther({ call, atBob }: Talk): Promise<void> {
    for (const { audio } of [call, atBob]) audio.mark();
    call.audio.sendTone(697);
    atBob.audio.sendTone(852);
    await Promise.all([call.audio.heardTone(852), atBob.audio.heardTone(697)]);
  }

  it('is a talk, and its recording has sound', async () => {
    const talk = await talking(story());
    await hearEachOther(talk);
    await talk.atBob.hangUp();
    assert.equal((await talk.call.ended).how, 'bye');
    await story().quiet();
    const [action] = story().app.to('/after');
    assert.deepEqual(
      [action?.params['DialCallStatus'], action?.params['DialBridged']],
      ['completed', 'true'],
    );
    assert.match(action?.params['RecordingUrl'] ?? '', /^http/);
  });

  it('goes on as a talk when either side asks for fax instead, which gets 488', async () => {
    const talk = await talking(story());
    const fax = (sdp: string) => sdp.slice(0, sdp.indexOf('m=')) + FAX;
    for (const side of [talk.call, talk.atBob]) {
      const refused = (error: unknown) => error instanceof SipFailure && error.status === 488;
      await assert.rejects(side.offerAgain(fax), refused);
      await hearEachOther(talk);
    }
    await talk.call.hangUp();
    await story().quiet();
  });

  it('goes on as a talk when its audio and fax are offered again', async () => {
    const talk = await talking(story());
    await talk.call.offerAgain(offer);
    await hearEachOther(talk);
    await talk.atBob.offerAgain(offer);
    await hearEachOther(talk);
    await talk.call.hangUp();
    await story().quiet();
  });
});

stories('An offer without audio', (story) => {
  it('gets 488 and is no leg', async () => {
    const { alice, call } = await aliceCalls(story(), '<Hangup/>');
    await call.ended;
    const fax = await alice.call('1000', { offer: (sdp) => sdp.slice(0, sdp.indexOf('m=')) + FAX });
    assert.equal((await fax.ended).status, 488);
    await story().quiet();
    assert.deepEqual(await story().legs({ '1000': 'A' }), { A: 'inbound completed' });
  });
});
