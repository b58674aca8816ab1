import assert from 'node:assert/strict';
import { BrowserPhone, MICROPHONE_HZ, newToken } from '../support/browser-phone.ts';
import { consoleStories, type ConsoleStory } from '../support/console-stories.ts';
import { toneFile } from '../support/made-sounds.ts';

/** Alice's browser, registered with a token. */
async function aliceInBrowser({ newVisitor, story }: ConsoleStory): Promise<BrowserPhone> {
  const { page } = await newVisitor({ alsoFrom: story.app.url('/') });
  return BrowserPhone.open(page, story.app, await newToken(story, 'alice'));
}

consoleStories('A phone in a browser', (current) => {
  it('calls a number, hears what is played, presses a key, talks, and holds', async () => {
    const { story } = current();
    const carol = await story.phone('carol');
    await story.client('alice');
    await story.number('1000');
    story.app.reply(
      '/voice',
      '<Response><Gather numDigits="1" action="/key"><Play>/tone</Play></Gather></Response>',
    );
    story.app.reply('/tone', {
      headers: { 'content-type': 'audio/wav' },
      body: await toneFile('wav', 800, 3),
    });
    story.app.reply('/key', '<Response><Dial><Client>carol</Client></Dial></Response>');
    const alice = await aliceInBrowser(current());
    await alice.call('1000');
    await alice.hears(800);
    assert.deepEqual(await alice.codecs(), ['audio/opus']);
    await alice.do("sendDTMF('5')");
    const call = await carol.incoming();
    assert.equal(call.fromUser, 'alice');
    await call.answer();
    assert.ok((await call.audio.heardTone(MICROPHONE_HZ, { forMs: 300 })) > 0);
    call.audio.sendTone(1000);
    await alice.hears(1000);
    await alice.reoffer('hold');
    await alice.reoffer('unhold');
    call.audio.mark();
    assert.ok((await call.audio.heardTone(MICROPHONE_HZ, { forMs: 300 })) > 0);
    await alice.do('terminate()');
    await call.ended;
    await story.quiet();
    assert.deepEqual(await story.legs({ '1000': 'A', carol: 'B' }), {
      A: 'inbound completed',
      B: 'outbound-dial completed',
    });
    const key = story.app.requests.find(({ path }) => path === '/key');
    assert.equal(key?.params['Digits'], '5');
    assert.equal(key?.params['From'], 'alice');
  });

  it('rings together with the desk phone of its client; who is slower is told', async () => {
    const { story } = current();
    const desk = await story.phone('alice');
    const alice = await aliceInBrowser(current());
    const order = { From: 'legwork', To: 'client:alice', Rcml: '<Response><Pause length="60"/></Response>' };
    await story.rest('POST', '/Calls.json', order);
    const first = await desk.incoming();
    await alice.says('call remote legwork');
    await alice.answer();
    await alice.says('confirmed');
    assert.equal((await first.ended).how, 'cancel');
    await alice.do('terminate()');
    await story.quiet();

    await story.rest('POST', '/Calls.json', order);
    const second = await desk.incoming();
    await alice.says('call remote legwork', 2);
    await second.answer();
    await alice.says('failed Canceled');
    await second.hangUp();
    await story.quiet();
    assert.deepEqual(
      (await story.calls()).map(({ status, to }) => `${to} ${status}`),
      ['alice completed', 'alice completed'],
    );
  });
});
