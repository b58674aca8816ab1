import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { takeLock } from './file-lock.ts';
import { SetupError } from './setup-error.ts';

/** Makes DATA_DIR ours until `release`; a Legwork that already runs on it is a {@link SetupError} naming its pid. */
export async function lockDataDir(dataDir: string): Promise<{ release(): Promise<void> }> {
  await mkdir(dataDir, { recursive: true });
  const lock = await takeLock(join(dataDir, 'legwork.lock'));
  if (!lock.held) {
    throw new SetupError(
      `Another Legwork (pid ${lock.pid}) is running on DATA_DIR ${dataDir}. Stop it, or set DATA_DIR to another folder.`,
    );
  }
  return lock;
}
