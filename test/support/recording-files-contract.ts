import assert from 'node:assert/strict';
import type { RecordingFiles } from '../../src/call/recording/recording-files.ts';
import { newSid } from '../../src/call/sids.ts';

/** Files of recordings, and the Asterisk that they come from; it has none at first. */
export interface RecordingFilesWorld {
  readonly files: RecordingFiles;
  /** Asterisk has recorded two seconds of this. */
  readonly asteriskRecorded: (sid: string, what: 'a tone' | 'silence') => void;
  /** While there is a reason, Asterisk hands over nothing. */
  readonly asteriskIsAway: (why: string | undefined) => void;
}

const WHOLE = { accountSid: newSid('AC'), trimSilence: false } as const;
const KEPT = { kind: 'kept', durationMs: 2000 } as const;
const SILENT = { kind: 'silent' } as const;
const MISSING = { kind: 'missing', why: 'Asterisk has no file of this name' } as const;

/** What the lifecycle of recordings relies on, be they in a folder or in what stands for it in other tests. */
export function keepsToTheRecordingFilesContract(the: () => RecordingFilesWorld): void {
  const keep = (sid: string) => the().files.keep({ sid, ...WHOLE });
  let sid: string;
  beforeEach(() => {
    sid = newSid('RE');
  });

  for (const [what, result] of [
    ['a tone', KEPT],
    ['silence', SILENT],
  ] as const) {
    it(`says how long the recording is or that nothing is in it, however often it is asked, after ${what}`, async () => {
      the().asteriskRecorded(sid, what);
      assert.deepEqual(
        [...(await Promise.all([keep(sid), keep(sid)])), await keep(sid)],
        [result, result, result],
      );
    });

    it(`no longer has the recording when it was removed, after ${what}`, async () => {
      the().asteriskRecorded(sid, what);
      await keep(sid);
      await the().files.remove(sid);
      assert.deepEqual(await keep(sid), MISSING);
    });
  }

  it('says that Asterisk has no such recording, also when it was never fetched and is removed', async () => {
    assert.deepEqual(await keep(sid), MISSING);
    the().asteriskRecorded(sid, 'a tone');
    for (const _again of [1, 2]) await the().files.remove(sid);
    assert.deepEqual(await keep(sid), MISSING);
  });

  it('says why Asterisk cannot hand it over now, and fetches it when it can', async () => {
    the().asteriskRecorded(sid, 'a tone');
    the().asteriskIsAway('restarting');
    assert.deepEqual(await keep(sid), { kind: 'away', why: 'restarting' });
    the().asteriskIsAway(undefined);
    assert.deepEqual(await keep(sid), KEPT);
    the().asteriskIsAway('restarting');
    assert.deepEqual(await keep(sid), KEPT);
  });

  it('keeps one recording apart from another', async () => {
    const other = newSid('RE');
    the().asteriskRecorded(sid, 'a tone');
    the().asteriskRecorded(other, 'silence');
    assert.deepEqual(await Promise.all([keep(sid), keep(other)]), [KEPT, SILENT]);
    await the().files.remove(other);
    assert.deepEqual(await keep(sid), KEPT);
  });
}
