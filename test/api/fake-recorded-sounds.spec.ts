import assert from 'node:assert/strict';
import { FakeRecordedSounds } from '../support/fake-recorded-sounds.ts';
import { keepsToTheRecordedSoundsContract } from '../support/recorded-sounds-contract.ts';

/** The same in a folder: test/media/recording-folder.spec.ts. */
describe('What stands for the sound of recordings in the tests of REST', () => {
  let sounds: FakeRecordedSounds;

  beforeEach(() => {
    sounds = new FakeRecordedSounds();
  });

  keepsToTheRecordedSoundsContract(() => ({
    sounds,
    addSound: async (sid, wav) => void sounds.files.set(`${sid}.wav`, wav),
  }));

  afterEach(() => assert.equal(sounds.opened, 0, 'a file is open'));
});
