import assert from 'node:assert/strict';
import {
  ALICE_HZ,
  aliceCalls,
  aliceTalksToBob,
  BOB_HZ,
  legIsTold,
  type Talk,
  VOICE,
} from '../../support/dial-story.ts';
import { hang } from '../../support/application-server.ts';
import { changeCall, orderCall } from '../../support/live-rest-calls.ts';
import { type LiveStory, stories } from '../../support/live-story.ts';
import { waitUntil } from '../../support/wait-until.ts';

const DIAL_BOB = '<Dial action="/after"><Client statusCallback="/bob">bob</Client></Dial>';
const NEW_DOCUMENT = '<Response><Hangup/></Response>';
const MOVED = 'POST CallStatus=in-progress Direction=inbound';

async function sidOf(story: LiveStory, to: string): Promise<string> {
  return (await story.calls()).find((call) => call.to === to)?.sid ?? assert.fail(`no call to ${to}`);
}

/** Hands Alice's leg the document `/new`. */
async function moveAlice(story: LiveStory, form: Readonly<Record<string, string>> = {}): Promise<void> {
  const sid = await sidOf(story, '1000');
  assert.equal(await changeCall(story, sid, { Url: story.app.url('/new'), ...form }), 200);
}

/** Resolves once Bob hears nothing of Alice's 440 Hz in the time in which she hears 300 ms of him. */
async function hearsNothingOfAlice({ call, atBob }: Talk): Promise<void> {
  await waitUntil('Alice is not heard', async () => {
    atBob.audio.mark();
    call.audio.mark();
    await call.audio.heardTone(BOB_HZ, { forMs: 300 });
    return atBob.audio.toneMs(ALICE_HZ) === 0;
  });
}

/** Alice and Bob talk. */
async function talking(story: LiveStory): Promise<Talk> {
  const talk = await aliceTalksToBob(story, DIAL_BOB);
  story.app.reply('/after', '<Response><Say>This must never be heard.</Say></Response>');
  return talk;
}

