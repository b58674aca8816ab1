import assert from 'node:assert/strict';
import type { OwnedRecording } from '../../src/call/recording/recording-files.ts';
import type { SpeechRecognizer } from '../../src/call/speech-recognizer.ts';

/** A recognizer, and what it will understand. */
export interface RecognizerWorld {
  readonly recognizer: SpeechRecognizer;
  readonly recording: OwnedRecording;
  /** Undefined: it fails. */
  readonly understands: (transcript: string | undefined) => void;
}

const NEVER = new AbortController().signal;
const HINTS = { language: 'de-DE' } as const;

/** What verbs rely on, whoever recognizes speech: the operator's program, or what stands for it in other tests. */
export function keepsToTheRecognizerContract(the: () => RecognizerWorld): void {
  const recognize = (signal: AbortSignal) => the().recognizer.recognize(the().recording, HINTS, signal);

  for (const [transcript, when] of [
    ['a pizza please', 'somebody spoke'],
    ['', 'there was no speech'],
  ] as const) {
    it(`tells what it understood when ${when}`, async () => {
      the().understands(transcript);
      assert.deepEqual(await recognize(NEVER), { ok: true, transcript, partials: [] });
    });
  }

  it('says that it failed', async () => {
    the().understands(undefined);
    await assertFails(NEVER);
  });

  it('understands nothing for a call that has ended, or ends meanwhile', async () => {
    the().understands('a pizza please');
    await assertFails(AbortSignal.abort());
    const call = new AbortController();
    const failed = assertFails(call.signal);
    call.abort();
    await failed;
  });

  /** The message is a word for people. */
  async function assertFails(signal: AbortSignal): Promise<void> {
    const recognized = await recognize(signal);
    assert.ok(!recognized.ok && /\w/.test(recognized.message), JSON.stringify(recognized));
  }
}
