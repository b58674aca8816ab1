import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { writeWhole } from '../setup/whole-file.ts';

/** Where the bundled Asterisk of one DATA_DIR keeps what is its own. */
export interface AsteriskFolder {
  readonly etcDir: string;
  readonly stateDir: string;
  readonly runDir: string;
  readonly configFile: string;
  readonly messagesLog: string;
  readonly consoleLog: string;
}

/** What Legwork needs to reach the ARI of its bundled Asterisk, kept from start to start. */
export interface AriAccess {
  readonly port: number;
  readonly username: string;
  readonly password: string;
}

const LONGEST_SOCKET_PATH = 107;

const ariAccess = z.object({ port: z.number(), username: z.string(), password: z.string() });

/** Where the bundled Asterisk of a DATA_DIR writes who was asked for a password, and what came back. */
export function securityLogIn(dataDir: string): string {
  return join(dataDir, 'asterisk/log/security');
}

/** Makes the folders of DATA_DIR's Asterisk that Asterisk does not make itself. */
export async function makeAsteriskFolder(dataDir: string): Promise<AsteriskFolder> {
  const stateDir = join(dataDir, 'asterisk');
  const runDir = shortRunDir(stateDir);
  // Without the recording folder every recording is refused.
  for (const folder of ['lib/keys', 'cache', 'log', 'spool/recording', 'spool/tmp']) {
    await mkdir(join(stateDir, folder), { recursive: true, mode: 0o700 });
  }
  await mkdir(runDir, { recursive: true, mode: 0o700 });
  const etcDir = join(stateDir, 'etc');
  return {
    etcDir,
    stateDir,
    runDir,
    configFile: join(etcDir, 'asterisk.conf'),
    messagesLog: join(stateDir, 'log/messages'),
    consoleLog: join(stateDir, 'log/console'),
  };
}

/** The access of the last start, or a new one without a port (0). */
export async function readAriAccess(folder: AsteriskFolder): Promise<AriAccess> {
  const text = await readFile(accessFile(folder), 'utf8').catch(() => undefined);
  if (text !== undefined) return ariAccess.parse(JSON.parse(text));
  return { port: 0, username: 'legwork', password: randomBytes(24).toString('hex') };
}

/** Keeps the access for the next start, readable by the owner alone. */
export async function keepAriAccess(folder: AsteriskFolder, access: AriAccess): Promise<void> {
  await writeWhole(accessFile(folder), `${JSON.stringify(access)}\n`, { mode: 0o600 });
}

function accessFile(folder: AsteriskFolder): string {
  return join(folder.stateDir, 'ari.json');
}

/** The control socket's path must fit into a socket address; under a deep DATA_DIR it moves to the temp folder. */
function shortRunDir(stateDir: string): string {
  const runDir = join(stateDir, 'run');
  if (Buffer.byteLength(join(runDir, 'asterisk.ctl')) <= LONGEST_SOCKET_PATH) return runDir;
  return join(tmpdir(), `legwork-${createHash('sha256').update(stateDir).digest('hex').slice(0, 16)}`);
}
