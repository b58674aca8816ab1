import assert from 'node:assert/strict';
import { soundMs, toneMs } from '../../../src/phone/tones.ts';
import { aliceListens } from '../../support/alice-calls-1000.ts';
import { hesitates, says } from '../../support/caller.ts';
import type { LiveStory } from '../../support/live-story.ts';
import { stories } from '../../support/live-story.ts';
import {
  ACCOUNT_SID,
  assertParameters,
  CALL_SID,
  ISO_8601,
  RFC_2822,
} from '../../support/parameter-formats.ts';
import { recordingBegan, timelineOf } from '../../support/timeline.ts';
import { samplesOf } from '../../support/wav.ts';

const VOICE_HZ = 600;
const RECORDING_SID = /^RE[0-9a-f]{32}$/;
const RECORDING_URL =
  /^http:\/\/127\.0\.0\.1:\d+\/2012-04-24\/Accounts\/AC[0-9a-f]{32}\/Recordings\/RE[0-9a-f]{32}$/;

/** Alice calls 1000, whose document records, then plays the digits 99. */
function recording(story: LiveStory, record: string) {
  const { app } = story;
  app.reply('/recorded', '<Response><Play digits="11"/></Response>');
  for (const path of ['/status', '/said']) app.reply(path, { status: 204 });
  return aliceListens(story, `${record}<Play digits="99"/><Pause length="1"/>`);
}

