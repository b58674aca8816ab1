import assert from 'node:assert/strict';
import type { CallOptions, IncomingCall, OutgoingCall } from '../../../src/phone/phone.ts';
import { aliceCalls } from '../../support/dial-story.ts';
import { type LiveStory, stories } from '../../support/live-story.ts';
import { Stranger } from '../../support/sip-question.ts';
import { waitUntil } from '../../support/wait-until.ts';

const PASSWORD = 'correct-horse';
const DIAL_BOB = '<Dial action="/after"><Client>bob</Client></Dial>';
/** Four keys, star and hash among them, while something is said. */
const GATHER = `<Gather numDigits="4" finishOnKey="" action="/pressed"><Say loop="0">Your choice, please.</Say></Gather>`;
const KEYS = '50*#';

async function hearEachOther(one: OutgoingCall, other: IncomingCall): Promise<void> {
  for (const { audio } of [one, other]) audio.mark();
  one.audio.sendTone(697);
  other.audio.sendTone(852);
  await Promise.all([one.audio.heardTone(852), other.audio.heardTone(697)]);
}

/** Alice, who has `options`, calls 1000, whose document dials Bob, and they hear each other. */
async function talking(story: LiveStory, options: CallOptions = {}) {
  const bob = await story.phone('bob');
  story.app.reply('/after', '<Response/>');
  const { call } = await aliceCalls(story, DIAL_BOB, [], options);
  const atBob = await bob.incoming();
  await atBob.answer();
  await call.answered;
  await hearEachOther(call, atBob);
  return { call, atBob };
}

/** What became of the Dial, as its action was told. */
const outcome = (story: LiveStory) => story.app.to('/after').map(({ params }) => params['DialCallStatus']);
const pressed = (story: LiveStory) => story.app.to('/pressed').map(({ params }) => params['Digits']);

stories('A PBX that sends its INVITE without SDP, as Cisco CUCM does', (story) => {
  it('gets our offer in the 200, hears the prompt, and its digits come', async () => {
    story().app.reply('/pressed', '<Response><Pause/></Response>');
    const { call } = await aliceCalls(story(), GATHER, [], { lateOffer: true });
    assert.match((await call.answered).content ?? '', /^m=audio \d+ RTP\/AVP 0 /m);
    await call.audio.heardSound();
    await call.sendDigits(KEYS);
    assert.equal((await call.ended).how, 'bye');
    await story().quiet();
    assert.deepEqual(pressed(story()), [KEYS]);
  });

  it('talks through a Dial, both ways', async () => {
    const { call, atBob } = await talking(story(), { lateOffer: true });
    await atBob.hangUp();
    assert.equal((await call.ended).how, 'bye');
    await story().quiet();
    assert.deepEqual(outcome(story()), ['completed']);
  });
});

/** The number of the phone's events in an offer, and what stands around it. */
const numbered = (payload: number) => (sdp: string) =>
  sdp
    .replace(/(m=audio \d+ RTP\/AVP 0) 101/, `$1 ${payload}`)
    .replace(/^(a=(?:rtpmap|fmtp)):101/gm, `$1:${payload}`);
const EVENTS: Readonly<Record<string, (sdp: string) => string>> = {
  'as 96': numbered(96),
  'as 122, as Cisco phones do': numbered(122),
  'as 10, which is reserved': numbered(10),
  'for 16 kHz first, under the same number': (sdp) =>
    sdp.replace('a=rtpmap:101 ', 'a=rtpmap:101 telephone-event/16000\r\na=rtpmap:101 '),
  'for 48 kHz too': (sdp) =>
    numbered(126)(sdp)
      .replace('RTP/AVP 0 126', 'RTP/AVP 0 110 126')
      .replace('a=rtpmap:126 ', 'a=rtpmap:110 telephone-event/48000\r\na=rtpmap:126 '),
  'without saying which events': (sdp) => sdp.replace(/^a=fmtp:101.*\r\n/m, ''),
};

