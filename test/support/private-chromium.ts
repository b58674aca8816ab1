import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ensurePackages } from '../../src/bundled-asterisk/debian/debian-packages.ts';
import { BROWSER_PACKAGES } from '../../src/bundled-asterisk/debian/package-sets.ts';
import { privateProgram } from '../../src/bundled-asterisk/debian/private-program.ts';
import { systemClock } from '../../src/clock.ts';
import { defaultCacheFolder } from '../../src/config.ts';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];
const PROGRAM = 'usr/lib/chromium';

/** A Chromium that can be started by its path. */
export interface Chromium {
  readonly path: string;
  /** Removes what was made for it. */
  remove(): Promise<void>;
}

/** The machine's Chromium, or else Debian's, fetched into the cache folder as Asterisk is. */
export async function findChromium(): Promise<Chromium> {
  for (const name of NAMES) {
    const found = await promisify(execFile)(name, ['--version']).catch(() => undefined);
    if (found !== undefined) return { path: name, remove: async () => {} };
  }
  const packages = await ensurePackages(BROWSER_PACKAGES, {
    cacheFolder: defaultCacheFolder(),
    clock: systemClock,
    progress: (line) => console.log(line),
  });
  return privateChromium(packages);
}

/**
 * A folder from which the packages' Chromium runs by the packages' own loader. It looks for its files, and for the
 * program of its child processes, beside the program that runs, which is the loader: so a copy of that lies here, with
 * links to the files, and the children are started by a script.
 */
async function privateChromium(packages: string): Promise<Chromium> {
  const folder = await mkdtemp(join(tmpdir(), 'legwork-chromium-'));
  for (const name of await readdir(join(packages, PROGRAM))) {
    await symlink(join(packages, PROGRAM, name), join(folder, name));
  }
  const { command, args } = await privateProgram(packages, join(PROGRAM, 'chromium'));
  const loader = join(folder, 'loader');
  await copyFile(command, loader);
  const fonts = join(folder, 'fonts.conf');
  await writeFile(fonts, fontsConfiguration(join(packages, 'usr/share/fonts'), folder));
  const exec = `exec ${[loader, ...args].map((part) => `'${part}'`).join(' ')}`;
  const head = `#!/bin/sh\nexport FONTCONFIG_FILE='${fonts}'\n`;
  const child = join(folder, 'child-process');
  await writeFile(child, `${head}${exec} "$@"\n`, { mode: 0o755 });
  const path = join(folder, 'chromium-here');
  await writeFile(path, `${head}${exec} --no-zygote --browser-subprocess-path='${child}' "$@"\n`, {
    mode: 0o755,
  });
  return { path, remove: () => rm(folder, { recursive: true, force: true }) };
}

function fontsConfiguration(fonts: string, cache: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${fonts}</dir>
  <cachedir>${join(cache, 'font-cache')}</cachedir>
  <alias><family>sans-serif</family><prefer><family>Inter</family><family>DejaVu Sans</family></prefer></alias>
  <alias><family>system-ui</family><prefer><family>Inter</family><family>DejaVu Sans</family></prefer></alias>
  <alias><family>monospace</family><prefer><family>DejaVu Sans Mono</family></prefer></alias>
</fontconfig>
`;
}
