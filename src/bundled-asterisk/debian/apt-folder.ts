import { access, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DEBIAN_RELEASE } from './package-sets.ts';
import { lastLines, runCommand, type CommandResult } from './run-command.ts';
import { SetupError } from '../../setup/setup-error.ts';

/** An apt of our own: its lists, cache and sources are in one folder, and it does not see the host's packages. */
export interface AptFolder {
  /** Runs `apt-get` or `apt-cache` with this folder's configuration. */
  apt(program: 'apt-get' | 'apt-cache', args: readonly string[]): Promise<CommandResult>;
  /** Where downloaded packages are. */
  readonly archives: string;
}

const KEYRINGS = '/usr/share/keyrings';

/** Writes the configuration of a private apt for one mirror and architecture. */
export async function makeAptFolder(
  folder: string,
  source: { readonly mirror: string; readonly architecture: string; readonly keyring: string },
): Promise<AptFolder> {
  const archives = join(folder, 'cache/archives');
  await mkdir(join(folder, 'state/lists/partial'), { recursive: true });
  await mkdir(join(archives, 'partial'), { recursive: true });
  await writeFile(join(folder, 'status'), '');
  await writeFile(
    join(folder, 'sources.list'),
    `deb [signed-by=${source.keyring}] ${source.mirror} ${DEBIAN_RELEASE} main\n`,
  );
  const configuration = join(folder, 'apt.conf');
  await writeFile(configuration, aptConfiguration(folder, source.architecture));
  return { archives, apt: (program, args) => runCommand(program, ['-c', configuration, ...args]) };
}

/** The keyring for the signatures of Debian's releases: the host's, or one that the host's own apt fetches (Ubuntu). */
export async function findDebianKeyring(workFolder: string): Promise<string> {
  for (const name of ['debian-archive-keyring.gpg', 'debian-archive-keyring.pgp']) {
    const keyring = join(KEYRINGS, name);
    if (await exists(keyring)) return keyring;
  }
  const fetched = await runCommand('apt-get', ['download', 'debian-archive-keyring'], { cwd: workFolder });
  const file = (await readdir(workFolder)).find((name) => name.startsWith('debian-archive-keyring_'));
  if (file === undefined) {
    throw new SetupError(
      `Debian's signing keys are missing. Install the package debian-archive-keyring, or run Legwork with "docker compose up".\n${lastLines(fetched.stderr, 3)}`,
    );
  }
  await runCommand('dpkg-deb', ['-x', join(workFolder, file), join(workFolder, 'keyring')]);
  return join(workFolder, 'keyring', KEYRINGS, 'debian-archive-keyring.gpg');
}

function aptConfiguration(folder: string, architecture: string): string {
  return [
    `Dir::State "${folder}/state";`,
    `Dir::State::status "${folder}/status";`,
    `Dir::Cache "${folder}/cache";`,
    `Dir::Etc::sourcelist "${folder}/sources.list";`,
    'Dir::Etc::sourceparts "/dev/null";',
    'Dir::Etc::preferences "/dev/null";',
    'Dir::Etc::preferencesparts "/dev/null";',
    `APT::Architecture "${architecture}";`,
    '#clear APT::Architectures;',
    `APT::Architectures { "${architecture}"; };`,
    'APT::Install-Recommends "false";',
    // Without root, apt cannot change to the user _apt.
    'APT::Sandbox::User "";',
    'Acquire::Languages "none";',
    'Acquire::Retries "2";',
    // The host's hooks are for the host's packages; docker-clean would empty our cache.
    '#clear APT::Update::Post-Invoke;',
    '#clear APT::Update::Post-Invoke-Success;',
    '#clear DPkg::Post-Invoke;',
    '',
  ].join('\n');
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
