import { createReadStream } from 'node:fs';
import { readHead } from './file-head.ts';

/** What is in a WAV file of 16-bit samples at 8 kHz. */
export interface WavContent {
  readonly durationMs: number;
  /** Milliseconds that were louder than the noise of a line. */
  readonly soundMs: number;
}

const SMALLEST_HEAD_BYTES = 44;
const SAMPLES_PER_MS = 8;
const BLOCK_SAMPLES = 160;
/** Mean of the absolute samples of 20 ms; Asterisk's own detector of silence takes 256, quiet speech is at 300. */
const NOISE = 100;

/** Measures a file without holding it in memory; undefined when it is not such a WAV file. */
export async function measureWav(path: string): Promise<WavContent | undefined> {
  const head = await readHead(path);
  const format = formatOf(head);
  if (format === undefined) return undefined;
  const { dataAt, channels } = format;
  let [samples, sum, inBlock, soundBlocks] = [0, 0, 0, 0];
  let rest: Buffer = Buffer.alloc(0);
  const perBlock = BLOCK_SAMPLES * channels;
  for await (const chunk of createReadStream(path, { start: dataAt }) as AsyncIterable<Buffer>) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const whole = bytes.length - (bytes.length % 2);
    for (let at = 0; at < whole; at += 2) {
      sum += Math.abs(bytes.readInt16LE(at));
      inBlock += 1;
      if (inBlock < perBlock) continue;
      if (sum / perBlock > NOISE) soundBlocks += 1;
      [sum, inBlock] = [0, 0];
    }
    samples += whole / 2;
    rest = bytes.subarray(whole);
  }
  return {
    durationMs: Math.round(samples / channels / SAMPLES_PER_MS),
    soundMs: (soundBlocks * BLOCK_SAMPLES) / SAMPLES_PER_MS,
  };
}

/** Ignores the lengths in the header, which a file that was not closed does not have. */
function formatOf(head: Buffer): { readonly dataAt: number; readonly channels: number } | undefined {
  if (head.length < SMALLEST_HEAD_BYTES) return undefined;
  if (head.toString('latin1', 0, 4) !== 'RIFF' || head.toString('latin1', 8, 12) !== 'WAVE') return undefined;
  let channels = 1;
  for (let at = 12; at + 8 <= head.length; at += 8 + head.readUInt32LE(at + 4)) {
    const chunk = head.toString('latin1', at, at + 4);
    if (chunk === 'data') return { dataAt: at + 8, channels };
    if (chunk === 'fmt ' && at + 24 <= head.length) channels = Math.max(1, head.readUInt16LE(at + 10));
  }
  return undefined;
}
