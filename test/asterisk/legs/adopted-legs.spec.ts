import assert from 'node:assert/strict';
import { AsteriskCallControl } from '../../../src/asterisk/call-control.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { ScriptedAri } from '../../support/scripted-ari.ts';

const ALICE = `CA${'a'.repeat(32)}`;
const BOB = `CA${'b'.repeat(32)}`;
const CAROL = `CA${'c'.repeat(32)}`;

describe('A leg that another process drove', () => {
  it('is heard of also when something happened while it was taken over', async () => {
    const clock = new FakeClock();
    const ari = new ScriptedAri();
    const inputs: unknown[] = [];
    const channel = (id: string, state: string) => ({ id, name: 'PJSIP/x-00000001', state });
    const lists = [
      [channel('c1', 'Up'), channel(`${BOB}.1`, 'Ringing'), channel(`${CAROL}.1`, 'Ringing')],
      [channel('c1', 'Up'), channel(`${BOB}.1`, 'Up')],
    ];
    ari.respond = (name) => {
      if (name === 'channels.list') return lists.length > 1 ? lists.shift() : lists[0];
      return [];
    };
    const context = ari.context(clock, inputs);
    const off = () => undefined;
    const connection = Object.assign(ari, { onEvent: () => off, onUp: () => off });
    const control = new AsteriskCallControl({
      ...context,
      ari: connection as unknown as typeof context.ari,
    });
    await control.adopt([{ callSid: ALICE, channelId: 'c1' }, { callSid: BOB }, { callSid: CAROL }]);
    await clock.advance(1_000);
    assert.deepEqual(inputs, [
      [ALICE, { type: 'answer' }],
      [BOB, { type: 'ring' }],
      [CAROL, { type: 'ring' }],
      [BOB, { type: 'answer' }],
      [CAROL, { type: 'lost', why: 'ended while Asterisk was out of reach' }],
    ]);
    control.close();
    assert.equal(clock.timers, 0);
  });
});
