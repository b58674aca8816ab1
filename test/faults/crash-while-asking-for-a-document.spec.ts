import assert from 'node:assert/strict';
import { aliceCalls1000 } from '../support/alice-calls-1000.ts';
import { actionIsTold, legIsTold, numberIsTold, VOICE } from '../support/dial-story.ts';
import { faultStories } from '../support/fault-stories.ts';
import { hang } from '../support/application-server.ts';

const NAMES = { '1000': 'A', bob: 'B' };

faultStories('Legwork is killed while it asks for a document', (story) => {
  function tokens(path: string): readonly (string | undefined)[] {
    return story()
      .app.to(path)
      .map(({ headers }) => headers['i-idempotency-token']);
  }

  it('the same request comes again, with the same token', async () => {
    const { app } = story();
    const call = await aliceCalls1000(story(), hang, '<Response><Play digits="7"/></Response>');
    await app.waitFor((requests) => requests.some(({ path }) => path === '/voice'));
    await story().stack.restart();
    await call.answered;
    await call.audio.heardDigits('7');
    await call.ended;
    await story().quiet();
    const [first, second] = tokens('/voice');
    assert.equal(first, second);
    const { 'A /voice': voice, ...requests } = story().requests(NAMES);
    assert.deepEqual(voice, [...VOICE, ...VOICE]);
    assert.deepEqual(
      { 'A /number': requests['A /number']?.slice(-2) },
      { 'A /number': numberIsTold().slice(-2) },
    );
    assert.deepEqual(story().requestsOnce(NAMES), { 'A /voice': VOICE, 'A /number': numberIsTold() });
    assert.deepEqual(await story().legs(NAMES), { A: 'inbound completed' });
  });

  it('an action comes again, with the same token, and its reply counts', async () => {
    const { app } = story();
    app.reply(
      '/voice',
      '<Response><Dial action="/after"><Client statusCallback="/bob">bob</Client></Dial></Response>',
    );
    app.reply('/after', hang, '<Response><Play digits="7"/></Response>');
    for (const path of ['/number', '/bob']) app.reply(path, { status: 204 });
    await story().number('1000');
    const [alice, bob] = await Promise.all([story().phone('alice'), story().phone('bob')]);
    const call = await alice.call('1000');
    (await bob.incoming()).reject(486, 'Busy Here');
    await app.waitFor((requests) => requests.some(({ path }) => path === '/after'));
    await story().stack.restart();
    await call.audio.heardDigits('7');
    await call.ended;
    await story().quiet();
    const [first, second] = tokens('/after');
    assert.equal(first, second);
    assert.equal(tokens('/after').length, 2);
    assert.deepEqual(story().requestsOnce(NAMES), {
      'A /voice': VOICE,
      'A /number': numberIsTold('busy'),
      'A /after': actionIsTold('busy', 486),
      'B /bob': legIsTold(['initiated'], 'busy'),
    });
    assert.deepEqual(await story().legs(NAMES), { A: 'inbound completed', B: 'outbound-dial busy' });
  });

  it('the call still has the cookies that its application server set before', async () => {
    const { app } = story();
    app.reply('/hold', '<Response><Pause length="2"/><Redirect>/next</Redirect></Response>');
    app.reply('/next', '<Response><Play digits="7"/></Response>');
    const call = await aliceCalls1000(story(), {
      headers: { 'content-type': 'text/xml', 'set-cookie': 'PHPSESSID=abc; Path=/; HttpOnly' },
      body: '<Response><Redirect>/hold</Redirect></Response>',
    });
    await app.waitFor((requests) => requests.some(({ path }) => path === '/hold'));
    await story().stack.restart();
    await call.audio.heardDigits('7');
    await call.ended;
    await story().quiet();
    assert.deepEqual(
      ['/voice', '/hold', '/next'].map((path) => app.to(path).at(-1)?.headers['cookie']),
      [undefined, 'PHPSESSID=abc', 'PHPSESSID=abc'],
    );
    const toldWith = app.to('/number').map(({ headers }) => headers['cookie']);
    assert.deepEqual(new Set(toldWith), new Set([undefined]));
  });

  it('an action of a call that is over comes again, and its reply is ignored', async () => {
    const { app } = story();
    app.reply(
      '/voice',
      '<Response><Dial action="/after"><Client statusCallback="/bob">bob</Client></Dial></Response>',
    );
    app.reply('/after', hang, '<Response><Redirect>/never</Redirect></Response>');
    for (const path of ['/number', '/bob']) app.reply(path, { status: 204 });
    await story().number('1000');
    const [alice, bob] = await Promise.all([story().phone('alice'), story().phone('bob')]);
    const call = await alice.call('1000');
    const atBob = await bob.incoming();
    atBob.ring();
    await call.answered;
    await app.waitFor((requests) => requests.some(({ params }) => params['CallEvent'] === 'ringing'));
    await call.hangUp();
    await app.waitFor((requests) => requests.some(({ path }) => path === '/after'));
    await story().stack.restart();
    await app.waitFor((requests) => requests.filter(({ path }) => path === '/after').length === 2);
    await story().quiet();
    assert.deepEqual(story().requestsOnce(NAMES), {
      'A /voice': VOICE,
      'A /number': numberIsTold('ringing'),
      'A /after': actionIsTold('canceled', undefined, 'completed'),
      'B /bob': legIsTold(['initiated', 'ringing'], 'canceled'),
    });
    assert.deepEqual(await story().legs(NAMES), { A: 'inbound completed', B: 'outbound-dial canceled' });
  });
});
