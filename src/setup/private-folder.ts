import { chmod, lstat, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** What Legwork makes in DATA_DIR; a disk of its own has `lost+found`. */
const OURS =
  /^(legwork\.(sqlite|lock).*|connection\.json|demo\.json|secret\.key|recordings|media|asterisk|lost\+found)$/;
const OTHERS = 0o077;
/** Who may make files in such a folder shares it, as the temp folder is shared. */
const STICKY = 0o1000;

/**
 * Takes away everybody else's rights to what Legwork keeps: digests, tokens, recordings. From the folder itself
 * where nothing but Legwork's is in it, otherwise from our files there. Gives lines for the operator.
 */
export async function makePrivate(folder: string): Promise<readonly string[]> {
  const { mode, uid } = await stat(folder);
  if ((mode & OTHERS) === 0) return [];
  const was = `others could look into DATA_DIR ${folder} (rights ${(mode & 0o777).toString(8)})`;
  try {
    const names = await readdir(folder);
    if (uid === process.getuid?.() && (mode & STICKY) === 0 && names.every((name) => OURS.test(name))) {
      await chmod(folder, 0o700);
      return [`Note: ${was}; it is only yours now (700).`];
    }
    const repaired: string[] = [];
    for (const name of names)
      if (OURS.test(name) && (await takeRights(join(folder, name)))) repaired.push(name);
    if (repaired.length === 0) return [];
    return [
      `Note: ${was}. It is not Legwork's alone, so it stays as it is; only yours now are: ${repaired.join(', ')}.`,
    ];
  } catch (error) {
    // Some disks know no rights.
    return [`Note: ${was}, which could not be changed: ${(error as Error).message}`];
  }
}

/** Of a file or folder of ours; whether others had any. */
async function takeRights(path: string): Promise<boolean> {
  const found = await lstat(path);
  const isPlain = found.isFile() || found.isDirectory();
  if (!isPlain || found.uid !== process.getuid?.() || (found.mode & OTHERS) === 0) return false;
  await chmod(path, found.isDirectory() ? 0o700 : 0o600);
  return true;
}
