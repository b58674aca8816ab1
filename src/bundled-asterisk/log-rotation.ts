import { copyFile, rename, rm, stat, truncate } from 'node:fs/promises';

/** One line of `security` has about 300 bytes, and a guesser of passwords causes four a try. */
const LARGEST_BYTES = 10 * 1024 ** 2;
/** `messages.1` is the newest. */
const OLD_FILES = 2;

/**
 * Puts the content of each file that has grown too large aside, as `<file>.1`, and empties it in place: Asterisk
 * appends and need not be asked, so this works also while it is deaf. Lines of these milliseconds may be lost, and on
 * a full disk the content.
 */
export async function rotateLogs(paths: readonly string[], largestBytes = LARGEST_BYTES): Promise<void> {
  for (const path of paths) {
    const found = await stat(path).catch(() => undefined);
    if (found === undefined || !found.isFile() || found.size <= largestBytes) continue;
    await rm(`${path}.${OLD_FILES}`, { force: true });
    for (let nth = OLD_FILES; nth > 1; nth -= 1) {
      await rename(`${path}.${nth - 1}`, `${path}.${nth}`).catch(() => undefined);
    }
    await copyFile(path, `${path}.1`).catch(() => rm(`${path}.1`, { force: true }));
    await truncate(path, 0);
  }
}