stories('A live call is handed another document over REST', (story) => {
  beforeEach(() => {
    story().app.reply('/new', NEW_DOCUMENT);
  });

  for (const [what, verbs] of [
    ['during Say', '<Say loop="0">And so on.</Say>'],
    ['during Pause', '<Say>One.</Say><Pause length="60"/>'],
    ['during Gather', '<Gather timeout="60" action="/digits"><Say>Your number?</Say></Gather>'],
    ['during Record', '<Record timeout="60" action="/recorded" recordingStatusCallback="/recording"/>'],
  ] as const) {
    it(`${what}: it stops, and the new document runs`, async () => {
      const { call } = await aliceCalls(story(), verbs);
      await call.answered;
      call.audio.sendTone(440);
      await call.audio.heardSound({ forMs: 100 });
      story().app.reply('/recording', { status: 204 });
      story().app.reply('/recorded', NEW_DOCUMENT);
      await moveAlice(story());
      assert.equal((await call.ended).by, 'them');
      await story().quiet();
      const requests = story().requests({ '1000': 'A' });
      assert.deepEqual(requests['A /voice'], VOICE);
      assert.deepEqual(requests['A /new'], [MOVED]);
      assert.equal(requests['A /digits'], undefined);
      assert.equal((await story().legs({ '1000': 'A' }))['A'], 'inbound completed');
    });
  }

  it('while Bob rings: he is canceled, the action is requested once and its reply ignored', async () => {
    const bob = await story().phone('bob');
    const ringing = bob.incoming();
    const { call } = await aliceCalls(story(), DIAL_BOB);
    story().app.reply('/after', '<Response><Say>This must never be heard.</Say></Response>');
    const bobsCall = await ringing;
    bobsCall.ring();
    await call.answered;
    await moveAlice(story());
    await bobsCall.canceled;
    assert.equal((await call.ended).by, 'them');
    await story().quiet();
    const requests = story().requests({ '1000': 'A', bob: 'B' });
    assert.deepEqual(requests['A /after'], [`${MOVED} DialCallStatus=canceled DialBridged=false`]);
    assert.deepEqual(requests['A /new'], [MOVED]);
    assert.deepEqual(requests['B /bob']?.at(-1), legIsTold([], 'canceled')[0]);
    assert.deepEqual(await story().legs({ '1000': 'A', bob: 'B' }), {
      A: 'inbound completed',
      B: 'outbound-dial canceled',
    });
  });

  it('while they talk: Bob is hung up', async () => {
    const { call, atBob: bobsCall } = await talking(story());
    await moveAlice(story());
    assert.equal((await bobsCall.ended).by, 'them');
    assert.equal((await call.ended).by, 'them');
    await story().quiet();
    const requests = story().requests({ '1000': 'A', bob: 'B' });
    assert.deepEqual(requests['A /after'], [
      `${MOVED} DialCallStatus=completed DialBridged=true DialSipResponseCode=200`,
    ]);
    assert.deepEqual(requests['A /new'], [MOVED]);
    assert.deepEqual(requests['B /bob'], legIsTold(['initiated', 'ringing', 'answered'], 'completed'));
  });

  it('while they talk, with MoveConnectedCallLeg: both run the new document', async () => {
    const { call, atBob: bobsCall } = await talking(story());
    story().app.reply('/new', '<Response><Say loop="2">A new document.</Say></Response>');
    call.audio.mark();
    await moveAlice(story(), { MoveConnectedCallLeg: 'true' });
    await Promise.all([call.ended, bobsCall.ended]);
    assert.equal(call.audio.toneMs(697) < 500, true, 'they do not hear each other any more');
    await story().quiet();
    const requests = story().requests({ '1000': 'A', bob: 'B' });
    assert.deepEqual(requests['A /new'], [MOVED]);
    assert.deepEqual(requests['B /new'], ['POST CallStatus=in-progress Direction=outbound-dial']);
    assert.equal(requests['A /after']?.length, 1);
    assert.deepEqual(requests['B /bob'], legIsTold(['initiated', 'ringing', 'answered'], 'completed'));
  });

  it("Bob's leg while they talk: Alice is hung up, Bob runs the document", async () => {
    const { call, atBob: bobsCall } = await talking(story());
    const sid = await sidOf(story(), 'bob');
    assert.equal(await changeCall(story(), sid, { Url: story().app.url('/new') }), 200);
    assert.equal((await call.ended).by, 'them');
    assert.equal((await bobsCall.ended).by, 'them');
    await story().quiet();
    const requests = story().requests({ '1000': 'A', bob: 'B' });
    assert.equal(requests['A /new'], undefined);
    assert.deepEqual(requests['B /new'], ['POST CallStatus=in-progress Direction=outbound-dial']);
    assert.equal(requests['A /after']?.length, 1);
  });

  it('while a document is being requested: its reply is not waited for', async () => {
    story().app.reply('/number', { status: 204 });
    story().app.reply('/voice', hang);
    await story().number('1000');
    const alice = await story().phone('alice');
    const call = await alice.call('1000');
    await story().app.waitFor((requests) => requests.some(({ path }) => path === '/voice'));
    await moveAlice(story(), { Method: 'GET' });
    await call.answered;
    assert.equal((await call.ended).by, 'them');
    await story().quiet();
    const requests = story().requests({ '1000': 'A' });
    assert.deepEqual(requests['A /voice'], VOICE);
    assert.deepEqual(requests['A /new'], ['GET CallStatus=ringing Direction=inbound']);
  });

  it('while a REST call rings: the new document runs when it is answered', async () => {
    const bob = await story().phone('bob');
    const ringing = bob.incoming();
    const sid = await orderCall(story());
    const bobsCall = await ringing;
    bobsCall.ring();
    assert.equal(await changeCall(story(), sid, { Twiml: '<Response><Say>Changed.</Say></Response>' }), 200);
    await bobsCall.answer();
    await bobsCall.audio.heardSound({ forMs: 200 });
    await bobsCall.ended;
    await story().quiet();
    assert.equal(story().requests({ bob: 'B' })['B /voice'], undefined);
  });

  it('a finished call is refused with 21220', async () => {
    const { call } = await aliceCalls(story(), '<Hangup/>');
    await call.answered;
    await call.ended;
    await story().quiet();
    const sid = await sidOf(story(), '1000');
    const { status, json } = await story().rest('POST', `/Calls/${sid}.json`, {
      Url: story().app.url('/new'),
    });
    assert.deepEqual([status, json['code']], [400, 21220]);
  });

  it('two changes at once are made one after the other, and each is answered with the truth', async () => {
    const { call } = await aliceCalls(story(), '<Say loop="0">And so on.</Say>');
    await call.answered;
    const sid = await sidOf(story(), '1000');
    // Which of the two comes first is open, and its document may be replaced before it is even asked for.
    const paths = ['/first', '/second'];
    for (const path of paths) story().app.reply(path, '<Response><Pause length="60"/></Response>');
    const changes = paths.map((path) => changeCall(story(), sid, { Url: story().app.url(path) }));
    assert.deepEqual(await Promise.all(changes), [200, 200]);
    await story().app.waitFor((requests) => requests.some(({ path }) => paths.includes(path)));
    story().app.reply('/new', NEW_DOCUMENT);
    await moveAlice(story());
    await call.ended;
    await story().quiet();
    const asked = story().app.requests.map(({ path }) => path);
    const both = asked.filter((path) => paths.includes(path));
    assert.equal(new Set(both).size, both.length, 'a document was asked for twice');
    assert.ok(asked.indexOf('/new') > asked.lastIndexOf(both.at(-1) ?? ''));
    assert.deepEqual(story().requests({ '1000': 'A' })['A /new'], [MOVED]);
  });

  it('Mute: what Alice says is not heard any more, and then it is again', async () => {
    const talk = await talking(story());
    const { call, atBob: bobsCall } = talk;
    const sid = await sidOf(story(), '1000');
    assert.equal(await changeCall(story(), sid, { Mute: 'true' }), 200);
    await hearsNothingOfAlice(talk);
    assert.equal(await changeCall(story(), sid, { Mute: 'false' }), 200);
    bobsCall.audio.mark();
    await bobsCall.audio.heardTone(440, { forMs: 200 });
    await bobsCall.hangUp();
    story().app.reply('/after', NEW_DOCUMENT);
    await call.ended;
    await story().quiet();
  });

  it('StatusCallback: later events go to the new address', async () => {
    const { call } = await aliceCalls(story(), '<Say loop="0">And so on.</Say>');
    await call.answered;
    await story().app.waitFor((requests) => requests.filter(({ path }) => path === '/number').length === 2);
    story().app.reply('/other', { status: 204 });
    const sid = await sidOf(story(), '1000');
    assert.equal(await changeCall(story(), sid, { StatusCallback: story().app.url('/other') }), 200);
    await call.hangUp();
    await story().quiet();
    const requests = story().requests({ '1000': 'A' });
    assert.equal(requests['A /number']?.length, 2);
    assert.deepEqual(requests['A /other'], ['POST CallStatus=completed Direction=inbound SequenceNumber=2']);
  });
});
