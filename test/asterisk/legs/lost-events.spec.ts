import assert from 'node:assert/strict';
import { Channel } from '../../../src/asterisk/legs/channel.ts';
import { InboundLeg } from '../../../src/asterisk/legs/inbound-leg.ts';
import { OutboundLeg } from '../../../src/asterisk/legs/outbound-leg.ts';
import { Playbacks } from '../../../src/asterisk/legs/playback.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { ScriptedAri } from '../../support/scripted-ari.ts';

const URL = 'http://127.0.0.1/media/a.wav';
const NEVER = new AbortController().signal;

describe('When Asterisk does not report something', () => {
  let clock: FakeClock;
  let ari: ScriptedAri;
  let inputs: unknown[];

  beforeEach(() => {
    clock = new FakeClock();
    ari = new ScriptedAri();
    inputs = [];
  });

  afterEach(() => assert.equal(clock.timers, 0));

  function leg(context = ari.context(clock, inputs)) {
    return new InboundLeg(context, { channelId: 'c1', callSid: 'CA1' });
  }

  function playing(signal = NEVER) {
    const context = ari.context(clock, inputs);
    const playbacks = new Playbacks(context);
    const target = leg(context);
    let playbackId = '';
    ari.respond = (name, parameters) => {
      if (name === 'channels.play') playbackId = String(parameters['playbackId']);
    };
    const outcome = playbacks.play(target, URL, signal);
    return { playbacks, context, outcome, id: () => playbackId };
  }

  it('a playback that never began fails', async () => {
    const { outcome } = playing();
    ari.respond = () => 404;
    await clock.advance(10_000);
    assert.equal(await outcome, 'failed');
  });

  it('a playback that began and is no more has finished', async () => {
    const { playbacks, outcome, id } = playing();
    playbacks.onEvent({ type: 'playback-started', playbackId: id() });
    ari.respond = () => 404;
    await clock.advance(10_000);
    assert.equal(await outcome, 'finished');
  });

  it('a long playback goes on', async () => {
    const { playbacks, outcome, id } = playing();
    await clock.advance(10_000);
    await clock.advance(10_000);
    playbacks.onEvent({ type: 'playback-ended', playbackId: id(), failed: false });
    assert.equal(await outcome, 'finished');
    assert.deepEqual(ari.requests, ['channels.play', 'playbacks.get', 'playbacks.get']);
  });

  it('a stopped playback ends all the same', async () => {
    const stop = new AbortController();
    const { outcome } = playing(stop.signal);
    stop.abort();
    await clock.advance(2_000);
    assert.equal(await outcome, 'stopped');
    assert.deepEqual(ari.requests, ['channels.play', 'playbacks.stop', 'playbacks.stop']);
  });

  it('a playback goes with its leg', async () => {
    const { context, outcome } = playing();
    context.owners.get('c1')?.onEvent({ type: 'end', channelId: 'c1', end: { q850: 16 } });
    assert.equal(await outcome, 'gone');
  });

  it('the end of a channel that left is asked for, and it is hung up until it is gone', async () => {
    const ends: unknown[] = [];
    const channel = new Channel(
      ari.context(clock, inputs),
      { channelId: 'c1', callSid: 'CA1', isOurs: false },
      {
        started: () => undefined,
        ringing: () => undefined,
        answered: () => undefined,
        digit: () => undefined,
        talk: () => undefined,
        end: (_channel, end) => void ends.push(end),
      },
    );
    ari.respond = () => ({ id: 'c1' });
    channel.onEvent({ type: 'left', channelId: 'c1' });
    await clock.advance(5_000);
    assert.deepEqual(ari.requests, ['channels.get', 'channels.hangup']);
    ari.respond = () => 503;
    await clock.advance(5_000);
    ari.respond = () => 404;
    await clock.advance(5_000);
    channel.onEvent({ type: 'end', channelId: 'c1', end: { q850: 16 } });
    assert.deepEqual(ends, [{ why: 'its end was never reported' }]);
  });

  function placed(respond: ScriptedAri['respond']) {
    ari.respond = respond;
    const context = ari.context(clock, inputs);
    const placedLeg = new OutboundLeg(context, {
      callSid: 'CA1',
      target: { kind: 'sip', uri: 'sip:x@127.0.0.1' },
      from: 'a',
      headers: [],
      timeoutS: 20,
    });
    placedLeg.place();
    return { placedLeg, context };
  }

  it('a channel that does not start is hung up, and its leg fails', async () => {
    const { context } = placed(() => undefined);
    await clock.advance(5_000);
    assert.deepEqual(ari.requests, ['channels.create', 'channels.hangup']);
    context.owners
      .get('CA1.1')
      ?.onEvent({ type: 'end', channelId: 'CA1.1', end: { sipStatus: 603, q850: 16 } });
    assert.deepEqual(inputs, [['CA1', { type: 'end', q850: 16, why: 'Asterisk did not start the channel' }]]);
  });

  it('a channel whose creation got no answer is hung up, and its leg fails', async () => {
    placed((name) => (name === 'channels.create' ? 0 : 404));
    await clock.advance(5_000);
    assert.deepEqual(ari.requests, ['channels.create', 'channels.hangup', 'channels.get']);
    assert.deepEqual(inputs, [['CA1', { type: 'end', why: 'could not be placed: scripted' }]]);
  });

  it('a dial without an end is ended after its time limit', async () => {
    const { context } = placed(() => undefined);
    await clock.advance(0);
    context.owners
      .get('CA1.1')
      ?.onEvent({ type: 'arrived', channel: { id: 'CA1.1', name: '', state: 'Down' }, args: [] });
    await clock.advance(30_000);
    ari.respond = () => 404;
    await clock.advance(5_000);
    assert.deepEqual(inputs, [['CA1', { type: 'end', why: 'Asterisk did not end the dial in time' }]]);
  });

  it('after a reconnect a leg without a channel is lost, and one that was answered meanwhile is in progress', () => {
    const target = leg();
    const channel = { id: 'c1', name: 'PJSIP/a-00000000', state: 'Up', protocolId: 'x' };
    target.resync(() => channel, 'we were away');
    target.resync(() => channel, 'we were away');
    target.resync(() => undefined, 'we were away');
    assert.deepEqual(inputs, [
      ['CA1', { type: 'answer', sipCallId: 'x' }],
      ['CA1', { type: 'lost', why: 'we were away' }],
    ]);
  });
});
