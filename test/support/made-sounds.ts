import assert from 'node:assert/strict';
import { systemClock } from '../../src/clock.ts';
import { toolRunner } from '../../src/media/tool-process.ts';
import { runtimeTools } from '../../src/bundled-asterisk/debian/tools.ts';

/** sox's words for the formats that application servers serve. */
const FORMATS = {
  wav: ['-r', '44100', '-c', '2', '-b', '16', '-t', 'wav'],
  mp3: ['-r', '44100', '-c', '2', '-t', 'mp3'],
} as const;

/** A file with a tone, 44.1 kHz stereo, made by the private sox. */
export async function toneFile(kind: keyof typeof FORMATS, hz: number, seconds: number): Promise<Buffer> {
  const { sox } = await runtimeTools();
  const args = [
    '-V1',
    '-n',
    ...FORMATS[kind],
    '-',
    'synth',
    String(seconds),
    'sine',
    String(hz),
    'gain',
    '-6',
  ];
  const limits = { timeoutMs: 60_000, maxOutputBytes: 10_000_000, signal: new AbortController().signal };
  const made = await toolRunner(systemClock)(sox, args, limits);
  assert.ok(made.ok, made.ok ? '' : made.detail);
  return made.stdout;
}
