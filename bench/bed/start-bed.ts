import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../src/clock.ts';
import { defaultCacheFolder } from '../../src/config.ts';
import { ensurePackages } from '../../src/bundled-asterisk/debian/debian-packages.ts';
import { TEST_PACKAGES } from '../../src/bundled-asterisk/debian/package-sets.ts';
import { privateProgram } from '../../src/bundled-asterisk/debian/private-program.ts';
import type { Undo } from '../../src/main/undo.ts';
import { startApplicationServer } from './application-server.ts';
import type { Bed } from './bed.ts';
import { startBenchAsterisk } from './bench-asterisk.ts';

const SOUND_S = 5;
const SAMPLE_RATE = 8000;

/** Fetches what is missing and starts what all systems share; `undo` stops it. */
export async function startBed(undo: Undo, progress: (line: string) => void): Promise<Bed> {
  const fetcher = { cacheFolder: defaultCacheFolder(), clock: systemClock, progress };
  const sipp = await privateProgram(await ensurePackages(TEST_PACKAGES, fetcher), 'usr/bin/sipp');
  const folder = await mkdtemp(join(tmpdir(), 'legwork-bench-'));
  undo.add(() => rm(folder, { recursive: true, force: true }));
  const sound = join(folder, 'sound.ulaw');
  await writeFile(sound, soundBytes());
  const asterisk = await startBenchAsterisk(fetcher, undo);
  const app = await startApplicationServer(undo);
  // Of the minimal RCML controller; each Legwork has documents of its own.
  await app.serve({ inbound: '<Response><Pause length="3600"/></Response>' });
  return { asterisk, app, sipp, sound, undo };
}

/** Meaningless µ-law: RTP costs the same whatever it carries. */
function soundBytes(): Buffer {
  return Buffer.from(Array.from({ length: SOUND_S * SAMPLE_RATE }, (_, index) => 0x80 + (index % 64)));
}
