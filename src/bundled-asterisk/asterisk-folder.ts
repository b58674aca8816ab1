import { createHash, randomBytes } from 'node:crypto';
import { chmod, lstat, mkdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { SetupError } from '../setup/setup-error.ts';
import { writeWhole } from '../setup/whole-file.ts';

/** Where the bundled Asterisk of one DATA_DIR keeps its files. */
export interface AsteriskFolder {
  readonly etcDir: string;
  readonly stateDir: string;
  readonly runDir: string;
  readonly configFile: string;
  readonly messagesLog: string;
  readonly consoleLog: string;
}

/** What Legwork needs to reach the ARI of its bundled Asterisk; kept for the next start. */
export interface AriAccess {
  readonly port: number;
  readonly username: string;
  readonly password: string;
}

const LONGEST_SOCKET_PATH = 107;

const ariAccess = z.object({ port: z.number(), username: z.string(), password: z.string() });

/** The bundled Asterisk's security log: who was asked for a password, and what came back. */
export function securityLogIn(dataDir: string): string {
  return join(dataDir, 'asterisk/log/security');
}

/** The log of the bundled Asterisk's notices, warnings and errors. */
export function messagesLogIn(dataDir: string): string {
  return join(dataDir, 'asterisk/log/messages');
}

/** Makes the folders of the bundled Asterisk that Asterisk does not make itself. */
export async function makeAsteriskFolder(dataDir: string): Promise<AsteriskFolder> {
  const stateDir = join(dataDir, 'asterisk');
  const runDir = shortRunDir(stateDir);
  // Without the recording folder every recording is refused.
  for (const folder of ['lib/keys', 'cache', 'log', 'spool/recording', 'spool/tmp']) {
    await mkdir(join(stateDir, folder), { recursive: true, mode: 0o700 });
  }
  await mkdir(runDir, { recursive: true, mode: 0o700 });
  await requireOwn(runDir);
  const etcDir = join(stateDir, 'etc');
  return {
    etcDir,
    stateDir,
    runDir,
    configFile: join(etcDir, 'asterisk.conf'),
    messagesLog: messagesLogIn(dataDir),
    consoleLog: join(stateDir, 'log/console'),
  };
}

/**
 * Whoever owns the folder of the control socket controls Asterisk, and anybody can make a folder of this name in the
 * temp folder.
 * @throws SetupError
 */
async function requireOwn(runDir: string): Promise<void> {
  const found = await lstat(runDir);
  if (!found.isDirectory() || found.uid !== process.getuid?.()) {
    throw new SetupError(
      `${runDir}, the folder for Asterisk's control socket, belongs to another user or is a link. Remove it, or set DATA_DIR to a shorter path.`,
    );
  }
  if ((found.mode & 0o077) !== 0) await chmod(runDir, 0o700);
}

/** The access that was kept, or a new one with port 0, which means none yet. */
export async function readAriAccess(folder: AsteriskFolder): Promise<AriAccess> {
  const text = await readFile(accessFile(folder), 'utf8').catch(() => undefined);
  if (text !== undefined) return ariAccess.parse(JSON.parse(text));
  return { port: 0, username: 'legwork', password: randomBytes(24).toString('hex') };
}

/** Keeps the access for the next start, in a file that only its owner can read. */
export async function keepAriAccess(folder: AsteriskFolder, access: AriAccess): Promise<void> {
  await writeWhole(accessFile(folder), `${JSON.stringify(access)}\n`, { mode: 0o600 });
}

function accessFile(folder: AsteriskFolder): string {
  return join(folder.stateDir, 'ari.json');
}

/** The path of the control socket must fit into a socket address; if DATA_DIR is too long, it is in the temp folder. */
function shortRunDir(stateDir: string): string {
  const runDir = join(stateDir, 'run');
  if (Buffer.byteLength(join(runDir, 'asterisk.ctl')) <= LONGEST_SOCKET_PATH) return runDir;
  return join(tmpdir(), `legwork-${createHash('sha256').update(stateDir).digest('hex').slice(0, 16)}`);
}
