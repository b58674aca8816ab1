import { FakeSounds } from '../support/fake-sounds.ts';
import { keepsToTheSoundsContract, type SoundsWorld } from '../support/sounds-contract.ts';

/** The same by the real tools: test/media/sounds.spec.ts. */
describe('What stands for speech and fetched sounds in the tests of the core', () => {
  let world: SoundsWorld;

  beforeEach(() => {
    const sounds = new FakeSounds();
    const missing = 'http://app.test/missing.wav';
    sounds.missing.add(missing);
    world = { sounds, missing, addSound: (path) => `http://app.test${path}` };
  });

  keepsToTheSoundsContract(() => world);
});
