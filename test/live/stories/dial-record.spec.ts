import assert from 'node:assert/strict';
import { toneMs } from '../../../src/phone/tones.ts';
import { aliceCalls } from '../../support/dial-story.ts';
import { type LiveStory, stories } from '../../support/live-story.ts';
import { noLongerHears } from '../../support/no-longer-hears.ts';
import { samplesOf } from '../../support/wav.ts';

const ALICE_HZ = 600;
const BOB_HZ = 1000;
const CAROL_HZ = 1450;
const SECRET_HZ = 1900;
const RINGING_HZ = 440;
/** Of the two seconds that they talk: on a busy machine Asterisk mixes less than it should. */
const LEAST_MS = 1_000;
const STATUS = 'recordingStatusCallback="/rec" recordingStatusCallbackEvent="in-progress completed absent"';

/** Alice and Bob talk for a while, then Alice or Bob hangs up; gives the action's parameters. */
async function recordedTalk(story: LiveStory, record: string, whoEnds: 'alice' | 'bob' = 'bob') {
  story.app.reply('/after', '<Response/>');
  const bob = await story.phone('bob');
  const document = `<Dial action="/after" record="${record}" ${STATUS}><Client>bob</Client></Dial>`;
  const { call } = await aliceCalls(story, document, ['/rec']);
  await call.answered;
  call.audio.sendTone(ALICE_HZ);
  const atBob = await bob.incoming();
  atBob.ring();
  if (record.startsWith('record-from-ringing')) {
    await story.app.waitFor(() => story.app.to('/rec').length > 0);
    call.audio.mark();
  }
  await call.audio.heardTone(RINGING_HZ, { forMs: 600 });
  await atBob.answer();
  atBob.audio.sendTone(BOB_HZ);
  // On a busy machine it does not begin at once.
  await story.app.waitFor(() => story.app.to('/rec').length > 0);
  atBob.audio.mark();
  await atBob.audio.heardTone(ALICE_HZ, { forMs: 2000 });
  await (whoEnds === 'bob' ? atBob : call).hangUp();
  await story.app.waitFor(() => story.app.to('/after').length > 0);
  // The action does not wait for the file for ever.
  const isKept = () => story.app.to('/rec').some((told) => told.params['RecordingStatus'] === 'completed');
  await story.app.waitFor(isKept);
  await story.quiet();
  const params = story.app.to('/after')[0]?.params ?? {};
  assert.equal(story.app.to('/after').length, 1);
  return params;
}

