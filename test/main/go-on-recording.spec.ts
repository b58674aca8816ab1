import assert from 'node:assert/strict';
import { RecordingLifecycle } from '../../src/call/recording/recording-lifecycle.ts';
import { goOnRecording } from '../../src/main/sound/recordings.ts';
import type { Position, Step } from '../../src/rcml/run/position.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { FakeRecordingFiles } from '../support/fake-recording-files.ts';
import { MemoryJournalStore } from '../support/memory-journal-store.ts';

const RECORDING = `RE${'1'.repeat(32)}`;

function position(step: Step): Position {
  return { version: 2, kind: 'document', idleDocuments: 0, hasBegun: true, step };
}

describe('A recording that a former process left', () => {
  /** Its states after a start that goes on with a call at this step. */
  async function statesAfter(step: Step | undefined): Promise<readonly string[]> {
    const store = new MemoryJournalStore();
    const clock = new FakeClock();
    const files = new FakeRecordingFiles();
    const recordings = new RecordingLifecycle({
      store,
      files,
      clock,
      publicUrl: '',
      onTrouble: () => undefined,
    });
    const record = await recordings.begin({
      sid: RECORDING,
      accountSid: `AC${'0'.repeat(32)}`,
      callSid: `CA${'a'.repeat(32)}`,
      source: 'RecordVerb',
      channels: 1,
      trimSilence: false,
    });
    goOnRecording(
      {
        recordings,
        // No leg lives.
        runningRecordings: { adopt: (unfinished) => unfinished },
        calls: { get: () => undefined },
      },
      [record],
      [{ position: step === undefined ? undefined : position(step) }, {}],
    );
    await recordings.idle();
    return store.entries.flatMap((entry) => entry.recordings?.map(({ status }) => status) ?? []);
  }

  const document = { text: '<Response/>', contentType: 'text/xml' };
  const verb = { kind: 'verb', document, index: 0, beganAt: 0, skipDials: false } as const;

  it('is finished', async () => {
    assert.deepEqual(await statesAfter({ ...verb, index: 1 }), ['in-progress', 'completed']);
  });

  it('is left to the verb that goes on with it', async () => {
    const state = { version: 1, value: {}, recordings: [RECORDING] };
    assert.deepEqual(await statesAfter({ ...verb, state }), ['in-progress']);
  });

  it('is finished also when an action is still to be told of it', async () => {
    const request = {
      reason: 'action',
      url: 'http://app.test/recorded',
      method: 'POST',
      parameters: [['RecordingSid', RECORDING]],
      token: 'token',
    } as const;
    assert.deepEqual(await statesAfter({ kind: 'request', request }), ['in-progress', 'completed']);
  });
});
