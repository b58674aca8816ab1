import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { runQuietly } from './child-process.mjs';

/** Why Legwork cannot run on this Node; undefined when it can. */
export function nodeProblem(required, running) {
  const [wantedMajor, wantedMinor] = required.replace(/^>=/, '').split('.').map(Number);
  const [major, minor] = running.split('.').map(Number);
  if (major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)) return undefined;
  return `Legwork needs Node.js ${wantedMajor}.${wantedMinor} or later; this is ${running}.`;
}

/** Whether this is a clone of the repository; the npm package has no sources, and is built and installed already. */
export function isClone(root) {
  return existsSync(join(root, 'src/tsconfig.json'));
}

/** Installs the npm packages of the lock file unless they are installed already. */
export async function ensureDependencies(root) {
  if (!isClone(root)) return true;
  const stampFile = join(root, 'node_modules/.legwork-stamp');
  const lock = await readFile(join(root, 'package-lock.json'));
  // Native modules are built for one Node ABI.
  const stamp = `${createHash('sha256').update(lock).digest('hex')} ${process.versions.modules} ${process.arch}\n`;
  if ((await readFile(stampFile, 'utf8').catch(() => '')) === stamp) return true;
  const args = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=warn'];
  const done = await runQuietly('Installing npm packages', 'npm', args, { cwd: root });
  if (done !== 0) return false;
  await writeFile(stampFile, stamp);
  return true;
}

/** Compiles src/ to dist/ if a file has changed since the last time, and likewise the console's pages. */
export async function ensureBuild(root) {
  if (!isClone(root)) return true;
  const files = await filesBelow(join(root, 'src'));
  const ofConsole = files.filter((file) => isOfConsole(root, file));
  return (
    (await ensureProgram(
      root,
      files.filter((file) => !isOfConsole(root, file)),
    )) && (await ensureConsole(root, ofConsole))
  );
}

async function ensureProgram(root, files) {
  const source = join(root, 'src');
  const dist = join(root, 'dist');
  const inputs = [...files, join(root, 'tsconfig.json'), join(root, 'package-lock.json')];
  return ifChanged(inputs, join(dist, '.stamp'), async () => {
    for (const name of await readdir(dist).catch(() => [])) {
      if (name !== CONSOLE) await rm(join(dist, name), { recursive: true, force: true });
    }
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    const done = await runQuietly('Building', process.execPath, [tsc, '-p', source], { cwd: root });
    if (done !== 0) return false;
    // Files that are no sources lie beside the code that reads them.
    for (const file of files.filter((name) => !/\.(m?ts|mjs)$|tsconfig\.json$/.test(name))) {
      const target = join(dist, relative(source, file));
      await mkdir(dirname(target), { recursive: true });
      await copyFile(file, target);
    }
    return true;
  });
}

/** Nothing of the console runs in Legwork: its files are bundled for browsers, with the packages that they use. */
async function ensureConsole(root, files) {
  if (files.length === 0) return true;
  const inputs = [...files, join(root, 'package-lock.json')];
  return ifChanged(inputs, join(root, 'dist', CONSOLE, '.stamp'), async () => {
    const vite = join(root, 'node_modules/vite/bin/vite.js');
    const args = [vite, 'build', '--config', join(root, 'src', CONSOLE, 'vite.config.mjs')];
    return (await runQuietly('Building the console', process.execPath, args, { cwd: root })) === 0;
  });
}

const CONSOLE = 'console';

function isOfConsole(root, file) {
  return file.startsWith(join(root, 'src', CONSOLE, sep));
}

/** Runs `build` unless it has succeeded with the same inputs before; resolves to whether what it builds is there. */
async function ifChanged(inputs, stampFile, build) {
  const stamp = await stampOf(inputs);
  if ((await readFile(stampFile, 'utf8').catch(() => '')) === stamp) return true;
  await rm(stampFile, { force: true });
  if (!(await build())) return false;
  await writeFile(stampFile, stamp);
  return true;
}

async function filesBelow(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .toSorted();
}

/** Names, sizes and times stand for the contents: reading every file would make each start slower. */
async function stampOf(files) {
  const hash = createHash('sha256');
  for (const file of files) {
    const { mtimeMs, size } = await stat(file);
    hash.update(`${file} ${mtimeMs} ${size}\n`);
  }
  return hash.digest('hex');
}
