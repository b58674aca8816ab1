import assert from 'node:assert/strict';
import { type ControlWorld, keepsToTheContract } from '../support/call-control-contract.ts';
import { ANSWERS, FakeCallControl, IS_BUSY, IS_NOT_REGISTERED, RINGS } from '../support/fake-call-control.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { RecordedLegs } from '../support/recorded-legs.ts';

const SCRIPTS = { answer: ANSWERS, ring: RINGS, 'be busy': IS_BUSY } as const;
const LONGEST_S = 60;

/** The same on a real Asterisk: test/live/ari-edge.spec.ts. */
describe('What stands for Asterisk in the tests of the core', () => {
  let world: ControlWorld;

  beforeEach(() => {
    const clock = new FakeClock();
    const legs = new RecordedLegs();
    const control = new FakeCallControl(clock, legs);
    world = {
      control,
      legs,
      sound: 'http://app.test/a.wav',
      callComesIn: async (callSid) => control.accept('channel', callSid),
      async placeCall(callSid, callee) {
        control.phones.set('bob', callee === undefined ? IS_NOT_REGISTERED : SCRIPTS[callee]);
        const target = { kind: 'client', login: 'bob' } as const;
        control.place({ callSid, target, from: 'alice', headers: [], timeoutS: 20 });
      },
      otherSideHangsUp: async (callSid) => control.otherSideHangsUp(callSid),
      async passes(work) {
        let isOver = false;
        const end = () => (isOver = true);
        work.then(end, end);
        await advanceUntil(() => isOver);
        return work;
      },
      async until(callSid, type) {
        await advanceUntil(() => legs.types(callSid).includes(type));
        return legs.until(callSid, type);
      },
    };

    async function advanceUntil(holds: () => boolean): Promise<void> {
      for (let second = 0; !holds(); second += 1) {
        assert.ok(second < LONGEST_S, `not within ${LONGEST_S} s`);
        await clock.advance(1000);
      }
    }
  });

  keepsToTheContract(() => world);
});
