import { FakeRecognizer } from '../support/fake-recording-files.ts';
import { keepsToTheRecognizerContract, type RecognizerWorld } from '../support/speech-recognizer-contract.ts';

/** The same of a program: test/media/speech/speech-recognizer.spec.ts. */
describe('What stands for a speech recognizer in the tests of the core', () => {
  let world: RecognizerWorld;

  beforeEach(() => {
    const recognizer = new FakeRecognizer();
    world = {
      recognizer,
      recording: { sid: 'RE1', accountSid: 'AC1' },
      understands(transcript) {
        recognizer.answer =
          transcript === undefined
            ? { ok: false, message: 'It broke' }
            : { ok: true, transcript, partials: [] };
      },
    };
  });

  keepsToTheRecognizerContract(() => world);
});
