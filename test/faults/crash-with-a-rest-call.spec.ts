import assert from 'node:assert/strict';
import type { IncomingCall } from '../../src/phone/phone.ts';
import { faultStories } from '../support/fault-stories.ts';
import { FIRST_DOCUMENT, orderCall, STATUS } from '../support/live-rest-calls.ts';
import { verbBegan, wentOnAt } from '../support/timeline.ts';

const NAMES = { bob: 'B' };

faultStories('Legwork is killed with a call that was ordered over REST', (story) => {
  async function callRings(form: Readonly<Record<string, string>> = {}): Promise<IncomingCall> {
    const bob = await story().phone('bob');
    await orderCall(story(), form);
    const atBob = await bob.incoming();
    atBob.ring();
    await isTold('ringing');
    return atBob;
  }

  function isTold(event: string): Promise<unknown> {
    return story().app.waitFor((requests) => requests.some(({ params }) => params['CallEvent'] === event));
  }

  it('that was just accepted: it rings once, or is told to have failed', async () => {
    const bob = await story().phone('bob');
    let rang = 0;
    bob.onIncoming(async (call) => {
      rang += 1;
      await call.answer();
      await call.ended;
    });
    story().app.reply('/voice', '<Response><Hangup/></Response>');
    await orderCall(story());
    await story().stack.restart();
    await story().quiet();
    const requests = story().requestsOnce(NAMES);
    const legs = await story().legs(NAMES);
    if (legs['B'] === 'outbound-api failed') {
      assert.deepEqual(requests, { 'B /status': [STATUS.initiated, STATUS.failed] });
    } else {
      assert.equal(rang, 1);
      assert.deepEqual(legs, { B: 'outbound-api completed' });
      const ringing = (line: string) => line !== STATUS.ringing;
      assert.deepEqual(requests['B /status']?.filter(ringing), [
        STATUS.initiated,
        STATUS.answered,
        STATUS.completed,
      ]);
      assert.deepEqual(requests['B /voice'], [FIRST_DOCUMENT]);
    }
  });

  it('that rings: Bob answers after the restart and hears the document', async () => {
    story().app.reply('/voice', '<Response><Play digits="7"/></Response>');
    const atBob = await callRings();
    await story().stack.restart();
    await atBob.answer();
    await atBob.audio.heardDigits('7');
    await atBob.ended;
    await story().quiet();
    assert.deepEqual(story().requestsOnce(NAMES), {
      'B /status': [STATUS.initiated, STATUS.ringing, STATUS.answered, STATUS.completed],
      'B /voice': [FIRST_DOCUMENT],
    });
    assert.deepEqual(await story().legs(NAMES), { B: 'outbound-api completed' });
  });

  it('that rings: its Timeout counts from when it began', async () => {
    const began = Date.now();
    const atBob = await callRings({ Timeout: '10' });
    await story().stack.restart();
    const backAt = Date.now();
    assert.equal((await atBob.ended).how, 'cancel');
    const endedAt = Date.now();
    assert.ok(endedAt - began > 9_000, `it rang for ${endedAt - began} ms`);
    assert.ok(endedAt - backAt < 9_000, `it rang for ${endedAt - backAt} ms after the restart`);
    await story().quiet();
    assert.deepEqual(story().requestsOnce(NAMES), {
      'B /status': [STATUS.initiated, STATUS.ringing, STATUS['no-answer']],
    });
    assert.deepEqual(await story().legs(NAMES), { B: 'outbound-api no-answer' });
  });

  it('that rings, and gets another document: that one counts after the restart', async () => {
    story().app.reply('/other', '<Response><Play digits="8"/></Response>');
    const atBob = await callRings();
    const [call] = await story().calls();
    const { status } = await story().rest('POST', `/Calls/${call?.sid}.json`, {
      Url: story().app.url('/other'),
    });
    assert.equal(status, 200);
    await story().stack.restart();
    await atBob.answer();
    await atBob.audio.heardDigits('8');
    await atBob.ended;
    await story().quiet();
    assert.deepEqual(story().requestsOnce(NAMES), {
      'B /status': [STATUS.initiated, STATUS.ringing, STATUS.answered, STATUS.completed],
      'B /other': [FIRST_DOCUMENT],
    });
    assert.deepEqual(await story().legs(NAMES), { B: 'outbound-api completed' });
  });

  it('that talks: its document goes on, and its TimeLimit counts from the answer', async () => {
    story().app.reply('/voice', '<Response><Play digits="7"/><Pause length="60"/></Response>');
    const atBob = await callRings({ TimeLimit: '8' });
    await atBob.answer();
    const answeredAt = Date.now();
    await atBob.audio.heardDigits('7');
    await verbBegan(story(), 'Pause', 'bob');
    await story().stack.restart();
    await atBob.ended;
    const endedAt = Date.now();
    assert.ok(endedAt - answeredAt > 7_500, `they talked for ${endedAt - answeredAt} ms`);
    const anew = endedAt - (await wentOnAt(story(), 'bob'));
    assert.ok(anew < 8_000, `they talked for ${anew} ms after the restart`);
    await story().quiet();
    assert.deepEqual(story().requestsOnce(NAMES), {
      'B /status': [STATUS.initiated, STATUS.ringing, STATUS.answered, STATUS.completed],
      'B /voice': [FIRST_DOCUMENT],
    });
    assert.deepEqual(await story().legs(NAMES), { B: 'outbound-api completed' });
  });
});
