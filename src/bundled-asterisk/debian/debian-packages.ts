import { createHash, randomUUID } from 'node:crypto';
import { access, chmod, mkdir, readdir, rename, rm, symlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Clock } from '../../concurrency/clock.ts';
import { findDebianKeyring, makeAptFolder, type AptFolder } from './apt-folder.ts';
import { findDebianMirror, STANDARD_MIRROR } from './apt-sources.ts';
import { takeLock } from '../../setup/file-lock.ts';
import { ACCEPTED_ASTERISK, acceptsAsterisk } from '../asterisk-version.ts';
import { DEBIAN_RELEASE, type PackageSet } from './package-sets.ts';
import { lastLines, runCommand } from './run-command.ts';
import { SetupError } from '../../setup/setup-error.ts';

/** What is needed to fetch packages. */
export interface PackageFetcher {
  readonly cacheFolder: string;
  readonly clock: Clock;
  /** Told in one line for people when something takes long. */
  readonly progress: (line: string) => void;
}

const LOCK_POLL_MS = 500;
const PROGRESS_MS = 10_000;
const UNPACKERS = 2;
const WORK_SUFFIX = '.work';

/** The folder with the unpacked packages of the set, which are fetched from Debian if they are not in the cache yet. */
export async function ensurePackages(set: PackageSet, fetcher: PackageFetcher): Promise<string> {
  const architecture = await debianArchitecture();
  const folder = join(fetcher.cacheFolder, folderName(set, architecture));
  if (await exists(folder)) return folder;
  await mkdir(fetcher.cacheFolder, { recursive: true });
  // Tests run the database server as another user.
  await chmod(fetcher.cacheFolder, 0o755);
  const lock = await waitForLock(`${folder}.lock`, fetcher);
  try {
    if (!(await exists(folder))) await fetchInto(folder, set, architecture, fetcher);
    return folder;
  } finally {
    await lock.release();
  }
}

/** The name of the cache folder, which depends on everything that decides what is fetched. */
export function folderName(set: PackageSet, architecture: string): string {
  const asked = createHash('sha256')
    .update(JSON.stringify([set.packages, set.links]))
    .digest('hex')
    .slice(0, 10);
  return `${DEBIAN_RELEASE}-${architecture}-${set.name}-${asked}`;
}

async function debianArchitecture(): Promise<string> {
  const asked = await runCommand('dpkg', ['--print-architecture']);
  const apt = await runCommand('apt-get', ['--version']);
  if (asked.ok && apt.ok) return asked.stdout.trim();
  throw new SetupError(
    `This system has no apt to fetch Asterisk with. Install ${ACCEPTED_ASTERISK} with espeak-ng and sox, set ARI_URL to your own Asterisk, or run Legwork with "docker compose up".`,
  );
}

async function waitForLock(path: string, fetcher: PackageFetcher): Promise<{ release(): Promise<void> }> {
  for (let told = false; ; told = true) {
    const lock = await takeLock(path);
    if (lock.held) return lock;
    if (!told) fetcher.progress(`Waiting for process ${lock.pid}, which is fetching the same packages`);
    await fetcher.clock.sleep(LOCK_POLL_MS);
  }
}

