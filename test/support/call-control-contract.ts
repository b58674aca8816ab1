import assert from 'node:assert/strict';
import type { CallControl } from '../../src/call/call-control.ts';
import type { ReportedInput } from '../../src/call/leg/leg.ts';
import { newSid } from '../../src/call/sids.ts';
import type { RecordedLegs } from './recorded-legs.ts';

/** What the callee's phone does when the call comes. */
export type CalleeDoes = 'answer' | 'ring' | 'be busy';

/** A call control, and the world that it drives. */
export interface ControlWorld {
  readonly control: CallControl;
  /** Whom it tells. */
  readonly legs: RecordedLegs;
  /** A sound of one second, where call control can fetch it. */
  readonly sound: string;
  /** A call comes in and becomes this leg, which is not answered yet. */
  callComesIn(callSid: string): Promise<void>;
  /** Rings the callee, who does this; no callee: nobody is registered. */
  placeCall(callSid: string, callee: CalleeDoes | undefined): Promise<void>;
  /** Whoever is at the other end of the leg hangs up. */
  otherSideHangsUp(callSid: string): Promise<void>;
  /** Resolves with what becomes of `work`, however long the world takes for it. */
  passes<T>(work: Promise<T>): Promise<T>;
  /** Resolves with what a leg is told once it is told. */
  until(callSid: string, type: ReportedInput['type']): Promise<ReportedInput>;
}

const NEVER = new AbortController().signal;
const RECORDING = { beep: false, maxLengthS: 60 } as const;

