import assert from 'node:assert/strict';
import { soundMs, toneMs } from '../../../src/phone/tones.ts';
import { aliceListens } from '../../support/alice-calls-1000.ts';
import { hesitates, says } from '../../support/caller.ts';
import { faultStories } from '../../support/fault-stories.ts';
import { keptPosition } from '../../support/kept-position.ts';
import { callGoesOn, recordingBegan, verbBegan } from '../../support/timeline.ts';
import { waitUntil } from '../../support/wait-until.ts';
import { samplesOf } from '../../support/wav.ts';

const VOICE_HZ = 600;

faultStories('Legwork is killed while a caller', (story) => {
  /** Alice calls 1000, whose document is this verb. */
  function calling(verb: string) {
    const { app } = story();
    app.reply('/done', '<Response><Play digits="11"/></Response>');
    app.reply('/status', { status: 204 });
    return aliceListens(story(), verb);
  }

  const told = () =>
    story()
      .app.to('/done')
      .map(({ params }) => [params['CallStatus'], params['Digits']]);

  async function saidMs(): Promise<number> {
    const url = story().app.to('/done')[0]?.params['RecordingUrl'] ?? '';
    const { accountSid, authToken } = story().stack.connection;
    const authorization = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`;
    const reply = await fetch(url, { headers: { authorization } });
    assert.equal(reply.status, 200);
    return toneMs(samplesOf(Buffer.from(await reply.arrayBuffer())), VOICE_HZ);
  }

  const statuses = () =>
    story()
      .app.to('/status')
      .map(({ params }) => params['RecordingStatus']);

  it('presses keys: it goes on with the digits that came before', async () => {
    const call = await calling('<Gather timeout="20" action="/done"/>');
    await verbBegan(story(), 'Gather');
    await call.sendDigits('12');
    await waitUntil('both keys are kept', async () => {
      const kept = await keptPosition(story().stack, '1000');
      return JSON.stringify(kept).includes('"digits":"12"');
    });
    await story().stack.restart();
    await callGoesOn(story());
    await call.sendDigits('3#');
    await call.audio.heardDigits('11');
    await call.ended;
    assert.deepEqual(told(), [['in-progress', '123']]);
  });

  it('is recorded: the recording goes on, and ends with a key', async () => {
    const call = await calling('<Record playBeep="false" action="/done" recordingStatusCallback="/status"/>');
    await recordingBegan(story());
    await says(call, VOICE_HZ, 1000);
    call.audio.sendTone(VOICE_HZ);
    await story().stack.crash();
    const away = Date.now();
    await story().stack.start();
    await callGoesOn(story());
    const awayMs = Date.now() - away;
    await call.sendDigits('5');
    await call.audio.heardDigits('11');
    await call.ended;
    assert.deepEqual(told(), [['in-progress', '5']]);
    const heardMs = await saidMs();
    // A phone on a busy machine sends a little less than it should.
    assert.ok(heardMs > 800 + 0.8 * awayMs, `${heardMs} ms, of which ${awayMs} ms while Legwork was away`);
    await story().quiet();
    assert.deepEqual(statuses(), ['completed']);
  });

  it('is recorded, who hangs up before it is back: action and callback are told once', async () => {
    const call = await calling('<Record playBeep="false" action="/done" recordingStatusCallback="/status"/>');
    await recordingBegan(story());
    await says(call, VOICE_HZ, 1500);
    await story().stack.crash();
    await call.hangUp();
    await story().stack.start();
    await story().app.waitFor(() => story().app.to('/done').length > 0, 30_000);
    await story().quiet();
    assert.deepEqual(told(), [['completed', 'hangup']]);
    assert.ok((await saidMs()) > 1000);
    assert.deepEqual(statuses(), ['completed']);
  });

  it('hears the beep of Record: it beeps once more, and records what is said then', async () => {
    const call = await calling('<Record action="/done" recordingStatusCallback="/status"/>');
    await call.audio.heardSound({ forMs: 60 });
    await story().stack.restart();
    const beforeMs = soundMs(call.audio.received());
    await waitUntil('it beeps again', () => soundMs(call.audio.received()) > beforeMs + 60);
    await hesitates(call, 600);
    await says(call, VOICE_HZ, 1500);
    await call.sendDigits('5');
    await call.audio.heardDigits('11');
    await call.ended;
    assert.deepEqual(told(), [['in-progress', '5']]);
    const heardMs = await saidMs();
    assert.ok(heardMs > 1200 && heardMs < 2000, `${heardMs} ms of what was said`);
    await story().quiet();
    assert.deepEqual(statuses(), ['completed']);
  });
});
