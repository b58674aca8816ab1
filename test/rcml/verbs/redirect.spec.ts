import assert from 'node:assert/strict';
import { readVerbs } from '../../support/compile-rcml.ts';
import { CALLER, RcmlCall, VOICE_URL } from '../../support/rcml-call.ts';

const redirectTo = (url: string) => `<Response><Redirect>${url}</Redirect></Response>`;

describe('<Redirect>', () => {
  it('goes on with another document, and the verbs after it never run', async () => {
    const call = new RcmlCall();
    call.documents
      .on(VOICE_URL, '<Response><Redirect method="GET">next?a=1</Redirect><Say>never</Say></Response>')
      .on('http://app.test/next?a=1', '<Response><Say>Hello</Say></Response>');
    await call.start();
    await call.clock.advance(1000);
    assert.deepEqual(call.documents.summary('CallStatus'), [
      ['POST http://app.test/voice', 'CallStatus=ringing'],
      ['GET http://app.test/next?a=1', 'CallStatus=ringing'],
    ]);
    assert.deepEqual(
      call.documents.requests.map(({ token }) => token),
      ['token-1', 'token-2'],
    );
    assert.deepEqual(call.sounds.asked, ['say woman en Hello']);
    call.check();
  });

  it('does not answer the call', async () => {
    const call = new RcmlCall();
    call.documents
      .on(VOICE_URL, redirectTo('/next'))
      .on('http://app.test/next', '<Response><Reject/></Response>');
    await call.start();
    assert.deepEqual(call.control.commands, [['hangUp', CALLER, 'normal']]);
    assert.equal(call.end, 'busy');
    call.check();
  });

  it('resolves a relative URL against where the document was found after HTTP redirects', async () => {
    const call = new RcmlCall();
    call.documents
      .on(VOICE_URL, { url: 'https://moved.test/a/b', body: redirectTo('c') })
      .on('https://moved.test/a/c', '<Response><Hangup/></Response>');
    await call.start();
    assert.deepEqual(call.documents.summary(), [
      ['POST http://app.test/voice'],
      ['POST https://moved.test/a/c'],
    ]);
    call.check();
  });

  it('in an endless loop ends the call after 50 documents, with a notification', async () => {
    const call = new RcmlCall();
    call.documents.on(VOICE_URL, redirectTo('/voice'));
    await call.start();
    await call.clock.advance(0);
    assert.equal(call.documents.requests.length, 50);
    assert.deepEqual([call.end, call.control.commands], ['failed', [['hangUp', CALLER, 'error']]]);
    assert.deepEqual(
      call.store.notifications.map(({ level, errorCode }) => [level, errorCode]),
      [['error', 11215]],
    );
    call.check();
  });

  it('in an endless loop of an answered call hangs up', async () => {
    const call = new RcmlCall();
    call.documents
      .on(VOICE_URL, '<Response><Say>x</Say><Redirect>/loop</Redirect></Response>')
      .on(
        'http://app.test/loop',
        '<Response><Play>http://gone.test/</Play><Redirect/><Redirect>/loop</Redirect></Response>',
      );
    call.sounds.missing.add('http://gone.test/');
    await call.start();
    await call.clock.advance(1000);
    // The first document said something: the count begins behind it.
    assert.equal(call.documents.requests.length, 51);
    assert.equal(call.end, 'completed');
    call.check();
  });

  it('may go round for ever when something is waited for', async () => {
    const call = new RcmlCall();
    call.documents.on(VOICE_URL, '<Response><Pause length="10"/><Redirect>/voice</Redirect></Response>');
    await call.start();
    await call.clock.advance(1_000_000);
    assert.equal(call.documents.requests.length, 101);
    await call.hangUp();
    call.check();
  });

  for (const url of ['', 'ftp://x/', 'javascript:1']) {
    it(`to "${url}" is skipped with a warning`, () => {
      assert.deepEqual(readVerbs(`<Redirect>${url}</Redirect>`), {
        verbs: [],
        warnings: ['<Redirect> has no http or https URL; it is skipped.'],
      });
    });
  }
});
