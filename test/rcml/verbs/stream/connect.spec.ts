import assert from 'node:assert/strict';
import { CALLER, RcmlCall, VOICE_URL } from '../../../support/rcml-call.ts';

const CONNECT =
  '<Connect action="/after"><Stream url="wss://agent.test/a?key=secret" name="agent" statusCallback="/stream">' +
  '<Parameter name="who" value="Ada"/></Stream></Connect>';
const AFTER = 'http://app.test/after';
const silence = (bytes: number) => Buffer.alloc(bytes, 0xff).toString('base64');

async function connected(document = CONNECT): Promise<RcmlCall> {
  const call = new RcmlCall();
  call.documents
    .on(VOICE_URL, `<Response>${document}</Response>`)
    .on(AFTER, '<Response><Hangup/></Response>');
  await call.start();
  return call;
}

/** The events and numbers of the status callbacks, in order. */
const told = (call: RcmlCall) =>
  call.store.callbacks
    .filter(({ url }) => url === 'http://app.test/stream')
    .map(({ parameters }) => {
      const of = (name: string) => parameters.find(([key]) => key === name)?.[1];
      return [of('SequenceNumber'), of('StreamEvent'), of('ErrorCode')]
        .filter((one) => one !== undefined)
        .join(' ');
    });
const actions = (call: RcmlCall) =>
  call.documents
    .summary('CallStatus', 'StreamName', 'StreamEvent', 'StreamError')
    .filter(([url]) => url?.includes('/after'));

