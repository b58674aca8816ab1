import assert from 'node:assert/strict';
import type { AriEvent } from '../../../src/asterisk/ari/events.ts';
import { InboundLeg } from '../../../src/asterisk/legs/inbound-leg.ts';
import { OutboundLeg } from '../../../src/asterisk/legs/outbound-leg.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { ScriptedAri } from '../../support/scripted-ari.ts';

const END = { sipStatus: 486, q850: 17, why: 'User busy', sipCallId: 'x' };

describe('What happens to a channel', () => {
  let clock: FakeClock;
  let told: unknown[];
  let channelId: string;
  let happens: (event: AriEvent) => void;

  beforeEach(() => {
    clock = new FakeClock();
    told = [];
  });
  afterEach(() => assert.equal(clock.timers, 0));

  function inbound(): void {
    const context = new ScriptedAri().context(clock, told);
    channelId = 'c1';
    happens = (event) => context.owners.get(channelId)?.onEvent(event);
    new InboundLeg(context, { channelId, callSid: 'CA1' });
  }

  async function outbound(): Promise<void> {
    const context = new ScriptedAri().context(clock, told);
    channelId = 'CA1.1';
    happens = (event) => context.owners.get(channelId)?.onEvent(event);
    const target = { kind: 'sip', uri: 'sip:x@127.0.0.1' } as const;
    new OutboundLeg(context, { callSid: 'CA1', target, from: 'a', headers: [], timeoutS: 20 }).place();
    await clock.advance(0);
    happens({ type: 'arrived', channel: { id: channelId, name: '', state: 'Down' }, args: ['out'] });
  }

  it('is told of an inbound leg in the words of its inputs; ringing is what its caller hears', () => {
    inbound();
    happens({ type: 'ring', channelId });
    happens({ type: 'answer', channelId, sipCallId: 'x' });
    happens({ type: 'answer', channelId, sipCallId: 'x' });
    happens({ type: 'digit', channelId, digit: '1' });
    happens({ type: 'left', channelId });
    happens({ type: 'end', channelId, end: { q850: 16 } });
    happens({ type: 'digit', channelId, digit: '2' });
    assert.deepEqual(told, [
      ['CA1', { type: 'answer', sipCallId: 'x' }],
      ['CA1', '1'],
      ['CA1', { type: 'end', q850: 16 }],
    ]);
  });

  it('is told of an outbound leg that is answered; a digit before that is none', async () => {
    await outbound();
    happens({ type: 'ring', channelId });
    happens({ type: 'ring', channelId, progress: true });
    happens({ type: 'digit', channelId, digit: '1' });
    happens({ type: 'answer', channelId });
    happens({ type: 'digit', channelId, digit: '2' });
    happens({ type: 'end', channelId, end: { q850: 16 } });
    assert.deepEqual(told, [
      ['CA1', { type: 'ring' }],
      ['CA1', { type: 'answer' }],
      ['CA1', '2'],
      ['CA1', { type: 'end', q850: 16 }],
    ]);
  });

  it('is told of an outbound leg that is not answered, once', async () => {
    await outbound();
    happens({ type: 'end', channelId, end: END });
    happens({ type: 'end', channelId, end: END });
    assert.deepEqual(told, [['CA1', { type: 'end', ...END }]]);
  });
});
