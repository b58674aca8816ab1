import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../../../src/concurrency/clock.ts';
import type { SoundAsker } from '../../../src/call/sounds.ts';
import { MediaStore } from '../../../src/media/media-store.ts';
import { SoundConverter } from '../../../src/media/sound/sound-converter.ts';
import type { RunTool, ToolCommand, ToolResult } from '../../../src/media/tool-process.ts';

export const MEDIA_URL = 'http://127.0.0.1:8080';
export const NEVER = new AbortController().signal;
/** A call that does not end. */
export const ASKER: SoundAsker = { accountSid: 'AC1', signal: NEVER };
export const SOX: ToolCommand = { command: 'sox', args: [], env: {} };

/** A WAV file of mono 16 bit; at 8 kHz it is what Asterisk plays, at any other rate it has to be converted. */
export function wavOf(samples: Int16Array, hz = 8000): Buffer {
  const data = Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength);
  const header = Buffer.from('RIFF....WAVEfmt ................data....', 'latin1');
  const wav = Buffer.concat([header, Buffer.alloc(4), data]);
  wav.writeUInt32LE(36 + data.length, 4);
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20);
  wav.writeUInt16LE(1, 22);
  wav.writeUInt32LE(hz, 24);
  wav.writeUInt32LE(2 * hz, 28);
  wav.writeUInt16LE(2, 32);
  wav.writeUInt16LE(16, 34);
  wav.write('data', 36, 'latin1');
  wav.writeUInt32LE(data.length, 40);
  return wav;
}

/** A store in a folder of its own, with how to remove it. */
export async function openStore(
  clock: Clock,
  limitBytes?: number,
): Promise<{ store: MediaStore; dir: string; remove: () => Promise<void> }> {
  const dir = await mkdtemp(join(tmpdir(), 'legwork-media-'));
  const store = await MediaStore.open({
    dir,
    mediaUrl: MEDIA_URL,
    clock,
    ...(limitBytes === undefined ? {} : { limitBytes }),
  });
  return { store, dir, remove: () => rm(dir, { recursive: true, force: true }) };
}

/** Puts a sound of this many milliseconds into a store. */
export async function addSound(store: MediaStore, name: string, ms: number): Promise<void> {
  const path = await store.scratchPath('wav');
  await writeFile(path, wavOf(new Int16Array(ms * 8)));
  await store.add(name, path);
}

/** A sox that writes a sound of this many milliseconds for whatever it is given, and counts. */
export function fakeSox(answer: { ms: number } | { fails: Extract<ToolResult, { ok: false }> }): {
  runTool: RunTool;
  runs: (readonly string[])[];
} {
  const runs: (readonly string[])[] = [];
  const runTool: RunTool = async (_, args) => {
    runs.push(args);
    if ('fails' in answer) return answer.fails;
    const target = args[args.indexOf('wavpcm') + 1] ?? '';
    await writeFile(target, wavOf(new Int16Array(answer.ms * 8)));
    return { ok: true, stdout: Buffer.alloc(0) };
  };
  return { runTool, runs };
}

export function converterWith(store: MediaStore, runTool: RunTool): SoundConverter {
  return new SoundConverter({ sox: SOX, store, runTool, shares: { total: 2, perAccount: 2, reserved: 0 } });
}