stories('A phone that numbers its telephone events as it likes', (story) => {
  for (const [title, offer] of Object.entries(EVENTS)) {
    it(`is understood when it offers them ${title}`, async () => {
      story().app.reply('/pressed', '<Response><Pause/></Response>');
      const { call } = await aliceCalls(story(), GATHER, [], { offer });
      await call.audio.heardSound();
      await call.sendDigits(KEYS);
      assert.equal((await call.ended).how, 'bye');
      await story().quiet();
      assert.deepEqual(pressed(story()), [KEYS]);
    });
  }
});

stories('A peer that insists on reliable provisional responses (PRACK), as Metaswitch does', (story) => {
  const RELIABLE = { Require: '100rel', Supported: '100rel' };

  it('gets them, and its call is a talk', async () => {
    const { call, atBob } = await talking(story(), { headers: RELIABLE });
    assert.deepEqual(call.pracked, [200]);
    await atBob.hangUp();
    await call.ended;
    await story().quiet();
    assert.deepEqual(outcome(story()), ['completed']);
  });

  it('is told that we have its ringing', async () => {
    const bob = await story().phone('bob');
    story().app.reply('/after', '<Response/>');
    const { call } = await aliceCalls(story(), DIAL_BOB);
    const atBob = await bob.incoming();
    assert.match(atBob.header('supported') ?? '', /100rel/);
    atBob.ring({ Require: '100rel', RSeq: '1' });
    await call.audio.heardTone(440);
    await waitUntil('Bob is told', () => atBob.requests.length > 0);
    assert.deepEqual(atBob.requests, ['PRACK']);
    await atBob.answer();
    await hearEachOther(call, atBob);
    await atBob.hangUp();
    await call.ended;
    await story().quiet();
    assert.deepEqual(outcome(story()), ['completed']);
  });
});

stories('A PBX that refreshes its session by a re-INVITE without SDP', (story) => {
  it('gets our offer, and the talk goes on, both ways', async () => {
    const { call, atBob } = await talking(story());
    for (const side of [call, atBob]) {
      await side.refresh();
      await hearEachOther(call, atBob);
    }
    await atBob.hangUp();
    await call.ended;
    await story().quiet();
    assert.deepEqual(outcome(story()), ['completed']);
  });
});

const RELAY = 'application/dtmf-relay';
/** Bodies of INFO as phones and gateways write them. */
const INFOS: readonly (readonly [title: string, type: string, body: (digit: string) => string])[] = [
  ['a bare digit', 'application/dtmf', (digit) => digit],
  ['a bare digit and a line end', 'application/dtmf', (digit) => `${digit}\r\n`],
  ['no line end behind the last line', RELAY, (digit) => `Signal=${digit}\r\nDuration=160`],
  ['blanks before its values', RELAY, (digit) => `Signal= ${digit}\r\nDuration= 160\r\n`],
  ['no duration', RELAY, (digit) => `Signal=${digit}\r\n`],
  ['line feeds alone', RELAY, (digit) => `Signal=${digit}\nDuration=160\n`],
  ['its duration first', RELAY, (digit) => `Duration=160\r\nSignal=${digit}\r\n`],
  ['small letters', RELAY, (digit) => `signal=${digit}\r\nduration=160\r\n`],
  ['a charset in its type', `${RELAY}; charset=utf-8`, (digit) => `Signal=${digit}\r\nDuration=160\r\n`],
  [
    'the numbers 10 and 11 for star and hash',
    RELAY,
    (digit) => `Signal=${digit.replace('*', '10').replace('#', '11')}\r\nDuration=160\r\n`,
  ],
];

stories('A phone that sends its digits in SIP INFO, as its maker understood it', (story) => {
  for (const [title, type, body] of INFOS) {
    it(`is understood: ${title}`, async () => {
      story().app.reply('/pressed', '<Response><Pause/></Response>');
      const { call } = await aliceCalls(story(), GATHER);
      await call.audio.heardSound();
      for (const digit of KEYS) await call.sendInfo({ type, body: body(digit) });
      assert.equal((await call.ended).how, 'bye');
      await story().quiet();
      assert.deepEqual(pressed(story()), [KEYS]);
    });
  }
});

