import { FakeRecordingFiles } from '../../support/fake-recording-files.ts';
import {
  keepsToTheRecordingFilesContract,
  type RecordingFilesWorld,
} from '../../support/recording-files-contract.ts';

/** The same in a folder: test/media/recording-folder.spec.ts. */
describe('What stands for the files of recordings in the tests of the core', () => {
  let world: RecordingFilesWorld;

  beforeEach(() => {
    const recorded = new Map<string, 'a tone' | 'silence'>();
    let away: string | undefined;
    const files = new FakeRecordingFiles();
    world = {
      files: {
        keep(recording) {
          files.kept = [resultOf(recorded.get(recording.sid), away)];
          return files.keep(recording);
        },
        remove: (sid) => files.remove(sid),
      },
      asteriskRecorded: (sid, what) => void recorded.set(sid, what),
      asteriskIsAway(why) {
        away = why;
      },
    };
  });

  keepsToTheRecordingFilesContract(() => world);
});

/** What a test of the core would let `keep` give. */
function resultOf(recorded: 'a tone' | 'silence' | undefined, away: string | undefined) {
  if (away !== undefined) return { kind: 'away', why: away } as const;
  if (recorded === undefined) return { kind: 'missing', why: 'Asterisk has no file of this name' } as const;
  return recorded === 'silence'
    ? ({ kind: 'silent' } as const)
    : ({ kind: 'kept', durationMs: 2000 } as const);
}
