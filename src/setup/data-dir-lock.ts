import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { takeLock } from './file-lock.ts';
import { makePrivate } from './private-folder.ts';
import { SetupError } from './setup-error.ts';

/**
 * Makes DATA_DIR, accessible to our user only, and locks it until `release`. Throws a {@link SetupError} when another
 * Legwork already runs on it (with its pid), or when the folder cannot be made. If an existing folder was open to other
 * users, `say` is told what was done about it.
 */
export async function lockDataDir(
  dataDir: string,
  say: (line: string) => void = () => undefined,
): Promise<{ release(): Promise<void> }> {
  // It holds tokens and password digests, which nobody else may read.
  await mkdir(dataDir, { recursive: true, mode: 0o700 }).catch((error: Error) => {
    throw new SetupError(`DATA_DIR ${dataDir} cannot be used: ${error.message}`);
  });
  const lock = await takeLock(join(dataDir, 'legwork.lock'));
  if (!lock.held) {
    throw new SetupError(
      `Another Legwork (pid ${lock.pid}) is running on DATA_DIR ${dataDir}. Stop it, or set DATA_DIR to another folder.`,
    );
  }
  for (const line of await makePrivate(dataDir)) say(line);
  return lock;
}
