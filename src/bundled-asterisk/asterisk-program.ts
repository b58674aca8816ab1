import { access, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ensurePackages, type PackageFetcher } from './debian/debian-packages.ts';
import { judgeAsterisk } from './asterisk-version.ts';
import { RUNTIME_PACKAGES } from './debian/package-sets.ts';
import { libraryFolder, privateProgram, type ToolCommand } from './debian/private-program.ts';
import { runCommand } from './debian/run-command.ts';

/** An Asterisk that can be started, and the folders that came with it. */
export interface AsteriskProgram {
  readonly tool: ToolCommand;
  readonly moduleDir: string;
  /** Sounds, music and the descriptions of ARI. */
  readonly dataDir: string;
}

/** The Asterisk on the PATH if its version fits, otherwise the one in the private packages. */
export async function findAsterisk(fetcher: PackageFetcher): Promise<AsteriskProgram> {
  return (
    (await installedAsterisk(fetcher)) ?? privateAsterisk(await ensurePackages(RUNTIME_PACKAGES, fetcher))
  );
}

async function privateAsterisk(folder: string): Promise<AsteriskProgram> {
  return {
    tool: await privateProgram(folder, 'usr/sbin/asterisk'),
    moduleDir: join(await libraryFolder(folder), 'asterisk/modules'),
    dataDir: join(folder, 'usr/share/asterisk'),
  };
}

async function installedAsterisk({
  progress,
}: Pick<PackageFetcher, 'progress'>): Promise<AsteriskProgram | undefined> {
  const version = await runCommand('asterisk', ['-V']);
  if (!version.ok) return undefined;
  const verdict = judgeAsterisk(version.stdout);
  if (!verdict.accepted) {
    progress(`The Asterisk on the PATH is not used: ${version.stdout.trim()} ${verdict.why}`);
    return undefined;
  }
  if (verdict.warning !== undefined) progress(`Warning: ${verdict.warning}`);
  const moduleDir = await firstWith(await moduleFolders(), 'app_stasis.so');
  const dataDir = await firstWith(['/usr/share/asterisk', '/var/lib/asterisk'], 'rest-api/resources.json');
  if (moduleDir === undefined || dataDir === undefined) return undefined;
  return { tool: { command: 'asterisk', args: [], env: {} }, moduleDir, dataDir };
}

/** Debian has the modules in the architecture's folder, an Asterisk built by hand has them in `lib` or `lib64`. */
async function moduleFolders(): Promise<readonly string[]> {
  const perArchitecture = (await readdir('/usr/lib')).map((name) =>
    join('/usr/lib', name, 'asterisk/modules'),
  );
  return ['/usr/lib', '/usr/lib64', '/usr/local/lib']
    .map((folder) => join(folder, 'asterisk/modules'))
    .concat(perArchitecture);
}

async function firstWith(folders: readonly string[], file: string): Promise<string | undefined> {
  for (const folder of folders) {
    const found = await access(join(folder, file)).then(
      () => true,
      () => false,
    );
    if (found) return folder;
  }
  return undefined;
}
