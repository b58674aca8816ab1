// Takes about 25 s.
import assert from 'node:assert/strict';
import { BrowserPhone, clientSid, MICROPHONE_HZ, newToken } from '../support/browser-phone.ts';
import { consoleStories, type ConsoleStory } from '../support/console-stories.ts';
import { toneFile } from '../support/made-sounds.ts';

/** Alice's browser, registered with a token. */
async function aliceInBrowser({ newVisitor, story }: ConsoleStory): Promise<BrowserPhone> {
  const { page } = await newVisitor({ alsoFrom: [story.app.url('/')] });
  return BrowserPhone.open(page, story.app, await newToken(story, 'alice'));
}

/** Alice's browser has called 1000, and carol, whom that dials, sends 1000 Hz. */
async function aliceTalksToCarol(current: ConsoleStory) {
  const { newVisitor, story } = current;
  const carol = await story.phone('carol');
  await story.client('alice');
  await story.number('1000');
  story.app.reply('/voice', '<Response><Dial><Client>carol</Client></Dial></Response>');
  const token = await newToken(story, 'alice');
  const { page } = await newVisitor({ alsoFrom: [story.app.url('/')] });
  const alice = await BrowserPhone.open(page, story.app, token);
  await alice.call('1000');
  const call = await carol.incoming();
  await call.answer();
  call.audio.sendTone(1000);
  await call.audio.heardTone(MICROPHONE_HZ, { forMs: 300 });
  await alice.hears(1000);
  return { alice, call, token };
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

  it('goes on talking while Legwork is away, registers again, and ends its call', async () => {
    const { legwork, story } = current();
    const { alice, call } = await aliceTalksToCarol(current());
    await legwork.crash();
    call.audio.mark();
    assert.ok((await call.audio.heardTone(MICROPHONE_HZ, { forMs: 500 })) > 0);
    await alice.forgetTones();
    await alice.hears(1000);
    await legwork.start();
    await alice.says('registered', 2);
    await alice.do('terminate()');
    await call.ended;
    await story.quiet();
    assert.deepEqual(await story.legs({ '1000': 'A', carol: 'B' }), {
      A: 'inbound completed',
      B: 'outbound-dial completed',
    });
  });

  it('whose token is revoked is no phone any more, but ends its call itself; with another token it is one again', async () => {
    const { story } = current();
    const { alice, call, token } = await aliceTalksToCarol(current());
    const path = `/Clients/${await clientSid(story, 'alice')}`;
    const contacts = async () => (await story.rest('GET', `${path}.json`)).json['contacts'] as unknown[];
    assert.equal((await contacts()).length, 1);
    const used = await story.rest('GET', `${path}/Tokens/${token.sid}.json`);
    assert.ok(used.json['last_used'] !== null);
    assert.equal((await story.rest('DELETE', `${path}/Tokens/${token.sid}.json`)).status, 204);
    assert.deepEqual(await contacts(), []);
    await alice.page.evaluate('phone.ua.register()');
    await alice.says('refused 401');
    call.audio.mark();
    assert.ok((await call.audio.heardTone(MICROPHONE_HZ, { forMs: 300 })) > 0);
    await alice.do('terminate()');
    await call.ended;
    await alice.renew(await newToken(story, 'alice'));
    await alice.says('registered', 2);
    assert.equal((await contacts()).length, 1);
  });
});
