// Takes about 55 s.
import assert from 'node:assert/strict';
import { soundMs, toneMs } from '../../../src/phone/tones.ts';
import { aliceListens } from '../../support/alice-calls-1000.ts';
import { hesitates, says } from '../../support/caller.ts';
import { faultStories } from '../../support/fault-stories.ts';
import { type LiveStory, stories } from '../../support/live-story.ts';
import type { StoryStack } from '../../support/story-stack.ts';
import { callGoesOn, recordingBegan, verbBegan } from '../../support/timeline.ts';
import { samplesOf } from '../../support/wav.ts';

const BEFORE_HZ = 600;
const SECRET_HZ = 1000;
const AFTER_HZ = 1400;
/** Of each thing that is said: on a busy machine a phone sends less than it should. */
const SAID_MS = 1000;
const LEAST_MS = 600;

interface Stack extends StoryStack {
  readonly connection: { readonly accountSid: string; readonly authToken: string };
}

async function callSidOf(story: LiveStory<StoryStack>): Promise<string> {
  return (await story.calls())[0]?.sid ?? '';
}

/** Changes the only recording of the call, and returns once that is so. */
async function change(story: LiveStory<StoryStack>, form: Readonly<Record<string, string>>): Promise<void> {
  const path = `/Calls/${await callSidOf(story)}/Recordings/Twilio.CURRENT.json`;
  const { status, json } = await story.rest('POST', path, form);
  assert.deepEqual([status, json['status']], [200, form['Status']], JSON.stringify(json));
}

