import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../src/clock.ts';
import { defaultCacheFolder } from '../../src/config.ts';
import { ensurePackages } from '../../src/bundled-asterisk/debian/debian-packages.ts';
import { TEST_PACKAGES } from '../../src/bundled-asterisk/debian/package-sets.ts';
import { privateProgram } from '../../src/bundled-asterisk/debian/private-program.ts';
import { ownPort } from './own-ports.ts';
import { waitUntil } from './wait-until.ts';

/** A database server of a test's own. */
export interface PrivatePostgres {
  readonly url: string;
  /** Of the server, which has a process for each connection below it. */
  readonly pid: number;
  /** Stops it, as an upgrade does, and starts it on the same data when `meanwhile` is done. */
  restart(meanwhile?: () => Promise<void>): Promise<void>;
  stop(): Promise<void>;
}

const NOBODY = 65534;
const START_DEADLINE_MS = 60_000;

const SETTINGS = ['max_connections=50'];
/** Test data may be lost with the machine. */
const NOT_DURABLE = ['fsync=off', 'full_page_writes=off', 'synchronous_commit=off'];

/** Root's server runs as nobody, because PostgreSQL refuses root. */
const USER = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};

/** Starts an empty PostgreSQL in a temp folder, on a free loopback port; a durable one writes as in production. */
export async function startPostgres({ durable = false } = {}): Promise<PrivatePostgres> {
  const progress = (line: string) => console.log(line);
  const packages = await ensurePackages(TEST_PACKAGES, {
    cacheFolder: defaultCacheFolder(),
    clock: systemClock,
    progress,
  });
  const folder = await mkdtemp(join(tmpdir(), 'legwork-postgres-'));
  await chmod(folder, 0o755);
  const data = await makeDatabase(packages, folder);
  const port = await ownPort();
  const settings = durable ? SETTINGS : [...SETTINGS, ...NOT_DURABLE];
  const start = () => startServer(join(folder, 'postgres'), data, { port, settings });
  let server = await start();
  return {
    url: `postgres://legwork@127.0.0.1:${port}/postgres`,
    get pid() {
      return server.pid;
    },
    async restart(meanwhile) {
      await server.stop();
      await meanwhile?.();
      server = await start();
    },
    async stop() {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function makeDatabase(packages: string, folder: string): Promise<string> {
  const version = (await readdir(join(packages, 'usr/lib/postgresql')))[0];
  if (version === undefined) throw new Error(`No PostgreSQL in ${packages}`);
  const bin = join('usr/lib/postgresql', version, 'bin');
  // initdb looks for the server beside itself: by this name it finds our script.
  const initdb = await writeScript(folder, 'initdb', packages, bin, join(folder, 'initdb'));
  // By its real name the server finds its libraries and time zones.
  await writeScript(folder, 'postgres', packages, bin, join(packages, bin, 'postgres'));
  const data = join(folder, 'data');
  await mkdir(data, { mode: 0o700 });
  if (USER.uid !== undefined) await chown(data, USER.uid, USER.gid);
  const share = join(packages, 'usr/share/postgresql', version);
  const options = ['-D', data, '-L', share, '-U', 'legwork', '-A', 'trust', '-E', 'UTF8', '--locale=C', '-N'];
  const made = spawn(initdb, options, { ...USER, env: {}, cwd: data, stdio: ['ignore', 'ignore', 'pipe'] });
  const complaints: Buffer[] = [];
  made.stderr.on('data', (chunk: Buffer) => complaints.push(chunk));
  const [code] = (await once(made, 'close')) as [number | null];
  if (code !== 0) throw new Error(`initdb failed: ${Buffer.concat(complaints).toString()}`);
  return data;
}

interface Server {
  readonly pid: number;
  stop(): Promise<void>;
}

async function startServer(
  program: string,
  data: string,
  { port, settings }: { readonly port: number; readonly settings: readonly string[] },
): Promise<Server> {
  const listen = ['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories=', '-p', String(port)];
  const set = settings.flatMap((setting) => ['-c', setting]);
  const server = spawn(program, ['-D', data, ...listen, ...set], {
    ...USER,
    env: {},
    cwd: data,
    stdio: 'ignore',
  });
  const ended = once(server, 'close');
  const isReady = async () => {
    if (server.exitCode !== null) throw new Error(`PostgreSQL ended with code ${server.exitCode}`);
    return /ready\s*$/.test(await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => ''));
  };
  await waitUntil('PostgreSQL is ready', isReady, START_DEADLINE_MS);
  return {
    pid: server.pid ?? 0,
    async stop() {
      // SIGINT is PostgreSQL's "fast" shutdown: it does not wait for clients.
      server.kill('SIGINT');
      await ended;
    },
  };
}

/**
 * Writes a script that runs a program by the packages' own loader and under a name, and resolves to its path.
 *
 * initdb starts the server itself: by its plain path it would take the host's loader.
 */
async function writeScript(
  folder: string,
  program: string,
  packages: string,
  bin: string,
  name: string,
): Promise<string> {
  const { command, args } = await privateProgram(packages, join(bin, program));
  const line = [command, '--argv0', name, ...args].map((part) => `'${part}'`).join(' ');
  const script = join(folder, program);
  await writeFile(script, `#!/bin/sh\nexec ${line} "$@"\n`, { mode: 0o755 });
  return script;
}
