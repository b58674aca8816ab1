/**
 * How well SPEECH_RECOGNIZER=pocketsphinx understands: single words by espeak-ng's voices, as a telephone line leaves
 * them. Prints the table of docs/speech.md. `node --import tsx bench/speech.ts`
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pocketsphinxTool, runtimeTools } from '../src/bundled-asterisk/debian/tools.ts';
import { systemClock } from '../src/clock.ts';
import { Pocketsphinx } from '../src/media/speech/pocketsphinx.ts';
import { toolRunner } from '../src/media/tool-process.ts';

const VOICES = ['en-us', 'en-us+f2', 'en-gb', 'en-us+m3'];
const EXPECTED = [
  'sales',
  'support',
  'billing',
  'yes',
  'no',
  'operator',
  'repeat',
  'cancel',
  'pizza',
  'agent',
];
const OTHER = [
  'banana',
  'weather',
  'window',
  'telephone',
  'seven',
  'tomorrow',
  'elephant',
  'police',
  'garden',
  'music',
];
const AT_ONCE = 20;

const { signal } = new AbortController();
const runTool = toolRunner(systemClock);
const how = { timeoutMs: 60_000, maxOutputBytes: 10_000_000, signal };
const tools = await runtimeTools();
const recognizer = new Pocketsphinx({ tool: await pocketsphinxTool(), sox: tools.sox, runTool });
const dir = await mkdtemp(join(tmpdir(), 'legwork-bench-speech-'));

async function spoken(word: string, voice: string): Promise<string> {
  const name = `${voice}-${word}`;
  const [wide, narrow] = [join(dir, `${name}.raw.wav`), join(dir, `${name}.wav`)];
  await runTool(tools.espeak, ['-v', voice, '-w', wide, word], how);
  await runTool(tools.sox, [wide, '-r', '8000', '-c', '1', '-e', 'mu-law', narrow], how);
  return narrow;
}

/** How many of these words were understood, taken for another one, and refused. */
async function measure(words: readonly string[], hints: string | undefined): Promise<string> {
  const count = { right: 0, wrong: 0, refused: 0 };
  const given = hints === undefined ? {} : { hints };
  for (const voice of VOICES) {
    for (const word of words) {
      const heard = await recognizer.recognize(
        await spoken(word, voice),
        { language: 'en', ...given },
        signal,
      );
      if (!heard.ok) throw new Error(heard.message);
      if (heard.transcript === word) count.right += 1;
      else count[heard.transcript === '' ? 'refused' : 'wrong'] += 1;
    }
  }
  return `${count.right} | ${count.wrong} | ${count.refused}`;
}

async function timesAtOnce(): Promise<readonly number[]> {
  const path = await spoken('billing', 'en-us');
  const one = async () => {
    const begin = performance.now();
    await recognizer.recognize(path, { language: 'en', hints: EXPECTED.join(',') }, signal);
    return performance.now() - begin;
  };
  return (await Promise.all(Array.from({ length: AT_ONCE }, one))).toSorted((a, b) => a - b);
}

try {
  const total = VOICES.length * EXPECTED.length;
  const hints = EXPECTED.join(',');
  console.log(`| of ${total} words | right | wrong | refused |\n|---|---|---|---|`);
  console.log(`| ten words, all of them hints | ${await measure(EXPECTED, hints)} |`);
  console.log(`| ten other words, with these hints | ${await measure(OTHER, hints)} |`);
  console.log(`| ten words without hints | ${await measure(EXPECTED, undefined)} |`);
  const begin = performance.now();
  await recognizer.recognize(await spoken('billing', 'en-us'), { language: 'en', hints }, signal);
  console.log(`\nOne word: ${Math.round(performance.now() - begin)} ms`);
  const times = await timesAtOnce();
  const at = (share: number) => Math.round(times[Math.floor((times.length - 1) * share)] ?? 0);
  console.log(
    `${AT_ONCE} at once on ${availableParallelism()} processors: p50 ${at(0.5)} ms, last ${at(1)} ms`,
  );
} finally {
  await rm(dir, { recursive: true });
}
