/**
 * How long it takes from the end of what a caller says to the request of the action, on real calls through Asterisk, one after the other.
 * Prints the table of docs/speech.md. `node --import tsx bench/speech-calls.ts [calls]`
 */
import { type HeardSpeech, RecognizerServer } from '../test/support/recognizer-server.ts';
import { aliceListens } from '../test/support/alice-calls-1000.ts';
import { mochaGlobalTeardown } from '../test/support/end-of-run.ts';
import { startLiveStack } from '../test/support/live-stack.ts';
import { LiveStory } from '../test/support/live-story.ts';
import { spokenWord } from '../test/support/spoken-words.ts';
import { verbBegan } from '../test/support/timeline.ts';
import { loudness, SAMPLE_RATE } from '../src/phone/tones.ts';

const CALLS = Number(process.argv[2] ?? 10);
/** After so much silence the bench's own recognizer gives its result. */
const ENDPOINT_MS = 300;
const SILENCE_RMS = 50;

const WORD = await spokenWord('billing');

/** Milliseconds from the last loud sample to the action, of each call; calls without a result are left out. */
async function measure(recognizer: string, speechTimeout: string): Promise<readonly number[]> {
  const stack = await startLiveStack({ SPEECH_RECOGNIZER: recognizer });
  const times: number[] = [];
  try {
    for (let number = 0; number < CALLS; number += 1) {
      const story = await LiveStory.begin(stack);
      story.app.reply('/said', '<Response><Hangup/></Response>');
      const gather = `<Gather input="speech" speechTimeout="${speechTimeout}" hints="sales, support, billing" action="/said"/>`;
      const call = await aliceListens(story, gather);
      await verbBegan(story, 'Gather');
      await call.audio.sendSamples(WORD.subarray(0, soundEnd(WORD)));
      const saidAt = Date.now();
      await call.ended;
      const [said] = story.app.to('/said');
      if (said !== undefined) times.push(said.at - saidAt);
      await story.end();
    }
  } finally {
    await stack.stop();
  }
  return times.toSorted((one, other) => one - other);
}

/** Where the last sound of it ends. */
function soundEnd(samples: Int16Array): number {
  const last = samples.findLastIndex((sample) => Math.abs(sample) > 5 * SILENCE_RMS);
  return last + 1;
}

/** Understands everything as one word, as soon as there was silence after sound. */
function understand(speech: HeardSpeech): void {
  const { samples } = speech;
  const endpoint = (ENDPOINT_MS * SAMPLE_RATE) / 1000;
  const isOver = loudness(samples.slice(-endpoint)) < SILENCE_RMS && loudness(samples) >= SILENCE_RMS;
  if (speech.isEnded || (isOver && speech.closed === undefined)) {
    speech.say({ type: 'final', transcript: speech.isEnded ? '' : 'billing' });
  }
}

const server = await RecognizerServer.start();
server.onMessage = understand;
const rows = [
  ['pocketsphinx', '1', 'pocketsphinx, `speechTimeout="1"`', 1000],
  ['pocketsphinx', 'auto', 'pocketsphinx, `speechTimeout="auto"`', 1200],
  [
    server.url,
    'auto',
    `over a WebSocket, \`auto\`, a result after ${ENDPOINT_MS} ms of silence`,
    ENDPOINT_MS,
  ],
] as const;
console.log('| from the end of the word to the action | calls | p50 | last | p50 without the silence |');
console.log('|---|---|---|---|---|');
for (const [recognizer, speechTimeout, shown, silenceMs] of rows) {
  const times = await measure(recognizer, speechTimeout);
  const p50 = Math.round(times[Math.floor((times.length - 1) / 2)] ?? Number.NaN);
  const last = Math.round(times.at(-1) ?? Number.NaN);
  console.log(`| ${shown} | ${times.length} of ${CALLS} | ${p50} ms | ${last} ms | ${p50 - silenceMs} ms |`);
}
await server.stop();
await mochaGlobalTeardown();
process.exit();
