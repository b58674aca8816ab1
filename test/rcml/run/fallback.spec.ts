import assert from 'node:assert/strict';
import { failure, unreachable } from '../../support/fake-documents.ts';
import { CALLER, FALLBACK_URL, RcmlCall, VOICE_URL } from '../../support/rcml-call.ts';

const fallback = { url: FALLBACK_URL, method: 'GET' } as const;
const SORRY = '<Response><Hangup/></Response>';
const failures = (call: RcmlCall) =>
  call.store.notifications.map(({ level, errorCode, requestUrl }) => [level, errorCode, requestUrl]);

describe('When a document cannot be had', () => {
  const reasons = [
    ['the application server cannot be reached', unreachable, 11205],
    ['the application server says 500', failure(500), 11200],
    ['the document is not well-formed', '<Response><Say>', 12100],
    ['the reply is not RCML', { contentType: 'application/json', body: '{}' }, 12300],
  ] as const;
  for (const [reason, answer, errorCode] of reasons) {
    it(`because ${reason}, the fallback URL is asked with the same parameters and what went wrong`, async () => {
      const call = new RcmlCall();
      call.documents.on(VOICE_URL, answer).on(FALLBACK_URL, SORRY);
      await call.start({ fallback });
      const [first, second] = call.documents.requests;
      assert.deepEqual(second, {
        ...first,
        url: FALLBACK_URL,
        method: 'GET',
        parameters: [...(first?.parameters ?? []), ['ErrorCode', String(errorCode)], ['ErrorUrl', VOICE_URL]],
        token: 'token-2',
      });
      assert.equal(call.documents.requests.length, 2);
      assert.deepEqual(failures(call), [['error', errorCode, VOICE_URL]]);
      assert.equal(call.end, 'completed');
      call.check();
    });

    it(`because ${reason}, without a fallback an unanswered call ends failed with SIP 500`, async () => {
      const call = new RcmlCall();
      call.documents.on(VOICE_URL, answer);
      await call.start();
      assert.deepEqual(call.control.commands, [['hangUp', CALLER, 'error']]);
      assert.equal(call.end, 'failed');
      assert.deepEqual(failures(call), [['error', errorCode, VOICE_URL]]);
      call.check();
    });
  }

  it('because the application server says 404, an unanswered call gets SIP 404', async () => {
    const call = new RcmlCall();
    await call.start();
    assert.deepEqual(call.control.commands, [['hangUp', CALLER, 'not-found']]);
    assert.equal(call.end, 'failed');
    call.check();
  });

  it('and the fallback fails too, it is not asked again', async () => {
    const call = new RcmlCall();
    call.documents.on(VOICE_URL, unreachable).on(FALLBACK_URL, failure(404));
    await call.start({ fallback });
    assert.deepEqual(call.documents.summary(), [[`POST ${VOICE_URL}`], [`GET ${FALLBACK_URL}`]]);
    assert.deepEqual(call.control.commands, [['hangUp', CALLER, 'not-found']]);
    assert.equal(failures(call).length, 2);
    call.check();
  });

  it('later in an answered call, the fallback goes on', async () => {
    const call = new RcmlCall();
    call.documents
      .on(VOICE_URL, '<Response><Say>a</Say><Redirect>/gone</Redirect></Response>')
      .on(FALLBACK_URL, '<Response><Say>b</Say></Response>');
    await call.start({ fallback });
    await call.clock.advance(2000);
    assert.deepEqual(call.documents.summary('CallStatus', 'ErrorCode', 'ErrorUrl'), [
      [`POST ${VOICE_URL}`, 'CallStatus=ringing'],
      ['POST http://app.test/gone', 'CallStatus=in-progress'],
      [`GET ${FALLBACK_URL}`, 'CallStatus=in-progress', 'ErrorCode=11200', 'ErrorUrl=http://app.test/gone'],
    ]);
    assert.deepEqual(call.sounds.asked, ['say woman en a', 'say woman en b']);
    call.check();
  });

  it('later in an answered call without a fallback, the call is hung up and ends completed', async () => {
    const call = new RcmlCall();
    call.documents.on(VOICE_URL, '<Response><Say>a</Say><Redirect>/gone</Redirect></Response>');
    await call.start();
    await call.clock.advance(1000);
    assert.equal(call.end, 'completed');
    assert.deepEqual(failures(call), [['error', 11200, 'http://app.test/gone']]);
    call.check();
  });

  it('after the fallback had its turn, it may have another for another document', async () => {
    const call = new RcmlCall();
    call.documents.on(
      FALLBACK_URL,
      '<Response><Say>a</Say><Redirect>/also-gone</Redirect></Response>',
      SORRY,
    );
    await call.start({ fallback });
    await call.clock.advance(1000);
    assert.deepEqual(call.documents.summary('ErrorUrl'), [
      [`POST ${VOICE_URL}`],
      [`GET ${FALLBACK_URL}`, `ErrorUrl=${VOICE_URL}`],
      ['POST http://app.test/also-gone'],
      [`GET ${FALLBACK_URL}`, 'ErrorUrl=http://app.test/also-gone'],
    ]);
    call.check();
  });

  it('and the fallback leads back to it for ever, the call ends after 50 documents', async () => {
    const call = new RcmlCall();
    call.documents.on(FALLBACK_URL, '<Response><Redirect>/gone</Redirect></Response>');
    await call.start({ fallback });
    await call.clock.advance(0);
    assert.equal(call.documents.requests.filter(({ url }) => url === FALLBACK_URL).length, 50);
    assert.equal(call.end, 'failed');
    call.check();
  });

  it('the refused document is kept for its author', async () => {
    const call = new RcmlCall();
    call.documents.on(VOICE_URL, '<Response><Say>');
    await call.start();
    assert.equal(call.store.notifications[0]?.responseBody, '<Response><Say>');
    call.check();
  });

  it('a password in its URL is told to nobody', async () => {
    const call = new RcmlCall();
    call.documents.on(FALLBACK_URL, SORRY);
    await call.start({ first: { url: 'http://me:secret@app.test/x', method: 'POST' }, fallback });
    assert.equal(call.documents.requests[0]?.url, 'http://me:secret@app.test/x');
    assert.deepEqual(call.documents.summary('ErrorUrl')[1], [
      `GET ${FALLBACK_URL}`,
      'ErrorUrl=http://app.test/x',
    ]);
    const kept = JSON.stringify([call.store.events, call.store.notifications]);
    assert(!kept.includes('secret'), kept);
    call.check();
  });

  it('after the caller has gone, no fallback is asked', async () => {
    const call = new RcmlCall();
    const release = call.documents.hold();
    await call.start({ fallback });
    await call.hangUp();
    release();
    await call.clock.advance(0);
    assert.deepEqual(call.documents.summary(), [[`POST ${VOICE_URL}`]]);
    assert.equal(call.end, 'canceled');
    call.check();
  });
});
