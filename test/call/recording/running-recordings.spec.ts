import assert from 'node:assert/strict';
import type { Leg } from '../../../src/call/leg/leg.ts';
import { LiveLeg } from '../../../src/call/leg/live-leg.ts';
import { RecordingLifecycle } from '../../../src/call/recording/recording-lifecycle.ts';
import { type RecordingRecord, roomRecordingSid } from '../../../src/call/recording/recording-record.ts';
import { RunningRecordings } from '../../../src/call/recording/running-recordings.ts';
import { newSid } from '../../../src/call/sids.ts';
import { FakeCallControl } from '../../support/fake-call-control.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { FakeRecordingFiles } from '../../support/fake-recording-files.ts';
import { MemoryJournalStore } from '../../support/memory-journal-store.ts';

const TERMS = { source: 'StartCallRecordingAPI', channels: 1, trimSilence: false } as const;
const LEG: Leg = {
  sid: newSid('CA'),
  accountSid: newSid('AC'),
  direction: 'inbound',
  from: 'alice',
  to: '1000',
  sipHeaders: [],
  createdAt: 0,
};

describe('Recordings that run', () => {
  let clock: FakeClock;
  let store: MemoryJournalStore;
  let files: FakeRecordingFiles;
  let control: FakeCallControl;
  let live: LiveLeg;
  let lifecycle: RecordingLifecycle;
  let recordings: RunningRecordings;

  beforeEach(() => {
    clock = new FakeClock();
    store = new MemoryJournalStore();
    files = new FakeRecordingFiles();
    live = new LiveLeg(LEG, { phase: 'in-progress', initiatedAt: 0, answeredAt: 0 });
    start();
  });

  /** A process begins, with what the database and Asterisk have. */
  function start(): void {
    control = new FakeCallControl(clock, { input: () => undefined });
    lifecycle = new RecordingLifecycle({
      store,
      files,
      clock,
      publicUrl: '',
      onTrouble: (_sid, trouble) => assert.fail(String(trouble)),
    });
    recordings = new RunningRecordings({
      control,
      lifecycle,
      files,
      read: ({ sid }) => Promise.resolve(store.recording(sid)),
    });
  }

  const begin = () => recordings.begin(live, TERMS);
  const statuses = () =>
    store.entries.flatMap((entry) => (entry.recordings ?? []).map(({ status }) => status));
  const commands = () => control.commands.map(([name]) => name);
  /** How, and how long in milliseconds when they are over. */
  const pauses = (record: RecordingRecord) =>
    (record.pauses ?? []).map(({ how, since, until }) =>
      until === undefined ? how : `${how} ${until - since}`,
    );
  const settled = () => clock.advance(0);
  const finished = async () => {
    await settled();
    await lifecycle.idle();
  };

  it('pause and go on, each durable, and are finished in the end', async () => {
    const running = await begin();
    running.finishAtEnd();
    assert.equal(await running.pause('skip'), 'changed');
    assert.deepEqual([running.record.status, pauses(running.record)], ['paused', ['skip']]);
    assert.deepEqual(recordings.ofCall(live.sid), [running]);
    assert.equal(await running.resume(), 'changed');
    assert.deepEqual([running.record.status, pauses(running.record)], ['in-progress', ['skip 0']]);
    assert.equal(await running.stopForGood(), 'changed');
    await finished();
    assert.deepEqual(statuses(), ['in-progress', 'paused', 'in-progress', 'stopped', 'completed']);
    assert.deepEqual(commands(), ['recordTalk', 'pauseRecording', 'resumeRecording', 'recordTalk ended']);
    assert.deepEqual([recordings.ofCall(live.sid), recordings.get(running.record.sid)], [[], undefined]);
  });

  it('take the same order twice, as a client repeats it that got no reply', async () => {
    const running = await begin();
    assert.equal(await running.resume(), 'changed');
    assert.deepEqual(
      [await running.pause('silence'), await running.pause('silence')],
      ['changed', 'changed'],
    );
    assert.equal(await running.pause('skip'), 'refused');
    assert.deepEqual(pauses(running.record), ['silence']);
    await running.stopForGood();
    assert.deepEqual(
      [await running.pause('silence'), await running.resume(), await running.stopForGood()],
      ['over', 'over', 'over'],
    );
    await finished();
    assert.deepEqual(statuses(), ['in-progress', 'paused', 'stopped', 'completed']);
  });

  it('stay as they are when Asterisk does not do it', async () => {
    const running = await begin();
    control.pauses = false;
    assert.equal(await running.pause('silence'), 'failed');
    assert.equal(store.recording(running.record.sid)?.status, 'in-progress');
    control.pauses = true;
    await running.pause('silence');
    control.pauses = false;
    assert.equal(await running.resume(), 'failed');
    const { status } = store.recording(running.record.sid) ?? {};
    assert.deepEqual([status, pauses(running.record)], ['paused', ['silence']]);
    await running.finish();
  });

  it('that are paused are finished when the leg ends', async () => {
    const running = await begin();
    running.finishAtEnd();
    await running.pause('silence');
    control.otherSideHangsUp(live.sid);
    await finished();
    assert.deepEqual(statuses(), ['in-progress', 'paused', 'completed']);
  });

  it('that are paused stay paused after a restart', async () => {
    const { record } = await begin();
    await recordings.get(record.sid)?.pause('skip');
    start();
    const kept = store.recording(record.sid);
    assert.ok(kept !== undefined);
    assert.deepEqual(adopt([kept]), []);
    await settled();
    assert.deepEqual(commands(), ['recordTalk', 'pauseRecording']);
    assert.equal(await recordings.get(record.sid)?.resume(), 'changed');
    control.otherSideHangsUp(live.sid);
    await finished();
    assert.deepEqual(statuses(), ['in-progress', 'paused', 'in-progress', 'completed']);
  });

  it('of which a pause was not durable when the process died record after the restart', async () => {
    const { record } = await begin();
    start();
    adopt([record]);
    await settled();
    assert.deepEqual(commands(), ['recordTalk', 'resumeRecording']);
    await recordings.get(record.sid)?.finish();
  });

  it('that were stopped before a restart end for good', async () => {
    const begun = await begin();
    const stopped: RecordingRecord = { ...begun.record, status: 'stopped' };
    start();
    adopt([stopped]);
    await finished();
    assert.deepEqual(commands(), ['recordTalk', 'recordTalk ended']);
    assert.equal(store.recording(stopped.sid)?.status, 'completed');
  });

  it('that are over go on with a verb of a former process as finished ones', async () => {
    const first = await begin();
    const kept = first.record;
    await first.stopForGood();
    await finished();
    start();
    const resumed = await recordings.resume(live, kept);
    assert.deepEqual([resumed.isRunning, (await resumed.finish()).status], [false, 'completed']);
    await resumed.discard();
    assert.deepEqual([control.commands, files.asked.filter((asked) => asked.startsWith('remove'))], [[], []]);
  });

  it('are left to the verb that goes on with them, and those of a Dial that is over are ended', async () => {
    const inHand = (await recordings.begin(live, { ...TERMS, source: 'DialVerb' })).record;
    const left = (await recordings.begin(live, { ...TERMS, source: 'DialVerb' })).record;
    const gone: RecordingRecord = { ...left, sid: newSid('RE'), callSid: newSid('CA') };
    start();
    const others = adopt([inHand, left, gone], (record) => record === inHand);
    assert.deepEqual(others, [inHand, gone]);
    await finished();
    assert.deepEqual(commands(), ['recordTalk', 'recordTalk ended']);
    assert.equal(store.recording(left.sid)?.status, 'completed');
  });

  describe('of a room', () => {
    const conferenceSid = newSid('CF');
    const order = { accountSid: LEG.accountSid, callSid: LEG.sid, conferenceSid, trimSilence: false };
    const only = () => store.recording(roomRecordingSid(conferenceSid));

    it('are one, which goes on when the leg ends that asked for it, and ends with the room', async () => {
      await recordings.beginInRoom(order);
      await recordings.beginInRoom({ ...order, callSid: newSid('CA') });
      control.otherSideHangsUp(live.sid);
      await settled();
      assert.deepEqual(
        recordings.ofConference(conferenceSid).map(({ record }) => [record.callSid, record.source]),
        [[LEG.sid, 'Conference']],
      );
      assert.deepEqual(recordings.ofCall(LEG.sid), []);
      recordings.endInRoom(conferenceSid);
      await finished();
      assert.deepEqual(commands(), ['recordTalk', 'recordTalk ended']);
      assert.deepEqual([only()?.status, only()?.conferenceSid], ['completed', conferenceSid]);
    });

    it('do not begin again when they were stopped', async () => {
      await recordings.beginInRoom(order);
      assert.equal(await recordings.get(only()?.sid ?? '')?.stopForGood(), 'changed');
      await finished();
      await recordings.beginInRoom(order);
      assert.deepEqual(statuses(), ['in-progress', 'stopped', 'completed']);
    });

    it('go on after a restart as they were, also when the leg that asked for them is gone', async () => {
      await recordings.beginInRoom(order);
      await recordings.get(only()?.sid ?? '')?.pause('silence');
      const left = only();
      assert(left !== undefined);
      start();
      live = new LiveLeg({ ...LEG, sid: newSid('CA') }, live.state);
      assert.deepEqual(adopt([left]), []);
      await recordings.beginInRoom(order);
      await settled();
      assert.deepEqual(commands(), ['recordTalk', 'pauseRecording']);
      recordings.endInRoom(conferenceSid);
      await finished();
      assert.equal(only()?.status, 'completed');
    });
  });

  function adopt(
    unfinished: readonly RecordingRecord[],
    isInHand: (record: RecordingRecord) => boolean = () => false,
  ): readonly RecordingRecord[] {
    return recordings.adopt(unfinished, (callSid) => (callSid === live.sid ? live : undefined), isInHand);
  }
});