/** Works in another folder, which is renamed at the end, so that a folder with the final name is always complete. */
async function fetchInto(
  folder: string,
  set: PackageSet,
  architecture: string,
  fetcher: PackageFetcher,
): Promise<void> {
  await removeLeftovers(folder);
  const work = `${folder}.${randomUUID()}${WORK_SUFFIX}`;
  await mkdir(work);
  try {
    fetcher.progress(`Fetching ${set.packages.join(', ')} from Debian ${DEBIAN_RELEASE} (once)`);
    const archives = await withProgress(fetcher, 'fetching', () =>
      download(work, set, architecture, fetcher),
    );
    const root = join(work, 'root');
    fetcher.progress('Unpacking');
    await withProgress(fetcher, 'unpacking', () => unpack(archives, root));
    for (const [path, target] of set.links) await symlink(target, join(root, path));
    await chmod(root, 0o755);
    await rename(root, folder);
    fetcher.progress(`Ready in ${folder}`);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Removes what a killed installer left behind; the caller holds the lock. */
async function removeLeftovers(folder: string): Promise<void> {
  for (const name of await readdir(dirname(folder))) {
    if (!name.startsWith(`${basename(folder)}.`) || !name.endsWith(WORK_SUFFIX)) continue;
    await rm(join(dirname(folder), name), { recursive: true, force: true });
  }
}

async function download(
  work: string,
  set: PackageSet,
  architecture: string,
  fetcher: PackageFetcher,
): Promise<string> {
  const keyring = await findDebianKeyring(work);
  const apt = await makeUpdatedApt(work, { architecture, keyring }, fetcher);
  if (set.packages.includes('asterisk')) await checkAsteriskVersion(apt);
  const done = await apt.apt('apt-get', ['--yes', '--download-only', 'install', ...set.packages]);
  if (!done.ok) {
    throw new SetupError(
      `Debian's packages could not be fetched. Check the network and the free space, then start again.\n${lastLines(done.stderr, 5)}`,
    );
  }
  return apt.archives;
}

/** Without the option, apt only warns about a mirror that cannot be reached. */
const UPDATE = ['-o', 'APT::Update::Error-Mode=any', 'update'];

async function makeUpdatedApt(
  work: string,
  source: { readonly architecture: string; readonly keyring: string },
  fetcher: PackageFetcher,
): Promise<AptFolder> {
  const own = await findDebianMirror();
  let failure = '';
  for (const mirror of new Set([own, STANDARD_MIRROR])) {
    const apt = await makeAptFolder(work, { ...source, mirror });
    const updated = await apt.apt('apt-get', [...UPDATE]);
    if (updated.ok) return apt;
    // The lists of a snapshot mirror are past their date; their signature is checked all the same.
    const undated = await apt.apt('apt-get', ['-o', 'Acquire::Check-Valid-Until=false', ...UPDATE]);
    if (undated.ok) {
      fetcher.progress(`The package lists of ${mirror} are past their date (a snapshot?); using them`);
      return apt;
    }
    failure = undated.stderr;
  }
  throw new SetupError(
    `Debian's package lists could not be read from ${own}. Check the network and the proxy settings of apt, or run Legwork with "docker compose up".\n${lastLines(failure, 5)}`,
  );
}

async function checkAsteriskVersion(apt: AptFolder): Promise<void> {
  const shown = await apt.apt('apt-cache', ['show', '--no-all-versions', 'asterisk']);
  const version = /^Version: (\S+)$/m.exec(shown.stdout)?.[1] ?? 'none';
  if (acceptsAsterisk(version)) return;
  throw new SetupError(
    `Debian ${DEBIAN_RELEASE} has Asterisk ${version}, but Legwork needs ${ACCEPTED_ASTERISK}. Install one, or set ARI_URL to your own Asterisk.`,
  );
}

async function unpack(archives: string, root: string): Promise<void> {
  const waiting = (await readdir(archives)).filter((name) => name.endsWith('.deb'));
  const work = async (): Promise<void> => {
    for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
      const done = await runCommand('dpkg-deb', ['-x', join(archives, name), root]);
      if (!done.ok) throw new SetupError(`${name} could not be unpacked: ${lastLines(done.stderr, 2)}`);
    }
  };
  await mkdir(root);
  await Promise.all(Array.from({ length: UNPACKERS }, work));
}

async function withProgress<T>(fetcher: PackageFetcher, doing: string, work: () => Promise<T>): Promise<T> {
  const started = fetcher.clock.steady();
  let cancel = () => {};
  const tell = () => {
    fetcher.progress(`Still ${doing} (${Math.round((fetcher.clock.steady() - started) / 1000)} s)`);
    cancel = fetcher.clock.after(PROGRESS_MS, tell);
  };
  cancel = fetcher.clock.after(PROGRESS_MS, tell);
  try {
    return await work();
  } finally {
    cancel();
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
