import assert from 'node:assert/strict';
import type { Heard } from '../../../src/kit/simulated-switch/heard.ts';
import type { RungPhone } from '../../../src/kit/simulated-switch/callees.ts';
import { SimulatedRecordings } from '../../../src/kit/simulated-switch/recordings.ts';
import { SimulatedSwitch } from '../../../src/kit/simulated-switch/simulated-switch.ts';
import {
  type CalleeDoes,
  type ControlWorld,
  keepsToTheContract,
} from '../../support/call-control-contract.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { RecordedLegs } from '../../support/recorded-legs.ts';

const LONGEST_S = 60;
const NEVER = new AbortController().signal;
const SOUND = { heard: { kind: 'say', text: 'Hello' }, durationMs: 1000 } as const;

class SwitchWorld {
  readonly clock = new FakeClock();
  readonly legs = new RecordedLegs();
  readonly recordings = new SimulatedRecordings();
  readonly heard: (readonly [callSid: string, heard: Heard])[] = [];
  does: CalleeDoes | undefined;
  readonly control = new SimulatedSwitch({
    clock: this.clock,
    listener: this.legs,
    sounds: { find: (mediaUrl) => (mediaUrl === 'simulated:1' ? SOUND : undefined) },
    recordings: this.recordings,
    callees: { rung: (phone) => void this.#answers(phone) },
    hears: (callSid, heard) => void this.heard.push([callSid, heard]),
    taken: () => undefined,
  });

  async #answers(phone: RungPhone): Promise<void> {
    if (this.does === undefined) return phone.isNotRegistered();
    phone.ring();
    await this.clock.sleep(1000, phone.gone);
    if (this.does === 'answer') phone.answer();
    else if (this.does === 'be busy') phone.refuse(486);
  }

  async passes<T>(work: Promise<T>): Promise<T> {
    let isOver = false;
    const end = () => (isOver = true);
    work.then(end, end);
    await this.advanceUntil(() => isOver);
    return work;
  }

  async advanceUntil(holds: () => boolean): Promise<void> {
    for (let second = 0; !holds(); second += 1) {
      assert.ok(second < LONGEST_S, `not within ${LONGEST_S} s`);
      await this.clock.advance(1000);
    }
  }

  /** A call that has come in and is answered. */
  async answered(): Promise<void> {
    this.control.accept('channel', 'CAin');
    await this.control.answer('CAin');
  }

  heardBy(callSid: string): readonly Heard[] {
    return this.heard.filter(([sid]) => sid === callSid).map(([, heard]) => heard);
  }
}

/** The same on a real Asterisk: test/live/ari-edge.spec.ts. */
describe('The simulated switch', () => {
  let world: SwitchWorld;
  let contract: ControlWorld;

  beforeEach(() => {
    world = new SwitchWorld();
    const { clock, control, legs } = world;
    contract = {
      control,
      legs,
      sound: 'simulated:1',
      callComesIn: async (callSid) => control.accept('channel', callSid),
      async placeCall(callSid, callee) {
        world.does = callee;
        const target = { kind: 'client', login: 'bob' } as const;
        control.place({ callSid, target, from: 'alice', headers: [], timeoutS: 20 });
        await clock.advance(0);
      },
      otherSideHangsUp: async (callSid) => control.otherSideHangsUp(callSid),
      passes: (work) => world.passes(work),
      async until(callSid, type) {
        await world.advanceUntil(() => legs.types(callSid).includes(type));
        return legs.until(callSid, type);
      },
    };
  });

  keepsToTheContract(() => contract);

  it('says what the party of a leg hears', async () => {
    const { control } = world;
    control.accept('channel', 'CAin');
    await control.startRinging('CAin');
    await control.answer('CAin');
    await world.passes(control.play('CAin', 'simulated:1', NEVER));
    await control.startMusic('CAin');
    await control.stopMusic('CAin');
    await world.passes(control.sendDigits('CAin', '1w2', NEVER));
    assert.deepEqual(world.heardBy('CAin'), [
      { kind: 'ringing' },
      { kind: 'say', text: 'Hello' },
      { kind: 'music' },
      { kind: 'silence' },
      { kind: 'keys', count: 2 },
    ]);
  });

  it('lets two parties hear each other, whose keys are told only when somebody asked for them', async () => {
    const { control, legs, clock } = world;
    await world.answered();
    await contract.placeCall('CAout', 'answer');
    await contract.until('CAout', 'answer');
    const bridge = await control.connect('CAin', 'CAout');
    control.press('CAin', '1');
    await bridge?.disconnect();
    control.press('CAin', '2');
    await control.connect('CAin', 'CAout', { reportDigits: true });
    control.press('CAin', '*');
    await clock.advance(0);
    assert.deepEqual(legs.digits, [
      ['CAin', '2'],
      ['CAin', '*'],
    ]);
    assert.deepEqual(world.heardBy('CAout'), [
      { kind: 'talk', callSid: 'CAin' },
      { kind: 'silence' },
      { kind: 'talk', callSid: 'CAin' },
    ]);
  });

  it('ends a recording with silence after the last word, and keeps what was said', async () => {
    const { control, clock, recordings } = world;
    await world.answered();
    const order = { recordingSid: 'RE1', beep: true, maxLengthS: 60, silenceS: 3 };
    const recording = control.record('CAin', order, NEVER);
    await clock.advance(1000 + 2000);
    const party = control.party('CAin');
    await world.passes(party?.speak('two pizzas, please') ?? Promise.reject(new Error('gone')));
    assert.equal(await world.passes(recording), 'silence');
    assert.deepEqual(world.heardBy('CAin'), [{ kind: 'beep' }]);
    const kept = await recordings.keep({ sid: 'RE1', accountSid: 'AC1', trimSilence: true });
    assert.deepEqual(kept, { kind: 'kept', durationMs: 1200 });
    const whole = await recordings.keep({ sid: 'RE1', accountSid: 'AC1', trimSilence: false });
    assert.deepEqual(whole, { kind: 'kept', durationMs: 2000 + 1200 + 3000 });
    const understood = await recordings.recognize(
      { sid: 'RE1', accountSid: 'AC1' },
      { language: 'en' },
      NEVER,
    );
    assert.deepEqual(understood, {
      ok: true,
      transcript: 'two pizzas, please',
      confidence: 0.9,
      partials: [],
    });
  });

  it('keeps nothing of a recording in which nobody spoke', async () => {
    const { control, recordings } = world;
    await world.answered();
    const order = { recordingSid: 'RE1', beep: false, maxLengthS: 5 };
    assert.equal(await world.passes(control.record('CAin', order, NEVER)), 'max-length');
    assert.deepEqual(await recordings.keep({ sid: 'RE1', accountSid: 'AC1', trimSilence: false }), {
      kind: 'silent',
    });
  });

  it('lets the participants of a conference hear beeps', async () => {
    const { control } = world;
    await world.answered();
    await control.rooms.enterRoom('CF1', 'CAin');
    await control.rooms.beepInRoom('CF1');
    await control.rooms.leaveRoom('CF1', 'CAin');
    await control.rooms.beepInRoom('CF1');
    assert.deepEqual(world.heardBy('CAin'), [
      { kind: 'conference', room: 'CF1' },
      { kind: 'beep' },
      { kind: 'silence' },
    ]);
  });
});
