import assert from 'node:assert/strict';
import { type NewRecording, RecordingLifecycle } from '../../../src/call/recording/recording-lifecycle.ts';
import type { RecordingRecord } from '../../../src/call/recording/recording-record.ts';
import { newSid } from '../../../src/call/sids.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { FakeRecognizer, FakeRecordingFiles } from '../../support/fake-recording-files.ts';
import { MemoryJournalStore } from '../../support/memory-journal-store.ts';

const AWAY = { kind: 'away', why: 'Asterisk restarts' } as const;

function order(more: Partial<NewRecording> = {}): NewRecording {
  return {
    sid: newSid('RE'),
    accountSid: newSid('AC'),
    callSid: newSid('CA'),
    source: 'RecordVerb',
    channels: 1,
    trimSilence: false,
    statusCallback: { url: 'http://app.test/rec', method: 'POST', events: ['completed', 'absent'] },
    ...more,
  };
}

describe('Recordings', () => {
  let clock: FakeClock;
  let store: MemoryJournalStore;
  let files: FakeRecordingFiles;
  let troubles: unknown[];
  let recordings: RecordingLifecycle;

  beforeEach(() => {
    clock = new FakeClock();
    store = new MemoryJournalStore();
    files = new FakeRecordingFiles();
    troubles = [];
    recordings = made();
  });

  function made(recognizer?: FakeRecognizer): RecordingLifecycle {
    return new RecordingLifecycle({
      store,
      files,
      ...(recognizer === undefined ? {} : { recognizer }),
      clock,
      publicUrl: 'https://legwork.test/base',
      onTrouble: (_sid, trouble) => troubles.push(trouble),
    });
  }

  const statuses = () => store.callbacks.map(({ parameters }) => new Map(parameters).get('RecordingStatus'));

  it('have their URL below PUBLIC_URL', () => {
    assert.equal(
      recordings.urlOf({ accountSid: 'AC1', sid: 'RE1' }),
      'https://legwork.test/base/2012-04-24/Accounts/AC1/Recordings/RE1',
    );
  });

  it('promise the file only when it is kept, however long Asterisk is away', async () => {
    files.kept = [AWAY, AWAY, AWAY, AWAY, { kind: 'kept', durationMs: 400 }];
    const finished = recordings.finish(await recordings.begin(order()));
    await clock.advance(8_499);
    assert.deepEqual(statuses(), []);
    await clock.advance(1);
    assert.deepEqual(statuses(), ['completed']);
    assert.equal((await finished).duration, 1);
    assert.deepEqual(troubles, []);
  });

  it('are given up when Asterisk stays away', async () => {
    files.kept = [AWAY];
    const finished = recordings.finish(await recordings.begin(order()));
    await clock.advance(600_000);
    assert.equal((await finished).status, 'absent');
    assert.deepEqual(statuses(), ['absent']);
    assert.deepEqual(troubles, [AWAY.why]);
    assert.equal(clock.timers, 0);
  });

  it('of silence leave Asterisk only when it is written that they are absent', async () => {
    files.kept = [{ kind: 'silent' }];
    const begun = await recordings.begin(order());
    const atRemoval: unknown[] = [];
    files.remove = async (sid) => void atRemoval.push([sid, statuses()]);
    assert.equal((await recordings.finish(begun)).status, 'absent');
    assert.deepEqual(atRemoval, [[begun.sid, ['absent']]]);
    assert.deepEqual(troubles, []);
  });

  it('are left for the next start when Legwork stops before the file could be fetched', async () => {
    files.kept = [AWAY];
    const begun = await recordings.begin(order());
    const finished = recordings.finish(begun);
    await clock.advance(100);
    recordings.stop();
    assert.deepEqual(await finished, begun);
    await recordings.idle();
    assert.deepEqual(statuses(), []);
    assert.equal(clock.timers, 0);
  });

  it('of a former process are finished, but for those whose call goes on', async () => {
    const [gone, live] = [await recordings.begin(order()), await recordings.begin(order())];
    made().finishLeftBehind([gone, live], ({ sid }) => sid === live.sid);
    await clock.advance(0);
    assert.deepEqual(files.asked, [`keep ${gone.sid}`]);
    assert.deepEqual(statuses(), ['completed']);
  });

  it('of a former process are transcribed when nobody was told yet', async () => {
    const transcription = { url: 'http://app.test/said', parameters: [['CallSid', 'CA1']] as const };
    const done: RecordingRecord = {
      ...(await recordings.begin(order({ transcription }))),
      status: 'completed',
      duration: 3,
    };
    made(new FakeRecognizer()).finishLeftBehind([done], () => false);
    await clock.advance(0);
    assert.deepEqual(files.asked, []);
    assert.deepEqual(
      store.callbacks.map(({ url, parameters }) => [url, parameters.slice(0, 4)]),
      [
        [
          'http://app.test/said',
          [
            ['CallSid', 'CA1'],
            ['TranscriptionStatus', 'completed'],
            ['TranscriptionText', 'a pizza please'],
            ['Confidence', '0.9'],
          ],
        ],
      ],
    );
  });

  it('go on when the database does not take their state', async () => {
    store.failure = new Error('The disk is full');
    const finished = await recordings.finish(await recordings.begin(order()));
    assert.equal(finished.status, 'completed');
    assert.deepEqual(troubles, [store.failure, store.failure]);
  });
});
