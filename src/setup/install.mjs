import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
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

/** Compiles src/ to dist/ if a file has changed since the last time. */
export async function ensureBuild(root) {
  if (!isClone(root)) return true;
  const source = join(root, 'src');
  const dist = join(root, 'dist');
  const stampFile = join(dist, '.stamp');
  const files = await filesBelow(source);
  const stamp = await stampOf([...files, join(root, 'tsconfig.json'), join(root, 'package-lock.json')]);
  if ((await readFile(stampFile, 'utf8').catch(() => '')) === stamp) return true;
  await rm(dist, { recursive: true, force: true });
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const done = await runQuietly('Building', process.execPath, [tsc, '-p', source], { cwd: root });
  if (done !== 0) return false;
  // The console's page, style sheets and the like lie beside the code that serves them.
  for (const file of files.filter((name) => !/\.(m?ts|mjs)$|tsconfig\.json$/.test(name))) {
    const target = join(dist, relative(source, file));
    await mkdir(dirname(target), { recursive: true });
    await copyFile(file, target);
  }
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
