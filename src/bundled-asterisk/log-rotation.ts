import { copyFile, rename, rm, stat, truncate } from 'node:fs/promises';

/** A line of `security` has about 300 bytes, and each guess at a password makes four lines. */
const LARGEST_BYTES = 10 * 1024 ** 2;
/** `messages.1` is the newest. */
const OLD_FILES = 2;

/**
 * Copies each file that has grown too large to `<file>.1`, and empties it in place. Asterisk appends to its logs, so it
 * need not be told, and this works even when it does not respond. The lines of these milliseconds may be lost; on a full
 * disk, the whole content.
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
