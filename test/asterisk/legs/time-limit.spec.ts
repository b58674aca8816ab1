import assert from 'node:assert/strict';
import { AsteriskCallControl } from '../../../src/asterisk/call-control.ts';
import { Deferred } from '../../../src/phone/waits.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { ScriptedAri } from '../../support/scripted-ari.ts';

describe('The time limit of a leg', () => {
  it('is set after the limit that every leg gets, however long Asterisk takes for that one', async () => {
    const clock = new FakeClock();
    const ari = new ScriptedAri();
    const claimed = new Deferred<void>();
    ari.respond = (name) => (name === 'channels.setChannelVars' ? claimed.promise : '');
    const context = ari.context(clock, []);
    let asteriskSays: (event: unknown) => void = () => undefined;
    const off = () => undefined;
    const onEvent = (listener: typeof asteriskSays) => {
      asteriskSays = listener;
      return off;
    };
    const offered = new Deferred<void>();
    const control = new AsteriskCallControl({
      ...context,
      ari: Object.assign(ari, { onEvent, onUp: () => off }) as unknown as typeof context.ari,
      inbound: () => offered.resolve(),
    });
    asteriskSays({
      type: 'StasisStart',
      args: ['in'],
      channel: {
        id: 'c1',
        name: 'PJSIP/alice-00000000',
        state: 'Ring',
        caller: { name: '', number: 'alice' },
        dialplan: {
          context: 'legwork-in',
          exten: '4711',
          priority: 2,
          app_name: 'Stasis',
          app_data: 'legwork',
        },
      },
    });
    await offered.promise;
    control.accept('c1', 'CA1');
    const limited = control.setTimeLimit('CA1', 1);
    await clock.advance(0);
    const setters = () => ari.requests.filter((name) => name.startsWith('channels.setChannelVar'));
    assert.deepEqual(setters(), ['channels.setChannelVars']);
    claimed.resolve();
    await limited;
    assert.deepEqual(setters(), ['channels.setChannelVars', 'channels.setChannelVar']);
    control.close();
    assert.equal(clock.timers, 0);
  });
});
