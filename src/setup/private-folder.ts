import { chmod, lstat, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** What Legwork makes in DATA_DIR; on a separate disk there is `lost+found` too. */
const OURS =
  /^(legwork\.(sqlite|lock).*|connection\.json|demo\.json|secret\.key|recordings|media|asterisk|lost\+found)$/;
const OTHERS = 0o077;
/** The sticky bit: such a folder is shared with other users, like the temp folder. */
const STICKY = 0o1000;

/**
 * Takes other users' permissions away from what Legwork keeps (digests, tokens, recordings): from the folder itself if
 * it holds nothing else, otherwise from our files in it. Returns lines for the operator.
 */
export async function makePrivate(folder: string): Promise<readonly string[]> {
  const { mode, uid } = await stat(folder);
  if ((mode & OTHERS) === 0) return [];
  const was = `other users could look into DATA_DIR ${folder} (permissions ${(mode & 0o777).toString(8)})`;
  try {
    const names = await readdir(folder);
    if (uid === process.getuid?.() && (mode & STICKY) === 0 && names.every((name) => OURS.test(name))) {
      await chmod(folder, 0o700);
      return [`Note: ${was}; now only you can (700).`];
    }
    const repaired: string[] = [];
    for (const name of names)
      if (OURS.test(name) && (await takeRights(join(folder, name)))) repaired.push(name);
    if (repaired.length === 0) return [];
    return [
      `Note: ${was}. It holds more than Legwork's files, so it stays as it is; now only you can read ${repaired.join(', ')}.`,
    ];
  } catch (error) {
    // Some file systems have no permissions.
    return [`Note: ${was}, which could not be changed: ${(error as Error).message}`];
  }
}

/** Takes other users' permissions away from a file or folder of ours; whether they had any. */
async function takeRights(path: string): Promise<boolean> {
  const found = await lstat(path);
  const isPlain = found.isFile() || found.isDirectory();
  if (!isPlain || found.uid !== process.getuid?.() || (found.mode & OTHERS) === 0) return false;
  await chmod(path, found.isDirectory() ? 0o700 : 0o600);
  return true;
}