/** The samples of the file that the last callback named; one channel. */
async function fileOf(
  story: LiveStory<StoryStack>,
  { accountSid, authToken }: Stack['connection'],
  query = '',
): Promise<Int16Array> {
  const done = () => story.app.to('/rec').find(({ params }) => params['RecordingStatus'] === 'completed');
  await story.app.waitFor(() => done() !== undefined);
  const authorization = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`;
  const reply = await fetch(`${done()?.params['RecordingUrl']}.wav${query}`, { headers: { authorization } });
  assert.equal(reply.status, 200);
  return samplesOf(Buffer.from(await reply.arrayBuffer()));
}

const REC = { RecordingStatusCallback: '', RecordingStatusCallbackEvent: 'in-progress completed' };

stories('A recording that is begun and paused over REST', (story) => {
  for (const how of ['silence', 'skip'] as const) {
    it(`has nothing of what was said and keyed while it was paused (${how})`, async () => {
      story().app.reply('/rec', { status: 204 });
      const call = await aliceListens(story(), '<Play digits="0"/><Pause length="60"/>');
      await verbBegan(story(), 'Pause');
      const callSid = await callSidOf(story());
      const form = { ...REC, RecordingStatusCallback: story().app.url('/rec') };
      const begun = await story().rest('POST', `/Calls/${callSid}/Recordings.json`, form);
      assert.deepEqual([begun.status, begun.json['source']], [201, 'StartCallRecordingAPI']);
      await story().app.waitFor(() => story().app.to('/rec').length > 0);
      await says(call, BEFORE_HZ, SAID_MS);
      await change(story(), { Status: 'paused', PauseBehavior: how });
      const pausedAt = Date.now();
      await says(call, SECRET_HZ, SAID_MS);
      await call.sendDigits('4242');
      const pausedMs = Date.now() - pausedAt;
      await change(story(), { Status: 'in-progress' });
      await says(call, AFTER_HZ, SAID_MS);
      await hesitates(call, 400);
      // Asterisk's own muting of a recording works only once.
      await change(story(), { Status: 'paused', PauseBehavior: how });
      await says(call, SECRET_HZ, SAID_MS);
      await change(story(), { Status: 'stopped' });
      const { legwork } = story().stack;
      const samples = await fileOf(story(), legwork);
      const [before, secret, after] = [BEFORE_HZ, SECRET_HZ, AFTER_HZ].map((hz) => toneMs(samples, hz, 0.2));
      const lengthMs = samples.length / 8;
      const heard = JSON.stringify({ before, secret, after, lengthMs, soundMs: soundMs(samples) });
      assert.ok((before ?? 0) > LEAST_MS && (after ?? 0) > LEAST_MS, heard);
      assert.equal(secret, 0, heard);
      // What a key sounds like, in whatever form it comes, is at these frequencies.
      for (const hz of [770, 852, 697, 1209, 1336])
        assert.ok(toneMs(samples, hz, 0.2) === 0, `${hz} ${heard}`);
      // Silence is put in where the pause was by the clock, so on a busy machine not just between the two tones.
      assert.equal(
        lengthMs - soundMs(samples) > 0.9 * (pausedMs + SAID_MS),
        how === 'silence',
        `${pausedMs}, ${heard}`,
      );
      await call.hangUp();
      await story().quiet();
      const statuses = story()
        .app.to('/rec')
        .map(({ params }) => params['RecordingStatus']);
      assert.deepEqual(statuses, ['in-progress', 'completed']);
    });
  }

  it('of a talk in two channels has neither side of a pause, and is mixed when one channel is asked for', async () => {
    story().app.reply('/rec', { status: 204 });
    story().app.reply('/after', '<Response/>');
    const bob = await story().phone('bob');
    const dial =
      '<Dial action="/after" record="record-from-answer-dual" recordingStatusCallback="/rec" ' +
      'recordingStatusCallbackEvent="in-progress completed"><Client>bob</Client></Dial>';
    const incoming = bob.incoming();
    const call = await aliceListens(story(), dial);
    const atBob = await incoming;
    await atBob.answer();
    await story().app.waitFor(() => story().app.to('/rec').length > 0);
    await Promise.all([says(call, BEFORE_HZ, SAID_MS), says(atBob, 800, SAID_MS)]);
    const { CallSid, RecordingSid } = story().app.to('/rec')[0]?.params ?? {};
    const path = `/Calls/${CallSid}/Recordings/${RecordingSid}.json`;
    const paused = await story().rest('POST', path, { Status: 'paused' });
    assert.equal(paused.json['status'], 'paused');
    await Promise.all([says(call, SECRET_HZ, SAID_MS), says(atBob, 1200, SAID_MS)]);
    await story().rest('POST', path, { Status: 'in-progress' });
    await Promise.all([says(call, AFTER_HZ, SAID_MS), says(atBob, 800, SAID_MS)]);
    await hesitates(call, 400);
    await call.hangUp();
    const both = await fileOf(story(), story().stack.legwork);
    const left = both.filter((_sample, at) => at % 2 === 0);
    const right = both.filter((_sample, at) => at % 2 === 1);
    const heard = {
      left: [BEFORE_HZ, SECRET_HZ, AFTER_HZ].map((hz) => toneMs(left, hz)),
      right: [800, 1200].map((hz) => toneMs(right, hz)),
    };
    assert.ok((heard.left[0] ?? 0) > LEAST_MS && (heard.left[2] ?? 0) > LEAST_MS, JSON.stringify(heard));
    assert.ok((heard.right[0] ?? 0) > LEAST_MS, JSON.stringify(heard));
    assert.deepEqual([heard.left[1], heard.right[1]], [0, 0], JSON.stringify(heard));
    const mixed = await fileOf(story(), story().stack.legwork, '?RequestedChannels=1');
    assert.equal(mixed.length, both.length / 2);
    await story().quiet();
  });
});

faultStories('Legwork is killed while a recording is paused', (story) => {
  it('it stays paused, and goes on when it is told to', async () => {
    story().app.reply('/rec', { status: 204 });
    story().app.reply('/status', { status: 204 });
    const start =
      '<Start><Recording channels="mono" recordingStatusCallback="/rec"/></Start><Pause length="60"/>';
    const call = await aliceListens(story(), start);
    await recordingBegan(story());
    await says(call, BEFORE_HZ, SAID_MS);
    await change(story(), { Status: 'paused' });
    await story().stack.crash();
    await says(call, SECRET_HZ, SAID_MS);
    await story().stack.start();
    await callGoesOn(story());
    await says(call, SECRET_HZ, SAID_MS);
    const callSid = await callSidOf(story());
    const { json } = await story().rest('GET', `/Calls/${callSid}/Recordings.json`);
    assert.deepEqual(
      (json['recordings'] as { status: string; source: string }[]).map(({ status, source }) => [
        status,
        source,
      ]),
      [['paused', 'StartCallRecordingTwiML']],
    );
    await change(story(), { Status: 'in-progress' });
    await says(call, AFTER_HZ, SAID_MS);
    await hesitates(call, 400);
    await call.hangUp();
    const samples = await fileOf(story(), story().stack.connection);
    const [before, secret, after] = [BEFORE_HZ, SECRET_HZ, AFTER_HZ].map((hz) => toneMs(samples, hz, 0.2));
    const heard = JSON.stringify({ before, secret, after });
    assert.ok((before ?? 0) > LEAST_MS && (after ?? 0) > LEAST_MS && secret === 0, heard);
    await story().quiet();
    assert.equal(story().app.to('/rec').length, 1);
  });

  it('a room is recorded on in the same file', async () => {
    const { app, stack } = story();
    for (const path of ['/rec', '/status']) app.reply(path, { status: 204 });
    const noun =
      '<Conference record="true" beep="false" recordingStatusCallback="/rec" recordingStatusCallbackEvent="in-progress completed">sales</Conference>';
    const alice = await aliceListens(story(), `<Dial>${noun}</Dial>`);
    const bob = await (await story().phone('bob')).call('1000');
    await bob.answered;
    bob.audio.sendSilence();
    await app.waitFor(() => app.to('/rec').length === 1);
    await says(alice, BEFORE_HZ, SAID_MS);
    await stack.crash();
    await stack.start();
    await callGoesOn(story());
    await says(alice, AFTER_HZ, SAID_MS);
    for (const call of [alice, bob]) await call.hangUp();
    const samples = await fileOf(story(), stack.connection);
    const heard = [BEFORE_HZ, AFTER_HZ].map((hz) => toneMs(samples, hz, 0.2));
    assert.ok(
      heard.every((time) => time > LEAST_MS),
      JSON.stringify(heard),
    );
    await story().quiet();
    assert.deepEqual(
      app.to('/rec').map(({ params }) => params['RecordingStatus']),
      ['in-progress', 'completed'],
    );
  });
});