/** The sound as the application server fetches it. */
async function fetchSound(
  story: LiveStory,
  url: string,
  headers: Record<string, string> = {},
): Promise<Response> {
  const { accountSid, authToken } = story.stack.legwork;
  const authorization = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`;
  return fetch(url, { headers: { authorization, ...headers } });
}

async function samplesAt(story: LiveStory, url: string): Promise<Int16Array> {
  const reply = await fetchSound(story, url);
  assert.equal(reply.status, 200);
  return samplesOf(Buffer.from(await reply.arrayBuffer()));
}

/** The parameters of the one request to the action. */
async function told(story: LiveStory): Promise<Readonly<Record<string, string>>> {
  const requests = () => story.app.to('/recorded');
  await story.app.waitFor(() => requests().length > 0, 30_000);
  assert.equal(requests().length, 1);
  return requests()[0]?.params ?? {};
}

/** Waits for the callbacks of the recording and gives their states. */
async function statuses(story: LiveStory, count: number): Promise<readonly (string | undefined)[]> {
  await story.app.waitFor(() => story.app.to('/status').length >= count, 30_000);
  await story.quiet();
  return story.app.to('/status').map(({ params }) => params['RecordingStatus']);
}

/** The recordings that Asterisk still has. */
function storedInAsterisk(story: LiveStory): Promise<unknown> {
  return story.stack.legwork.foundation.ari.run('recordings', 'listStored');
}

const STATUS =
  'recordingStatusCallback="/status" recordingStatusCallbackEvent="in-progress completed absent"';

stories('Record on a real call', (story) => {
  it('beeps, records what the caller says until a key, and tells action and callback everything', async () => {
    const call = await recording(story(), `<Record action="/recorded" ${STATUS}/>`);
    await call.audio.heardSound({ forMs: 100 });
    await recordingBegan(story());
    await hesitates(call, 600);
    await says(call, VOICE_HZ, 2000);
    await call.sendDigits('5');
    const params = await told(story());
    const url = params['RecordingUrl'] ?? '';
    assertParameters(story().app.to('/recorded')[0], {
      CallSid: CALL_SID,
      AccountSid: ACCOUNT_SID,
      From: 'alice',
      To: '1000',
      Caller: 'alice',
      Called: '1000',
      CallStatus: 'in-progress',
      ApiVersion: '2012-04-24',
      Direction: 'inbound',
      CallTimestamp: ISO_8601,
      RecordingUrl: RECORDING_URL,
      RecordingSid: RECORDING_SID,
      RecordingDuration: /^[234]$/,
      Digits: '5',
    });
    await call.audio.heardDigits('11');
    await call.ended;
    assert.deepEqual(await statuses(story(), 2), ['in-progress', 'completed']);
    const common = {
      AccountSid: ACCOUNT_SID,
      CallSid: CALL_SID,
      RecordingSid: params['RecordingSid'] ?? '',
      RecordingUrl: url,
      RecordingChannels: '1',
      RecordingTrack: 'inbound',
      RecordingSource: 'RecordVerb',
      RecordingStartTime: RFC_2822,
    };
    const [begun, completed] = story().app.to('/status');
    assertParameters(begun, { ...common, RecordingStatus: 'in-progress' });
    assertParameters(completed, {
      ...common,
      RecordingStatus: 'completed',
      RecordingDuration: params['RecordingDuration'] ?? '',
    });
    const samples = await samplesAt(story(), url);
    const heardMs = toneMs(samples, VOICE_HZ);
    assert.ok(heardMs > 1600 && heardMs < 2600, `${heardMs} ms of what was said`);
    // Between the beep and the first word there was silence.
    assert.equal(soundMs(samples.subarray(0, 800)), 0, 'the beep is not in it');
  });

  it('gives the sound in parts and as MP3, lists it, and removes it', async () => {
    const call = await recording(story(), '<Record action="/recorded" playBeep="false"/>');
    await recordingBegan(story());
    await says(call, VOICE_HZ, 1500);
    await call.sendDigits('#');
    const { RecordingUrl: url = '', RecordingSid: sid = '', CallSid: callSid = '' } = await told(story());
    await call.ended;
    const whole = Buffer.from(await (await fetchSound(story(), url)).arrayBuffer());
    const part = await fetchSound(story(), url, { range: 'bytes=44-1043' });
    assert.equal(part.status, 206);
    assert.deepEqual(Buffer.from(await part.arrayBuffer()), whole.subarray(44, 1044));
    const mp3 = await fetchSound(story(), `${url}.mp3`);
    assert.equal(mp3.headers.get('content-type'), 'audio/mpeg');
    const bytes = Buffer.from(await mp3.arrayBuffer());
    assert.ok(bytes.length > 1000 && bytes.length < whole.length / 2, `${bytes.length} bytes of MP3`);
    assert.equal((await fetch(url)).status, 401);
    const list = await story().rest('GET', `/Calls/${callSid}/Recordings.json`);
    assert.deepEqual(
      (list.json['recordings'] as { sid: string; status: string }[]).map((one) => [one.sid, one.status]),
      [[sid, 'completed']],
    );
    assert.equal((await story().rest('DELETE', `/Recordings/${sid}.json`)).status, 204);
    assert.equal((await fetchSound(story(), url)).status, 404);
  });

  it('plays what was recorded to the caller when the action says <Play> with its RecordingUrl', async () => {
    const call = await recording(story(), '<Record action="/recorded" playBeep="false"/>');
    story().app.reply('/recorded', ({ params }) => {
      const url = params['RecordingUrl'] ?? '';
      const play = `<Play>${url}</Play><Play>${url.replace('127.0.0.1', 'localhost')}.mp3</Play>`;
      return `<Response>${play}<Redirect method="GET">${url}.wav</Redirect></Response>`;
    });
    await recordingBegan(story());
    await says(call, VOICE_HZ, 1500);
    await call.sendDigits('#');
    await call.ended;
    const heardMs = toneMs(call.audio.received(), VOICE_HZ);
    const saidMs = 1000 * Number((await told(story()))['RecordingDuration']);
    assert.ok(heardMs > 3 * 1200 && heardMs < 3 * (saidMs + 600), `${heardMs} ms`);
    assert.deepEqual(await story().notices('1000'), []);
  });

  it('leaves nothing in Asterisk', async () => {
    const call = await recording(story(), '<Record action="/recorded" playBeep="false"/>');
    await recordingBegan(story());
    await says(call, VOICE_HZ, 800);
    await call.sendDigits('#');
    await told(story());
    await call.ended;
    assert.deepEqual(await storedInAsterisk(story()), []);
  });

  it('ends with silence after something was said', async () => {
    const call = await recording(story(), '<Record action="/recorded" timeout="2" playBeep="false"/>');
    await recordingBegan(story());
    const began = Date.now();
    await says(call, VOICE_HZ, 1200);
    const params = await told(story());
    const tookMs = Date.now() - began;
    assert.ok(
      tookMs > 3000 && tookMs < 20_000,
      `it ended after ${tookMs} ms, of which 1200 ms were not silent`,
    );
    assert.equal(params['Digits'], undefined);
    assert.ok(toneMs(await samplesAt(story(), params['RecordingUrl'] ?? ''), VOICE_HZ) > 900);
    await call.ended;
  });

  it('ends with silence also when the phone sends nothing at all, and tells of no recording', async () => {
    const began = Date.now();
    const call = await recording(
      story(),
      `<Record action="/recorded" timeout="2" playBeep="false" ${STATUS}/>`,
    );
    call.audio.stopSending();
    const params = await told(story());
    const tookMs = Date.now() - began;
    assert.ok(tookMs > 2000 && tookMs < 20_000, `it ended after ${tookMs} ms`);
    assert.equal(params['RecordingUrl'], undefined);
    assert.equal(params['RecordingSid'], undefined);
    assert.equal(params['CallStatus'], 'in-progress');
    await call.ended;
    assert.deepEqual(await statuses(story(), 2), ['in-progress', 'absent']);
    assert.deepEqual(await storedInAsterisk(story()), []);
  });

  it('does not end with silence when its timeout is 0', async () => {
    const verb = '<Record action="/recorded" timeout="0" maxLength="7" playBeep="false"/>';
    const call = await recording(story(), verb);
    await recordingBegan(story());
    await says(call, VOICE_HZ, 500);
    const params = await told(story());
    assert.equal(params['RecordingDuration'], '7');
    await call.ended;
  });

  it('ends at maxLength', async () => {
    const call = await recording(story(), '<Record action="/recorded" maxLength="2" playBeep="false"/>');
    call.audio.sendTone(VOICE_HZ);
    const params = await told(story());
    assert.equal(params['RecordingDuration'], '2');
    assert.equal(params['Digits'], undefined);
    const lengthMs = (await samplesAt(story(), params['RecordingUrl'] ?? '')).length / 8;
    assert.ok(lengthMs > 1800 && lengthMs < 2400, `${lengthMs} ms`);
    await call.ended;
  });

  it('tells the action also when the caller hangs up, with what was said until then', async () => {
    const call = await recording(story(), `<Record action="/recorded" playBeep="false" ${STATUS}/>`);
    await recordingBegan(story());
    await says(call, VOICE_HZ, 1500);
    await call.hangUp();
    const params = await told(story());
    assert.equal(params['CallStatus'], 'completed');
    assert.equal(params['Digits'], 'hangup');
    assert.ok(toneMs(await samplesAt(story(), params['RecordingUrl'] ?? ''), VOICE_HZ) > 1000);
    assert.deepEqual(await statuses(story(), 2), ['in-progress', 'completed']);
  });

  it('goes on with the next verb without an action, and cuts off silence when asked to', async () => {
    const call = await recording(
      story(),
      `<Record timeout="2" finishOnKey="" trim="trim-silence" playBeep="false" ${STATUS}/>`,
    );
    await recordingBegan(story());
    await hesitates(call, 800);
    await says(call, VOICE_HZ, 1500);
    await call.sendDigits('5#');
    await call.audio.heardDigits('99');
    await call.ended;
    assert.deepEqual(await statuses(story(), 2), ['in-progress', 'completed']);
    const url = story().app.to('/status')[1]?.params['RecordingUrl'] ?? '';
    const samples = await samplesAt(story(), url);
    const [lengthMs, heardMs] = [samples.length / 8, toneMs(samples, VOICE_HZ)];
    // The keys were sent as events in the middle of it, in which there is no sound.
    assert.ok(heardMs > 1200 && lengthMs < heardMs + 600, `${heardMs} ms of sound in ${lengthMs} ms`);
  });

  it('notes in the timeline when it began and ended', async () => {
    const call = await recording(story(), '<Record maxLength="1" playBeep="false"/>');
    call.audio.sendTone(VOICE_HZ);
    await call.audio.heardDigits('99');
    await call.ended;
    const events = (await timelineOf(story())).filter(({ kind }) => kind === 'recording');
    assert.deepEqual(
      events.map(({ data }) => [data['status'], data['duration']]),
      [
        ['in-progress', undefined],
        ['completed', 1],
      ],
    );
  });
});

const STAND_IN = `
  const { statSync } = require("node:fs");
  const seconds = Math.round((statSync(process.argv[1]).size - 44) / 16000);
  console.log(JSON.stringify({ transcript: seconds + " s were said" }));
`;

stories(
  'Record with a speech recognizer',
  (story) => {
    it('has what was said told to transcribeCallback', async () => {
      const call = await recording(
        story(),
        '<Record maxLength="2" playBeep="false" transcribeCallback="/said"/>',
      );
      call.audio.sendTone(VOICE_HZ);
      await call.audio.heardDigits('99');
      await call.ended;
      await story().app.waitFor(() => story().app.to('/said').length > 0);
      await story().quiet();
      assertParameters(story().app.to('/said')[0], {
        CallSid: CALL_SID,
        AccountSid: ACCOUNT_SID,
        From: 'alice',
        To: '1000',
        Caller: 'alice',
        Called: '1000',
        CallStatus: 'in-progress',
        ApiVersion: '2012-04-24',
        Direction: 'inbound',
        CallTimestamp: ISO_8601,
        TranscriptionStatus: 'completed',
        TranscriptionText: '2 s were said',
        RecordingSid: RECORDING_SID,
        RecordingUrl: RECORDING_URL,
      });
    });
  },
  { SPEECH_RECOGNIZER: `${process.execPath} -e '${STAND_IN.replace(/\s+/g, ' ')}' {input}` },
);
