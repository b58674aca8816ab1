import assert from 'node:assert/strict';
import { RcmlCall, VOICE_URL } from '../../../support/rcml-call.ts';

const stream = (attributes = '') => `<Stream url="wss://ear.test/a" statusCallback="/stream" ${attributes}/>`;
const PAUSE = '<Pause length="10"/>';

async function started(document: string): Promise<RcmlCall> {
  const call = new RcmlCall();
  call.documents.on(VOICE_URL, `<Response>${document}</Response>`);
  await call.start();
  return call;
}

const told = (call: RcmlCall) =>
  call.store.callbacks
    .filter(({ url }) => url === 'http://app.test/stream')
    .map(({ parameters }) => parameters.find(([name]) => name === 'StreamEvent')?.[1]);
const notices = (call: RcmlCall) => call.store.notifications.map(({ errorCode }) => errorCode);

describe('<Start><Stream>', () => {
  it('goes on with the next verb at once, and streams until the call ends', async () => {
    const call = await started(`<Say>Hello</Say><Start>${stream('track="both_tracks"')}</Start>${PAUSE}`);
    await call.clock.advance(1100);
    call.legAudio.listener?.audio('outbound', new Uint8Array(160).fill(3));
    assert.deepEqual(
      call.legAudio.commands.map(([name, , tracks]) => [name, tracks]),
      [['listen', ['inbound', 'outbound']]],
    );
    assert.equal(call.streamServer.media.filter(({ track }) => track === 'outbound').length > 0, true);
    await call.clock.advance(10_000);
    assert.deepEqual(
      [call.end, call.streamServer.events.at(-1), call.streamServer.closed],
      ['completed', 'stop', [1000]],
    );
    assert.deepEqual(told(call), ['stream-started', 'stream-stopped']);
    call.check();
  });

  it('does not answer the call: it waits until somebody does', async () => {
    const call = await started(`<Start>${stream()}</Start><Pause length="5"/><Say>Hello</Say>`);
    assert.deepEqual([call.live.status, call.streamServer.orders.length], ['ringing', 0]);
    await call.clock.advance(5000);
    assert.deepEqual([call.live.status, call.streamServer.orders.length], ['in-progress', 1]);
    await call.clock.advance(1000);
    call.check();
  });

  it('of a call that nobody answers fails without a connection', async () => {
    const call = await started(`<Start>${stream()}</Start><Reject/>`);
    await call.clock.advance(0);
    assert.deepEqual([call.streamServer.orders.length, told(call)], [0, ['stream-error', 'stream-stopped']]);
    call.check();
  });

  it('is ended by Stop, by its name; an unknown name is told', async () => {
    const call = await started(
      `<Say>x</Say><Start>${stream('name="ear"')}</Start><Pause/>` +
        '<Stop><Stream name="nobody"/><Stream name="ear"/></Stop><Pause length="5"/>',
    );
    await call.clock.advance(2500);
    assert.deepEqual([told(call), notices(call)], [['stream-started', 'stream-stopped'], [31940]]);
    assert.deepEqual([call.legAudio.open, call.live.status], [0, 'in-progress']);
    await call.hangUp();
    call.check();
  });

  it('may have four tracks at a time; a fifth fails, and the call goes on', async () => {
    const call = await started(
      `<Say>x</Say><Start>${stream('track="both_tracks"')}${stream('track="both_tracks"')}${stream()}</Start>${PAUSE}`,
    );
    await call.clock.advance(1100);
    assert.equal(told(call).filter((event) => event === 'stream-error').length, 1);
    assert.deepEqual([notices(call), call.streams.all().length], [[31944], 2]);
    await call.hangUp();
    call.check();
  });

  it('with a name that another one has is skipped', async () => {
    const call = await started(
      `<Say>x</Say><Start>${stream('name="a"')}${stream('name="a"')}</Start>${PAUSE}`,
    );
    await call.clock.advance(1100);
    assert.deepEqual([notices(call), call.streams.all().length], [[31943], 1]);
    await call.hangUp();
    call.check();
  });

  it('only listens: what its server says is told once and ignored, and its close is a failure', async () => {
    const call = await started(`<Say>x</Say><Start>${stream()}</Start>${PAUSE}`);
    await call.clock.advance(1100);
    call.streamServer.says({ event: 'clear' });
    call.streamServer.says({ event: 'clear' });
    call.streamServer.listener?.closed({ code: 1000 });
    await call.clock.advance(0);
    assert.deepEqual(notices(call), [31924, 31921]);
    assert.deepEqual(told(call), ['stream-started', 'stream-error', 'stream-stopped']);
    assert.equal(call.live.status, 'in-progress');
    await call.hangUp();
    call.check();
  });

  it('is skipped when Asterisk cannot carry it', async () => {
    const call = new RcmlCall();
    call.legAudio.trouble = 'It cannot';
    call.documents.on(VOICE_URL, `<Response><Say>x</Say><Start>${stream()}</Start></Response>`);
    await call.start();
    await call.clock.advance(1000);
    assert.deepEqual([notices(call), call.end], [[31942], 'completed']);
    call.check();
  });

  it('of a process that has ended is told as stopped', async () => {
    const call = await started(`<Say>x</Say><Start>${stream()}</Start>${PAUSE}`);
    await call.clock.advance(1100);
    const [record] = call.streams.all().map((one) => one.record);
    assert.ok(record);
    call.streams.finishLeftBehind([record]);
    await call.clock.advance(0);
    assert.deepEqual(told(call), ['stream-started', 'stream-stopped']);
    await call.hangUp();
    call.check();
  });
});
