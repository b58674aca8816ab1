import assert from 'node:assert/strict';
import { standardParameters } from '../../../src/call/leg/parameters.ts';
import type { Position } from '../../../src/rcml/run/position.ts';
import { CALLER, FALLBACK_URL, RcmlCall, VOICE_URL } from '../../support/rcml-call.ts';

const DOCUMENT = '<Response><Say>Hello</Say><Pause length="10"/><Redirect>/next</Redirect></Response>';
const fallback = { url: FALLBACK_URL, method: 'GET' } as const;

describe('The position of a call in its documents', () => {
  it('is written down before the step that it describes begins', async () => {
    const call = new RcmlCall();
    const release = call.documents.hold();
    call.documents.on(VOICE_URL, DOCUMENT).on('http://app.test/next', '<Response><Hangup/></Response>');
    await call.start({ fallback });
    const position = () => call.store.positions.get(CALLER);
    const base = { version: 2, kind: 'document', fallback, idleDocuments: 0, hasBegun: false };
    assert.deepEqual(position(), {
      ...base,
      step: {
        kind: 'request',
        request: {
          reason: 'first',
          url: VOICE_URL,
          method: 'POST',
          parameters: standardParameters(call.live.leg, 'ringing'),
          token: 'token-1',
        },
      },
    });

    release();
    await call.clock.advance(500);
    const beganAt = Date.UTC(2026, 0, 1);
    const document = { text: DOCUMENT, contentType: 'text/xml', url: VOICE_URL };
    const verb = { kind: 'verb', document, skipDials: false };
    assert.deepEqual(position(), {
      ...base,
      idleDocuments: 1,
      step: { ...verb, index: 0, beganAt },
    });

    await call.clock.advance(1000);
    assert.deepEqual(position(), {
      ...base,
      hasBegun: true,
      step: { ...verb, index: 1, beganAt: beganAt + 1000 },
    });

    const releaseNext = call.documents.hold();
    await call.clock.advance(10_000);
    assert.deepEqual(position(), {
      ...base,
      hasBegun: true,
      step: {
        kind: 'request',
        request: {
          reason: 'redirect',
          url: 'http://app.test/next',
          method: 'POST',
          parameters: standardParameters(call.live.leg, 'in-progress'),
          token: 'token-2',
        },
      },
    });
    releaseNext();
    await call.clock.advance(0);
    call.check();
  });

  it('is forgotten when the call is over', async () => {
    const call = new RcmlCall();
    call.documents.on(VOICE_URL, DOCUMENT);
    await call.start();
    await call.hangUp();
    assert.equal(call.store.entries.at(-1)?.position, null);
    call.check();
  });

  it('and the lines of the timeline cost one transaction per step', async () => {
    const call = new RcmlCall();
    call.documents.on(VOICE_URL, '<Response><Stream/><Say>Hello</Say></Response>');
    await call.start();
    await call.clock.advance(1000);
    assert.deepEqual(
      call.store.entries.map(({ leg, position, events }) => [
        leg?.state.phase ??
          (position as { step?: { kind: string } } | null | undefined)?.step?.kind ??
          'over',
        (events ?? []).map(({ kind }) => kind),
      ]),
      [
        ['ringing', ['state']],
        ['request', []],
        ['verb', ['document', 'notice', 'verb']],
        ['in-progress', ['state']],
        ['end', []],
        ['ended', ['state']],
        ['over', []],
      ],
    );
    call.check();
  });

  it('has the cookies that were set on the call, of its wait documents and of its Redirects', async () => {
    const call = new RcmlCall();
    const setting = (line: string, body: string) => ({ body, setCookie: [line] });
    call.documents
      .on(VOICE_URL, setting('sid=1; Path=/', '<Response><Redirect>/room</Redirect></Response>'))
      .on(
        'http://app.test/room',
        setting(
          'room=2; Path=/',
          '<Response><Dial action="/left"><Conference waitUrl="/wait">r</Conference></Dial></Response>',
        ),
      )
      .on('http://app.test/wait', setting('wait=3; Path=/', '<Response><Pause length="60"/></Response>'))
      .on('http://app.test/left', setting('left=4; Path=/', '<Response><Pause length="5"/></Response>'));
    await call.start();
    await call.clock.advance(1000);
    const [room] = call.store.entries.flatMap(({ conference }) => conference?.sid ?? []);
    await call.rooms.end(room ?? '');
    await call.clock.advance(1000);
    assert.deepEqual(call.documents.cookieHeaders, [
      undefined,
      'sid=1',
      'sid=1; room=2',
      'sid=1; room=2; wait=3',
    ]);
    const { cookies } = call.store.positions.get(CALLER) as Position;
    const kept = JSON.parse(JSON.stringify(cookies)) as unknown;
    assert.equal(
      call.documents.cookies(kept).headerFor('http://app.test/any'),
      'sid=1; room=2; wait=3; left=4',
    );
    await call.hangUp();
    call.check();
  });
});
