import assert from 'node:assert/strict';
import { aliceListens } from '../../support/alice-calls-1000.ts';
import { hesitates } from '../../support/caller.ts';
import type { LiveStory } from '../../support/live-story.ts';
import { stories } from '../../support/live-story.ts';
import { noLongerHears } from '../../support/no-longer-hears.ts';
import { ACCOUNT_SID, assertParameters, CALL_SID, ISO_8601 } from '../../support/parameter-formats.ts';
import { timelineOf, verbBegan } from '../../support/timeline.ts';
import { wavOf } from '../../support/wav.ts';

const PROMPT_HZ = 425;

/** Alice calls 1000, whose document gathers after a moment of silence, then plays the digits 99. */
function gathering(story: LiveStory, gather: string) {
  const { app } = story;
  app.reply('/pressed', '<Response><Play digits="11"/></Response>');
  app.reply('/prompt.wav', {
    headers: { 'content-type': 'audio/wav' },
    body: wavOf(PROMPT_HZ, 10),
  });
  return aliceListens(story, `${gather}<Play digits="99"/><Pause length="1"/>`);
}

/** What the action was told, one text for each request. */
function told(story: LiveStory): readonly string[] {
  return story.app.to('/pressed').map(({ params }) => `${params['CallStatus']} ${params['Digits']}`);
}

stories('Gather on a real call', (story) => {
  it('collects RFC 4733 digits until the finish key, and tells the action everything', async () => {
    const call = await gathering(story(), '<Gather action="/pressed"/>');
    await verbBegan(story(), 'Gather');
    await call.sendDigits('147*#');
    await call.audio.heardDigits('11');
    await call.ended;
    assert.deepEqual(told(story()), ['in-progress 147*']);
    assertParameters(story().app.to('/pressed')[0], {
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
      Digits: '147*',
    });
  });

  it('collects digits that a phone sends as SIP INFO', async () => {
    const call = await gathering(story(), '<Gather numDigits="3" action="/pressed"/>');
    await verbBegan(story(), 'Gather');
    for (const digit of '28#'.slice(0, 2)) await call.sendInfoDigit(digit);
    await call.sendInfoDigit('0');
    await call.audio.heardDigits('11');
    await call.ended;
    assert.deepEqual(told(story()), ['in-progress 280']);
  });

  it('stops the prompt within half a second of the first digit', async () => {
    const call = await gathering(
      story(),
      '<Gather numDigits="2" timeout="15" action="/pressed"><Play>/prompt.wav</Play><Play>/prompt.wav</Play></Gather>',
    );
    await call.audio.heardTone(PROMPT_HZ, { forMs: 500 });
    call.audio.mark();
    await call.sendDigits('5', { toneMs: 100, gapMs: 20 });
    await hesitates(call, 1500);
    const stillHeardMs = call.audio.toneMs(PROMPT_HZ);
    // 120 ms of it while the key was held.
    assert.ok(stillHeardMs < 620, `the prompt was heard for ${stillHeardMs} ms after the key`);
    await call.sendDigits('6');
    await call.audio.heardDigits('11');
    await call.ended;
    assert.deepEqual(told(story()), ['in-progress 56']);
  });

  it('goes on with the next verb after the time without a key, counted from the end of the prompt', async () => {
    const began = Date.now();
    const call = await gathering(
      story(),
      '<Gather timeout="1" action="/pressed"><Pause length="2"/></Gather>',
    );
    await call.audio.heardDigits('99');
    const tookMs = Date.now() - began;
    assert.ok(tookMs > 2900 && tookMs < 20_000, `it took ${tookMs} ms`);
    await call.ended;
    assert.deepEqual(told(story()), []);
  });

  it('tells what was pressed when the time is up, and discards what was pressed before it began', async () => {
    const call = await gathering(
      story(),
      '<Play digits="0"/><Pause length="2"/><Gather timeout="1" action="/pressed"/>',
    );
    await call.audio.heardDigits('0');
    call.audio.mark();
    await call.sendDigits('77');
    await verbBegan(story(), 'Gather');
    await call.sendDigits('4');
    await call.audio.heardDigits('11');
    await call.ended;
    assert.deepEqual(told(story()), ['in-progress 4']);
  });

  it('makes no request when the caller hangs up', async () => {
    const call = await gathering(
      story(),
      '<Gather action="/pressed" actionOnEmptyResult="true"><Play loop="0">/prompt.wav</Play></Gather>',
    );
    await call.audio.heardTone(PROMPT_HZ, { forMs: 300 });
    await call.sendDigits('12');
    // Its prompt ends with the first key: what was pressed is gathered.
    await noLongerHears(call, PROMPT_HZ);
    await call.hangUp();
    await story().quiet();
    const asked = story().app.requests.map(({ path }) => path);
    assert.deepEqual(
      asked.filter((path) => path !== '/number'),
      ['/voice', '/prompt.wav'],
    );
  });

  it('says in the notifications and nowhere else that nothing can hear speech', async () => {
    const call = await gathering(story(), '<Gather input="speech" action="/pressed"/>');
    await call.audio.heardDigits('99');
    await call.ended;
    assert.deepEqual(told(story()), []);
    const notices = (await timelineOf(story())).filter(
      ({ kind, data }) => kind === 'notice' && data['errorCode'] === 13_334,
    );
    assert.equal(notices.length, 1);
  });

  it('leaves no digit in the timeline', async () => {
    const call = await gathering(story(), '<Gather action="/pressed"/>');
    await verbBegan(story(), 'Gather');
    await call.sendDigits('86428#');
    await call.ended;
    assert.doesNotMatch(JSON.stringify(await timelineOf(story())), /86428/);
  });
});
