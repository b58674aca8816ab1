import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ensurePackages } from '../../src/bundled-asterisk/debian/debian-packages.ts';
import { TEST_PACKAGES } from '../../src/bundled-asterisk/debian/package-sets.ts';
import { privateProgram } from '../../src/bundled-asterisk/debian/private-program.ts';
import { systemClock } from '../../src/clock.ts';
import { defaultCacheFolder } from '../../src/config.ts';

/** A shell's words that run Debian's Python, which comes with the test packages: a machine may have none. */
export async function python(): Promise<string> {
  const folder = await ensurePackages(TEST_PACKAGES, {
    cacheFolder: defaultCacheFolder(),
    clock: systemClock,
    progress: (line) => console.log(line),
  });
  const programs = await readdir(join(folder, 'usr/bin'));
  const name = programs.find((file) => /^python3\.\d+$/.test(file));
  if (name === undefined) throw new Error(`${folder} has no Python`);
  const { command, args } = await privateProgram(folder, `usr/bin/${name}`);
  return `PYTHONHOME=${join(folder, 'usr')} ${[command, ...args].join(' ')}`;
}
