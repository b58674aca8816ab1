import { randomBytes } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { SetupError } from '../../setup/setup-error.ts';
import { createWhole } from '../../setup/whole-file.ts';

const KEY_BYTES = 32;

/**
 * Reads the file (32 bytes as base64), or makes it at the first start, for our user only. It is kept
 * outside of the database, so that a stolen database does not give the AuthTokens away.
 *
 * @throws SetupError when the file holds something else
 */
export async function secretKey(path: string): Promise<Uint8Array> {
  await mkdir(dirname(path), { recursive: true });
  const made = `${randomBytes(KEY_BYTES).toString('base64')}\n`;
  // Never over a key that is there: of two processes that start at once, the second reads the first one's.
  await createWhole(path, made, { mode: 0o600 });
  const key = Buffer.from((await readFile(path, 'utf8')).trim(), 'base64');
  if (key.length === KEY_BYTES) return key;
  throw new SetupError(
    `${path} must hold 32 bytes as base64. Put the right file back; without it the AuthTokens in the database cannot be read.`,
  );
}