const NO_ADDRESS = (sdp: string) => sdp.replace(/^c=.*$/m, 'c=IN IP4 0.0.0.0');
const HOLDS: Readonly<Record<string, (sdp: string) => string>> = {
  'the address 0.0.0.0 of RFC 2543': NO_ADDRESS,
  'that address and sendonly': (sdp) => NO_ADDRESS(sdp).replace('a=sendrecv', 'a=sendonly'),
  inactive: (sdp) => sdp.replace('a=sendrecv', 'a=inactive'),
  sendonly: (sdp) => sdp.replace('a=sendrecv', 'a=sendonly'),
};

stories('A phone that holds the talk', (story) => {
  for (const [title, hold] of Object.entries(HOLDS)) {
    it(`goes on with it afterwards, both ways; it holds by ${title}`, async () => {
      const { call, atBob } = await talking(story());
      for (const side of [call, atBob]) {
        await side.offerAgain(hold);
        await side.offerAgain((sdp) => sdp);
        await hearEachOther(call, atBob);
      }
      await atBob.hangUp();
      assert.equal((await call.ended).how, 'bye');
      await story().quiet();
      assert.deepEqual(outcome(story()), ['completed']);
    });
  }
});

stories('A phone that registers in a way of its own', (story) => {
  /** How long its contact is kept, as REGISTER was answered, and what REST says then. */
  async function registers(phone: Stranger, contact: string, ...headers: string[]) {
    const { status, text } = await phone.guess('bob', PASSWORD, { contact, headers });
    const { json } = await story().rest('GET', '/Clients.json?Login=bob');
    const [bob] = json['clients'] as { registered: boolean; contacts: string[] }[];
    const kept = /^Contact: .*;expires=(\d+)/m.exec(text)?.[1];
    return [status, kept === undefined ? 'gone' : 'kept', bob?.registered, bob?.contacts.length, kept];
  }

  it('says how long in its Contact alone, and leaves by expires=0 there or by * with Expires: 0', async () => {
    await story().client('bob');
    const phone = await Stranger.at('127.0.0.1', story().stack.sip);
    story().onEnd(() => phone.close());
    const here = '<sip:bob@192.0.2.7:40404;transport=udp>';
    const [, , , , kept] = await registers(phone, `${here};expires=100`);
    // A second may have gone by.
    assert.ok([99, 100].includes(Number(kept)), `kept for ${kept} s`);
    const gone = [200, 'gone', false, 0, undefined];
    assert.deepEqual(await registers(phone, `${here};expires=0`), gone);
    const again = await registers(phone, here, 'Expires: 100');
    assert.deepEqual(again.slice(0, 4), [200, 'kept', true, 1]);
    assert.deepEqual(await registers(phone, '*', 'Expires: 0'), gone);
  });

  const PUSH = `pn-provider=fcm;pn-param=legwork-7;pn-prid=f7SU_x-1:APA91b${'Gk-3_'.repeat(45)}`;
  const CONTACTS: Readonly<Record<string, string>> = {
    'no user part': 'sip:203.0.113.209:49793',
    'no user part, and a transport that it does not use': 'sip:203.0.113.209:49793;transport=tcp',
    'what a push service needs: 250 characters, a colon among them': `sip:bob@10.0.0.7:5061;${PUSH};transport=udp`,
    'the gruu of its maker': 'sip:bob@10.0.0.7:5061;gr=urn:uuid:5a1e0000-0000-4000-8000-000000000001',
    'an IPv6 address': 'sip:bob@[2001:db8::7]:5061',
    'an encoded @ in its user part': 'sip:bob%40home@10.0.0.7:5061',
  };
  for (const [title, contact] of Object.entries(CONTACTS)) {
    it(`rings and talks; in its Contact is ${title}`, async () => {
      await story().client('bob');
      const bob = await story().anotherPhone('bob', '127.0.0.1', contact);
      story().app.reply('/after', '<Response/>');
      const { call } = await aliceCalls(story(), DIAL_BOB);
      const atBob = await bob.incoming();
      await atBob.answer();
      await call.answered;
      await hearEachOther(call, atBob);
      await atBob.hangUp();
      await call.ended;
      await story().quiet();
      assert.deepEqual(outcome(story()), ['completed']);
    });
  }
});