describe('<Connect><Stream>', () => {
  it('answers, opens the connection, and tells the server of the call before any audio', async () => {
    const call = await connected();
    assert.equal(call.live.status, 'in-progress');
    assert.equal(call.streamServer.orders[0]?.url, 'wss://agent.test/a?key=secret');
    assert.deepEqual(call.streamServer.events, ['connected', 'start']);
    assert.deepEqual(call.streamServer.messages[1]?.['start'], {
      accountSid: call.live.leg.accountSid,
      streamSid: call.streams.all()[0]?.record.sid,
      callSid: CALLER,
      tracks: ['inbound'],
      mediaFormat: { encoding: 'audio/x-mulaw', sampleRate: 8000, channels: 1 },
      customParameters: { who: 'Ada' },
    });
    assert.deepEqual(told(call), ['0 stream-started']);
    await call.hangUp();
    call.check();
  });

  it('passes on what the caller says, numbered, with silence in its gaps', async () => {
    const call = await connected();
    call.legAudio.listener?.audio('inbound', new Uint8Array(320).fill(1));
    await call.clock.advance(200);
    const { media } = call.streamServer;
    assert.deepEqual(
      media.map(({ chunk, timestamp }) => [chunk, timestamp]),
      [1, 2, 3, 4, 5, 6, 7].map((chunk) => [String(chunk), String(chunk * 20)]),
    );
    assert.equal(media[0]?.payload, Buffer.alloc(160, 1).toString('base64'));
    assert.equal(media[6]?.payload, silence(160));
    await call.press('5');
    assert.deepEqual(call.streamServer.messages.at(-1)?.['dtmf'], { track: 'inbound_track', digit: '5' });
    const numbers = call.streamServer.messages.slice(1).map(({ sequenceNumber }) => Number(sequenceNumber));
    assert.deepEqual(
      numbers,
      numbers.map((_number, index) => index + 1),
    );
    await call.hangUp();
    call.check();
  });

  it('plays what the server sends 200 ms ahead at most, and echoes a mark when it was heard', async () => {
    const call = await connected();
    const server = call.streamServer;
    server.says({ event: 'media', media: { payload: silence(8000) } });
    server.says({ event: 'mark', mark: { name: 'end' } });
    assert.equal(call.legAudio.played.length, 1600);
    await call.clock.advance(500);
    assert.ok(Math.abs(call.legAudio.played.length - 5600) <= 160, String(call.legAudio.played.length));
    await call.clock.advance(500);
    const mark = call.legAudio.commands.find(([name]) => name === 'mark');
    assert.deepEqual([call.legAudio.played.length, mark], [8000, ['mark', 'm1']]);
    assert.equal(
      server.messages.some(({ event }) => event === 'mark'),
      false,
    );
    call.legAudio.talker?.played('m1');
    assert.deepEqual(server.messages.at(-1)?.['mark'], { name: 'end' });
    await call.hangUp();
    call.check();
  });

  it('on clear throws away what was not heard, and echoes every mark in order', async () => {
    const call = await connected();
    const server = call.streamServer;
    for (const name of ['a', 'b', 'a']) {
      server.says({ event: 'media', media: { payload: silence(800) } });
      server.says({ event: 'mark', mark: { name } });
    }
    server.says({ event: 'media', media: { payload: silence(80_000) } });
    server.says({ event: 'clear' });
    const marks = server.messages.flatMap(({ mark }) =>
      mark === undefined ? [] : [(mark as { name: string }).name],
    );
    assert.deepEqual(marks, ['a', 'b', 'a']);
    assert.deepEqual(call.legAudio.commands.at(-1), ['flush']);
    const before = call.legAudio.played.length;
    await call.clock.advance(500);
    assert.equal(call.legAudio.played.length, before);
    await call.hangUp();
    call.check();
  });

  it('goes on with the action when the server closes', async () => {
    const call = await connected();
    call.streamServer.listener?.closed({ code: 1000 });
    await call.clock.advance(0);
    assert.deepEqual(actions(call), [
      [`POST ${AFTER}`, 'CallStatus=in-progress', 'StreamName=agent', 'StreamEvent=stream-stopped'],
    ]);
    assert.deepEqual(told(call), ['0 stream-started', '1 stream-stopped']);
    assert.deepEqual([call.legAudio.open, call.end], [0, 'completed']);
    call.check();
  });

  it('without an action goes on with the next verb', async () => {
    const call = await connected('<Connect><Stream url="wss://agent.test/a"/></Connect><Say>Bye</Say>');
    call.streamServer.listener?.closed({ code: 1001 });
    await call.clock.advance(1000);
    assert.equal(call.control.commandsNamed('play').length, 1);
    call.check();
  });

  it('tells the server when the caller hangs up, and asks for the action once', async () => {
    const call = await connected();
    await call.hangUp();
    assert.deepEqual([call.streamServer.events.at(-1), call.streamServer.closed], ['stop', [1000]]);
    assert.deepEqual(actions(call), [
      [`POST ${AFTER}`, 'CallStatus=completed', 'StreamName=agent', 'StreamEvent=stream-stopped'],
    ]);
    call.check();
  });

  it('ends when the call is modified; its action is asked for once, and the other document runs', async () => {
    const call = await connected();
    const other = 'http://app.test/other';
    call.documents.on(other, '<Response><Say>Other</Say></Response>');
    call.runs.get(CALLER)?.modify({ first: { url: other, method: 'POST' } });
    await call.clock.advance(1000);
    assert.deepEqual(call.streamServer.closed, [1000]);
    assert.equal(actions(call).length, 1);
    assert.equal(call.control.commandsNamed('play').length, 1);
    assert.equal(call.end, 'completed');
    call.check();
  });

  const FAILURES: readonly (readonly [what: string, begin: (call: RcmlCall) => void, code: number])[] = [
    [
      'the server refuses',
      ({ streamServer }) => (streamServer.refusal = { code: 31920, message: 'no' }),
      31920,
    ],
    ['Asterisk hands over no audio', ({ legAudio }) => (legAudio.works = false), 31942],
    ['this Asterisk cannot carry streams', ({ legAudio }) => (legAudio.trouble = 'It cannot'), 31942],
  ];
  for (const [what, begin, code] of FAILURES) {
    it(`fails when ${what}; the call goes on with the action`, async () => {
      const call = new RcmlCall();
      begin(call);
      call.documents
        .on(VOICE_URL, `<Response>${CONNECT}</Response>`)
        .on(AFTER, '<Response><Hangup/></Response>');
      await call.start();
      await call.clock.advance(0);
      assert.equal(actions(call)[0]?.[3], 'StreamEvent=stream-error');
      assert.deepEqual(
        told(call)
          .slice(-2)
          .map((line) => line.slice(2)),
        [`stream-error ${code}`, 'stream-stopped'],
      );
      assert.deepEqual(
        call.store.notifications.map(({ errorCode }) => errorCode),
        [code],
      );
      call.check();
    });
  }

  it('is an endless loop when its action leads back to it and it never begins', async () => {
    const call = new RcmlCall();
    call.streamServer.refusal = { code: 31902, message: 'no' };
    call.documents
      .on(VOICE_URL, `<Response>${CONNECT}</Response>`)
      .on(AFTER, `<Response>${CONNECT}</Response>`);
    await call.start();
    await call.clock.advance(0);
    assert.equal(call.end, 'completed');
    assert.ok(call.streamServer.orders.length < 200);
    call.check();
  });

  it('fails when the server closes with an error, or takes nothing for 30 s', async () => {
    const closed = await connected();
    closed.streamServer.listener?.closed({ code: 1006 });
    await closed.clock.advance(0);
    assert.deepEqual(told(closed), ['0 stream-started', '1 stream-error 31921', '2 stream-stopped']);
    closed.check();
    const stuck = await connected();
    stuck.streamServer.unsentBytes = 300_000;
    await stuck.clock.advance(29_000);
    const sent = stuck.streamServer.media.length;
    await stuck.clock.advance(2000);
    assert.equal(stuck.streamServer.media.length, sent);
    assert.deepEqual([stuck.streamServer.terminated, stuck.streamServer.closed], [1, []]);
    assert.deepEqual(told(stuck), ['0 stream-started', '1 stream-error 31921', '2 stream-stopped']);
    stuck.check();
  });

  it('leaves out media while the server is slow, never another message, and says how much', async () => {
    const call = await connected();
    call.streamServer.unsentBytes = 300_000;
    await call.clock.advance(1000);
    const before = call.streamServer.media.length;
    await call.press('1');
    assert.equal(call.streamServer.messages.at(-1)?.event, 'dtmf');
    call.streamServer.unsentBytes = 0;
    await call.clock.advance(1000);
    assert.ok(call.streamServer.media.length > before);
    const [slow] = call.store.notifications;
    assert.deepEqual([slow?.errorCode, slow?.level], [31921, 'warning']);
    assert.match(slow?.message ?? '', /too slow; \d+ frames/);
    await call.hangUp();
    call.check();
  });

  it('tells of what the server does wrong at most once a second', async () => {
    const call = await connected();
    for (let count = 0; count < 5; count += 1) {
      call.streamServer.listener?.text('what?');
      call.streamServer.listener?.binary();
    }
    await call.clock.advance(1000);
    call.streamServer.says({
      event: 'media',
      media: { payload: Buffer.from('RIFF1234').toString('base64') },
    });
    assert.deepEqual(
      call.store.notifications.map(({ errorCode }) => errorCode),
      [31924, 31924],
    );
    assert.equal(call.live.status, 'in-progress');
    await call.hangUp();
    call.check();
  });

  it('shows nobody the query of the URL', async () => {
    const call = await connected();
    await call.hangUp();
    const { callbacks, notifications, entries, events } = call.store;
    const streams = entries.flatMap((entry) => entry.streams ?? []);
    // A document is shown as it came.
    const lines = events.filter(({ kind }) => kind !== 'document');
    const shown = JSON.stringify({ callbacks, notifications, streams, lines });
    assert.ok(shown.includes('wss://agent.test/a'));
    assert.ok(!shown.includes('secret'), shown);
    call.check();
  });
});
