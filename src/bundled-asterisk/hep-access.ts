import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writeWhole } from '../setup/whole-file.ts';
import { makeAsteriskFolder } from './asterisk-folder.ts';

/** Where the bundled Asterisk sends its SIP messages, on this machine; kept, so that one that is adopted finds us again. */
export interface HepAccess {
  /** 0: not chosen yet. */
  readonly port: number;
  readonly password: string;
}

const hepAccess = z.object({ port: z.number(), password: z.string() });

/** What was kept, or a new password with port 0. */
export async function readHepAccess(dataDir: string): Promise<HepAccess> {
  const text = await readFile(await fileIn(dataDir), 'utf8').catch(() => undefined);
  if (text !== undefined) return hepAccess.parse(JSON.parse(text));
  return { port: 0, password: randomBytes(24).toString('hex') };
}

/** Keeps it for the next start, in a file that only its owner can read. */
export async function keepHepAccess(dataDir: string, access: HepAccess): Promise<void> {
  await writeWhole(await fileIn(dataDir), `${JSON.stringify(access)}\n`, { mode: 0o600 });
}

async function fileIn(dataDir: string): Promise<string> {
  return join((await makeAsteriskFolder(dataDir)).stateDir, 'hep.json');
}
