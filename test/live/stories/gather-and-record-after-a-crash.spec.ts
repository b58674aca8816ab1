import assert from 'node:assert/strict';
import { soundMs, toneMs } from '../../../src/phone/tones.ts';
import { LegworkProcess } from '../../support/legwork-process.ts';
import { LiveStory } from '../../support/live-story.ts';
import { waitUntil } from '../../support/wait-until.ts';
import { samplesOf } from '../../support/wav.ts';

const VOICE_HZ = 600;
const ms = (time: number) => new Promise((resolve) => setTimeout(resolve, time));

describe('Legwork is killed while a caller', () => {
  let legwork: LegworkProcess;
  let story: LiveStory<LegworkProcess>;

  beforeEach(async function () {
    this.timeout(60_000);
    legwork = await LegworkProcess.prepare();
    await legwork.start();
    story = await LiveStory.on(legwork);
  });
  afterEach(async function () {
    this.timeout(60_000);
    await story.end();
    await legwork.remove();
  });

  /** Alice calls 1000, whose document is this verb. */
  async function calling(verb: string) {
    const { app } = story;
    app.reply('/voice', `<Response>${verb}</Response>`);
    app.reply('/done', '<Response><Play digits="11"/></Response>');
    for (const path of ['/number', '/status']) app.reply(path, { status: 204 });
    await story.number('1000');
    const alice = await story.phone('alice');
    const call = await alice.call('1000');
    await call.answered;
    return call;
  }

  const told = () => story.app.to('/done').map(({ params }) => [params['CallStatus'], params['Digits']]);

  async function saidMs(): Promise<number> {
    const url = story.app.to('/done')[0]?.params['RecordingUrl'] ?? '';
    const { accountSid, authToken } = legwork.connection;
    const authorization = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`;
    const reply = await fetch(url, { headers: { authorization } });
    assert.equal(reply.status, 200);
    return toneMs(samplesOf(Buffer.from(await reply.arrayBuffer())), VOICE_HZ);
  }

  const statuses = () => story.app.to('/status').map(({ params }) => params['RecordingStatus']);

  it('presses keys: it goes on with the digits that came before', async () => {
    const call = await calling('<Gather timeout="20" action="/done"/>');
    await ms(600);
    await call.sendDigits('12');
    await ms(500);
    await legwork.crash();
    await legwork.start();
    await call.sendDigits('3#');
    await call.audio.heardDigits('11');
    await call.ended;
    assert.deepEqual(told(), [['in-progress', '123']]);
  });

  it('is recorded: the recording goes on, and ends with a key', async () => {
    const call = await calling('<Record playBeep="false" action="/done" recordingStatusCallback="/status"/>');
    call.audio.sendTone(VOICE_HZ);
    await ms(1000);
    await legwork.crash();
    const away = Date.now();
    await legwork.start();
    await ms(500);
    const awayMs = Date.now() - away;
    await call.sendDigits('5');
    await call.audio.heardDigits('11');
    await call.ended;
    assert.deepEqual(told(), [['in-progress', '5']]);
    const heardMs = await saidMs();
    assert.ok(heardMs > 800 + awayMs, `${heardMs} ms, of which ${awayMs} ms while Legwork was away`);
    await story.quiet();
    assert.deepEqual(statuses(), ['completed']);
  });

  it('is recorded, who hangs up before it is back: action and callback are told once', async () => {
    const call = await calling('<Record playBeep="false" action="/done" recordingStatusCallback="/status"/>');
    call.audio.sendTone(VOICE_HZ);
    await ms(1500);
    await legwork.crash();
    await call.hangUp();
    await legwork.start();
    await story.app.waitFor(() => story.app.to('/done').length > 0, 15_000);
    await story.quiet();
    assert.deepEqual(told(), [['completed', 'hangup']]);
    assert.ok((await saidMs()) > 1000);
    assert.deepEqual(statuses(), ['completed']);
  });

  it('hears the beep of Record: it beeps once more, and records what is said then', async () => {
    const call = await calling('<Record action="/done" recordingStatusCallback="/status"/>');
    await call.audio.heardSound({ forMs: 60 });
    await legwork.crash();
    await legwork.start();
    const beforeMs = soundMs(call.audio.received());
    await waitUntil('it beeps again', () => soundMs(call.audio.received()) > beforeMs + 60);
    await ms(600);
    call.audio.sendTone(VOICE_HZ);
    await ms(1500);
    await call.sendDigits('5');
    await call.audio.heardDigits('11');
    await call.ended;
    assert.deepEqual(told(), [['in-progress', '5']]);
    const heardMs = await saidMs();
    assert.ok(heardMs > 1200 && heardMs < 2000, `${heardMs} ms of what was said`);
    await story.quiet();
    assert.deepEqual(statuses(), ['completed']);
  });
});
