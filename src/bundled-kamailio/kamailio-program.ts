import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { ensurePackages, type PackageFetcher } from '../bundled-asterisk/debian/debian-packages.ts';
import { CLUSTER_PACKAGES } from '../bundled-asterisk/debian/package-sets.ts';
import {
  libraryFolder,
  privateProgram,
  type ToolCommand,
} from '../bundled-asterisk/debian/private-program.ts';
import { runCommand } from '../bundled-asterisk/debian/run-command.ts';

/** A Kamailio that can be started, and where its modules are. */
export interface KamailioProgram {
  readonly tool: ToolCommand;
  readonly moduleDir: string;
}

const OLDEST: readonly [major: number, minor: number] = [6, 1];
/** Debian's name for this architecture is part of the path; the private packages tell theirs. */
const MODULE_FOLDERS = ['x86_64-linux-gnu', 'aarch64-linux-gnu', ''].map((name) =>
  join('/usr/lib', name, 'kamailio/modules'),
);

/** The Kamailio on the PATH if its version fits and it can use PostgreSQL, otherwise Debian's in the private packages. */
export async function findKamailio(fetcher: PackageFetcher): Promise<KamailioProgram> {
  return (await installedKamailio()) ?? privateKamailio(await ensurePackages(CLUSTER_PACKAGES, fetcher));
}

/** Whether the configuration is written for this version, as `kamailio -v` tells it. */
export function acceptsKamailio(said: string): boolean {
  const [, major, minor] = /^version: kamailio (\d+)\.(\d+)\./m.exec(said) ?? [];
  if (major === undefined || minor === undefined) return false;
  return Number(major) === OLDEST[0] && Number(minor) >= OLDEST[1];
}

async function privateKamailio(folder: string): Promise<KamailioProgram> {
  return {
    tool: await privateProgram(folder, 'usr/sbin/kamailio'),
    moduleDir: join(await libraryFolder(folder), 'kamailio/modules'),
  };
}

async function installedKamailio(): Promise<KamailioProgram | undefined> {
  const version = await runCommand('kamailio', ['-v']);
  if (!version.ok || !acceptsKamailio(version.stdout)) return undefined;
  for (const moduleDir of MODULE_FOLDERS) {
    const has = await access(join(moduleDir, 'db_postgres.so')).then(
      () => true,
      () => false,
    );
    if (has) return { tool: { command: 'kamailio', args: [], env: {} }, moduleDir };
  }
  return undefined;
}