async function soundOf(story: LiveStory, params: Readonly<Record<string, string>>): Promise<Buffer> {
  const { accountSid, authToken } = story.stack.legwork;
  const authorization = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`;
  const reply = await fetch(params['RecordingUrl'] ?? '', { headers: { authorization } });
  assert.equal(reply.status, 200);
  return Buffer.from(await reply.arrayBuffer());
}

function sides(wav: Buffer): { readonly left: Int16Array; readonly right: Int16Array } {
  assert.equal(wav.readUInt16LE(22), 2);
  const both = samplesOf(wav);
  return {
    left: both.filter((_sample, at) => at % 2 === 0),
    right: both.filter((_sample, at) => at % 2 === 1),
  };
}

function assertTold(story: LiveStory, params: Readonly<Record<string, string>>, channels: string): void {
  const told = story.app.to('/rec').map((request) => request.params);
  assert.deepEqual(
    told.map(({ RecordingStatus }) => RecordingStatus),
    ['in-progress', 'completed'],
  );
  assert.deepEqual(
    [told[1]?.['RecordingSid'], told[1]?.['RecordingDuration'], told[1]?.['RecordingChannels']],
    [params['RecordingSid'], params['RecordingDuration'], channels],
  );
  assert.equal(told[1]?.['RecordingSource'], 'DialVerb');
  assert.equal(told[1]?.['CallSid'], params['CallSid']);
}

stories('A recorded talk', (story) => {
  it('has both voices in one channel', async () => {
    const params = await recordedTalk(story(), 'true');
    const samples = samplesOf(await soundOf(story(), params));
    const heard = [ALICE_HZ, BOB_HZ, RINGING_HZ].map((hz) => toneMs(samples, hz, 0.25));
    const [alice = 0, bob = 0, ringing = 0] = heard;
    assert.ok(alice > LEAST_MS && bob > LEAST_MS && ringing < 100, JSON.stringify(heard));
    assertTold(story(), params, '1');
    const { json } = await story().rest('GET', `/Calls/${params['CallSid']}/Recordings.json`);
    assert.deepEqual(
      (json['recordings'] as { sid: string }[]).map(({ sid }) => sid),
      [params['RecordingSid']],
    );
  });

  for (const whoEnds of ['alice', 'bob'] as const) {
    it(`in two channels has Alice on the left and Bob on the right; ${whoEnds} hangs up`, async () => {
      const params = await recordedTalk(story(), 'record-from-answer-dual', whoEnds);
      const { left, right } = sides(await soundOf(story(), params));
      const [alice, bob] = [toneMs(left, ALICE_HZ), toneMs(right, BOB_HZ)];
      assert.ok(alice > LEAST_MS && bob > LEAST_MS, JSON.stringify({ alice, bob }));
      assert.deepEqual([toneMs(left, BOB_HZ), toneMs(right, ALICE_HZ)], [0, 0]);
      assertTold(story(), params, '2');
    });
  }

  it('from ringing on has the ringing too', async () => {
    const params = await recordedTalk(story(), 'record-from-ringing-dual');
    const { left, right } = sides(await soundOf(story(), params));
    const heard = [toneMs(left, ALICE_HZ), toneMs(right, RINGING_HZ), toneMs(right, BOB_HZ)];
    const [alice = 0, ringing = 0, bob = 0] = heard;
    assert.ok(alice > LEAST_MS && ringing > 400 && bob > LEAST_MS, JSON.stringify(heard));
  });

  it('that never was has no recording', async () => {
    story().app.reply('/after', '<Response/>');
    const bob = await story().phone('bob');
    bob.onIncoming((call) => call.reject(486, 'Busy Here'));
    const document = `<Dial action="/after" record="record-from-ringing" ${STATUS}><Client>bob</Client></Dial>`;
    const { call } = await aliceCalls(story(), document, ['/rec']);
    await call.ended;
    await story().quiet();
    assert.equal(story().app.to('/after')[0]?.params['RecordingUrl'], undefined);
    assert.deepEqual(
      story()
        .app.to('/rec')
        .map(({ params }) => params['RecordingStatus']),
      ['in-progress', 'absent'],
    );
  });
});

stories('A recorded conference', (story) => {
  it('has in one file what was heard in the room, also after who asked for that has left', async () => {
    const { app } = story();
    const told = () => app.to('/rec').map(({ params }) => params['RecordingStatus']);
    const noun = `<Conference beep="false" record="record-from-start" ${STATUS}>sales</Conference>`;
    app.reply('/voice', `<Response><Dial>${noun}</Dial></Response>`);
    for (const path of ['/number', '/rec']) app.reply(path, { status: 204 });
    await story().number('1000');
    const talks = async (login: string, hz: number) => {
      const call = await (await story().phone(login)).call('1000');
      await call.answered;
      call.audio.sendTone(hz);
      return call;
    };
    const [alice, bob] = [await talks('alice', ALICE_HZ), await talks('bob', BOB_HZ)];
    await app.waitFor(() => told().length === 1);
    bob.audio.mark();
    await bob.audio.heardTone(ALICE_HZ, { forMs: 2000 });
    await alice.hangUp();
    const path = '/Conferences/sales/Recordings/Twilio.CURRENT.json';
    const paused = await story().rest('POST', path, { Status: 'paused', PauseBehavior: 'skip' });
    assert.deepEqual([paused.json['status'], paused.json['source']], ['paused', 'Conference']);
    bob.audio.sendTone(SECRET_HZ);
    const carol = await talks('carol', CAROL_HZ);
    await bob.audio.heardTone(CAROL_HZ, { forMs: 500 });
    bob.audio.sendTone(BOB_HZ);
    await noLongerHears(carol, SECRET_HZ);
    assert.equal((await story().rest('POST', path, { Status: 'in-progress' })).status, 200);
    bob.audio.mark();
    await bob.audio.heardTone(CAROL_HZ, { forMs: 2000 });
    for (const call of [carol, bob]) await call.hangUp();
    await app.waitFor(() => told().length === 2);
    await story().quiet();
    assert.deepEqual(told(), ['in-progress', 'completed']);
    const samples = samplesOf(await soundOf(story(), app.to('/rec')[1]?.params ?? {}));
    const heard = [ALICE_HZ, BOB_HZ, CAROL_HZ].map((hz) => toneMs(samples, hz, 0.25));
    assert.ok(
      heard.every((time) => time > LEAST_MS),
      JSON.stringify(heard),
    );
    assert.equal(toneMs(samples, SECRET_HZ, 0.1), 0);
  });
});