/** What the core relies on, wherever its commands go: to Asterisk, or to what stands for it in other tests. */
export function keepsToTheContract(the: () => ControlWorld): void {
  const { passes, until, types, both } = inWorld(the);

  it('tells of a callee that rings and answers, and of one end when we hang up', async () => {
    await the().placeCall('CAout', 'answer');
    const answer = await until('CAout', 'answer');
    assert.ok(answer.type === 'answer' && typeof answer.sipCallId === 'string');
    await passes(the().control.hangUp('CAout', 'normal'));
    const end = await until('CAout', 'end');
    assert.ok(end.type === 'end' && end.sipStatus === undefined);
    await passes(the().control.hangUp('CAout', 'normal'));
    assert.deepEqual(types('CAout'), ['ring', 'answer', 'end']);
  });

  it('tells the SIP status of a callee that is busy', async () => {
    await the().placeCall('CAout', 'be busy');
    const end = await until('CAout', 'end');
    assert.ok(end.type === 'end');
    assert.deepEqual([end.sipStatus, types('CAout')], [486, ['ring', 'end']]);
  });

  it('tells that a client is not registered, which is no SIP status', async () => {
    await the().placeCall('CAout', undefined);
    assert.deepEqual(await until('CAout', 'end'), { type: 'end', q850: 20, why: 'not registered' });
    assert.deepEqual(types('CAout'), ['end']);
  });

  it('tells of an end without an answer when we cancel', async () => {
    await the().placeCall('CAout', 'ring');
    await until('CAout', 'ring');
    await passes(the().control.hangUp('CAout', 'normal'));
    await until('CAout', 'end');
    assert.deepEqual(types('CAout'), ['ring', 'end']);
  });

  it('tells of an end when the callee hangs up', async () => {
    await the().placeCall('CAout', 'answer');
    await until('CAout', 'answer');
    await the().otherSideHangsUp('CAout');
    await until('CAout', 'end');
    assert.deepEqual(types('CAout'), ['ring', 'answer', 'end']);
  });

  it('answers a call that comes in, and ends it', async () => {
    await the().callComesIn('CAin');
    await passes(the().control.startRinging('CAin'));
    await passes(the().control.answer('CAin'));
    await until('CAin', 'answer');
    await passes(the().control.hangUp('CAin', 'normal'));
    await until('CAin', 'end');
    assert.deepEqual(types('CAin'), ['answer', 'end']);
  });

  it('ends a call that comes in without answering it', async () => {
    await the().callComesIn('CAin');
    await passes(the().control.hangUp('CAin', 'busy'));
    await until('CAin', 'end');
    assert.deepEqual(types('CAin'), ['end']);
  });

  it('plays a sound to its end, or until it is told to stop', async () => {
    await answered();
    const { control, sound } = the();
    assert.equal(await passes(control.play('CAin', sound, NEVER)), 'finished');
    const stop = new AbortController();
    const playing = control.play('CAin', sound, stop.signal);
    stop.abort();
    assert.equal(await passes(playing), 'stopped');
    await end('CAin');
  });

  it('says that a sound, a recording and a talk are gone with their leg', async () => {
    await answered();
    const { control, sound } = the();
    const works = [
      control.play('CAin', sound, NEVER),
      control.record('CAin', { ...RECORDING, recordingSid: newSid('RE') }, NEVER),
    ];
    await end('CAin');
    assert.deepEqual(await passes(Promise.all(works)), ['gone', 'gone']);
  });

  it('records until it is told to stop', async () => {
    await answered();
    const stop = new AbortController();
    const order = { ...RECORDING, recordingSid: newSid('RE') };
    const recording = the().control.record('CAin', order, stop.signal);
    stop.abort();
    assert.equal(await passes(recording), 'stopped');
    await end('CAin');
  });

  it('pauses the recording of a talk, and lets it go on', async () => {
    await answered();
    const { control } = the();
    const stop = new AbortController();
    const recordingSid = newSid('RE');
    const recording = control.recordTalk('CAin', { recordingSid, channels: 1 }, stop.signal);
    for (let round = 0; round < 2; round += 1) {
      assert.equal(await passes(control.pauseRecording('CAin', recordingSid)), true);
      assert.equal(await passes(control.pauseRecording('CAin', recordingSid)), true);
      assert.equal(await passes(control.resumeRecording('CAin', recordingSid)), true);
    }
    // One that is not paused is not harmed.
    assert.equal(await passes(control.resumeRecording('CAin', recordingSid)), true);
    stop.abort();
    assert.equal(await passes(recording), 'stopped');
    assert.equal(await passes(control.pauseRecording('CAin', recordingSid)), false);
    await end('CAin');
  });

  it('records a room until that is stopped, whichever of its legs has ended', async () => {
    await both();
    const { control } = the();
    const [roomSid, recordingSid, stop] = [newSid('CF'), newSid('RE'), new AbortController()];
    for (const callSid of ['CAin', 'CAout'])
      assert.equal(await passes(control.rooms.enterRoom(roomSid, callSid)), true);
    const order = { recordingSid, channels: 1, roomSid } as const;
    const recording = control.recordTalk('CAin', order, stop.signal);
    assert.equal(await passes(control.pauseRecording('CAin', recordingSid)), true);
    await end('CAin');
    assert.equal(await passes(control.resumeRecording('CAin', recordingSid)), true);
    stop.abort();
    assert.equal(await passes(recording), 'stopped');
    await passes(control.rooms.closeRoom(roomSid));
    await end('CAout');
  });

  it('can tell who speaks', async () => {
    await answered();
    const stop = new AbortController();
    assert.equal(await passes(the().control.detectTalking('CAin', () => undefined, stop.signal)), true);
    stop.abort();
    await end('CAin');
  });

  it('lets two legs talk until they are parted', async () => {
    await both();
    const bridge = await passes(the().control.connect('CAin', 'CAout'));
    assert.match(bridge?.id ?? '', /\S/);
    await passes(Promise.resolve(bridge?.disconnect()));
    assert.deepEqual([types('CAin'), types('CAout')], [['answer'], ['ring', 'answer']]);
    await end('CAin');
    await end('CAout');
  });

  it('has a room for an answered leg', async () => {
    await answered();
    const { rooms } = the().control;
    const room = newSid('CF');
    assert.equal(await passes(rooms.enterRoom(room, 'CAin')), true);
    await passes(rooms.leaveRoom(room, 'CAin'));
    await passes(rooms.closeRoom(room));
    await end('CAin');
  });

  it('takes every command for a leg that has gone, and tells nothing more of it', async () => {
    await both();
    await end('CAin');
    const { control, sound } = the();
    const room = newSid('CF');
    await passes(
      Promise.all([
        control.startRinging('CAin'),
        control.stopRinging('CAin'),
        control.answer('CAin'),
        control.mute('CAin', true),
        control.startMusic('CAin'),
        control.stopMusic('CAin'),
        control.setTimeLimit('CAin', 60),
        control.listenForTalk('CAin', 200, () => assert.fail(), NEVER),
        control.sendDigits('CAin', '1', NEVER),
        control.hangUp('CAin', 'normal'),
        control.rooms.leaveRoom(room, 'CAin'),
      ]),
    );
    const recordingSid = newSid('RE');
    assert.deepEqual(
      await passes(
        Promise.all([
          control.play('CAin', sound, NEVER),
          control.record('CAin', { ...RECORDING, recordingSid }, NEVER),
          control.recordTalk('CAin', { recordingSid, channels: 1 }, NEVER),
          control.pauseRecording('CAin', recordingSid),
          control.resumeRecording('CAin', recordingSid),
          control.detectTalking('CAin', () => undefined, NEVER),
          control.connect('CAin', 'CAout'),
          control.rooms.enterRoom(room, 'CAin'),
        ]),
      ),
      ['gone', 'gone', 'gone', false, false, false, undefined, false],
    );
    await passes(control.rooms.closeRoom(room));
    assert.deepEqual(types('CAin'), ['answer', 'end']);
    await end('CAout');
  });

  async function answered(): Promise<void> {
    await the().callComesIn('CAin');
    await passes(the().control.answer('CAin'));
    await until('CAin', 'answer');
  }

  async function end(callSid: string): Promise<void> {
    await the().otherSideHangsUp(callSid);
    await until(callSid, 'end');
  }
}

function inWorld(the: () => ControlWorld) {
  const passes = <T>(work: Promise<T>): Promise<T> => the().passes(work);
  const until: ControlWorld['until'] = (callSid, type) => the().until(callSid, type);
  return {
    passes,
    until,
    types: (callSid: string) => the().legs.types(callSid),
    /** One call has come in, and one was placed; both are answered. */
    both: async (): Promise<void> => {
      await the().callComesIn('CAin');
      await passes(the().control.answer('CAin'));
      await until('CAin', 'answer');
      await the().placeCall('CAout', 'answer');
      await until('CAout', 'answer');
    },
  };
}
