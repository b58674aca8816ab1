import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runtimeTools } from '../../src/bundled-asterisk/debian/tools.ts';
import { systemClock } from '../../src/clock.ts';
import { toolRunner } from '../../src/media/tool-process.ts';
import { SAMPLE_RATE } from '../../src/phone/tones.ts';
import { samplesOf } from './wav.ts';

/** What espeak-ng makes of a word, for a phone to send. */
export async function spokenWord(word: string, voice = 'en-us'): Promise<Int16Array> {
  const runTool = toolRunner(systemClock);
  const tools = await runtimeTools();
  const { signal } = new AbortController();
  const how = { timeoutMs: 60_000, maxOutputBytes: 10_000_000, signal };
  const dir = await mkdtemp(join(tmpdir(), 'legwork-spoken-'));
  const [wide, narrow] = [join(dir, 'wide.wav'), join(dir, 'narrow.wav')];
  try {
    await runTool(tools.espeak, ['-v', voice, '-w', wide, word], how);
    await runTool(tools.sox, [wide, '-r', String(SAMPLE_RATE), '-c', '1', '-b', '16', narrow], how);
    return samplesOf(await readFile(narrow));
  } finally {
    await rm(dir, { recursive: true });
  }
}

/** White noise as loud as quiet speech; always the same. */
export function noiseOf(ms: number): Int16Array {
  let state = 1;
  return Int16Array.from({ length: (ms * SAMPLE_RATE) / 1000 }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return Math.round((state / 2 ** 31 - 1) * 2_000);
  });
}
