import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { privateProgram } from '../../bundled-asterisk/debian/private-program.ts';
import type { Clock } from '../../concurrency/clock.ts';
import { SetupError } from '../../setup/setup-error.ts';

/** A database server that is running. */
export interface RunningPostgres {
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

export interface PostgresOptions {
  /** Debian's packages, unpacked (package-sets.ts). */
  readonly packages: string;
  /** Where its data is kept, below it; its parents must be open to the user that it runs as. */
  readonly folder: string;
  readonly port: number;
  /** `name=value` of postgresql.conf. */
  readonly settings: readonly string[];
  /** Of its only user; without one everybody on this machine may use it. */
  readonly password?: string;
  readonly clock: Clock;
}

const NOBODY = 65_534;
const STARTS_WITHIN_MS = 60_000;
const POLL_MS = 20;

/** Root's server runs as nobody, because PostgreSQL refuses root. */
const USER = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};

/** Starts a PostgreSQL on a loopback port, on the data of its folder, which are made if they are not there. @throws SetupError */
export async function startPostgresServer(options: PostgresOptions): Promise<RunningPostgres> {
  const { packages, folder, port, settings, clock } = options;
  const program = await makeScripts(packages, folder);
  const data = await makeData(options);
  const listen = ['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories=', '-p', String(port)];
  const set = settings.flatMap((setting) => ['-c', setting]);
  await endFormer(data, clock);
  const server = spawn(program, ['-D', data, ...listen, ...set], {
    ...USER,
    env: {},
    cwd: data,
    // A Ctrl-C for us is not one for it.
    detached: true,
    stdio: 'ignore',
  });
  const ended = once(server, 'close');
  const deadline = clock.steady() + STARTS_WITHIN_MS;
  while (!/ready\s*$/.test(await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => ''))) {
    if (server.exitCode !== null) throw new SetupError(`PostgreSQL ended with code ${server.exitCode}.`);
    if (clock.steady() > deadline) throw new SetupError('PostgreSQL did not start in time.');
    await clock.sleep(POLL_MS);
  }
  return {
    url: `postgres://legwork${options.password === undefined ? '' : `:${options.password}`}@127.0.0.1:${port}/postgres`,
    pid: server.pid ?? 0,
    async stop() {
      // SIGINT is PostgreSQL's "fast" shutdown: it does not wait for clients.
      server.kill('SIGINT');
      await ended;
    },
  };
}

/** The script that starts the server. */
async function makeScripts(packages: string, folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  await chmod(folder, 0o755);
  const bin = await programs(packages);
  // initdb looks for the server beside itself: by this name it finds our script.
  await writeScript(folder, 'initdb', packages, bin, join(folder, 'initdb'));
  // By its real name the server finds its libraries and time zones.
  return await writeScript(folder, 'postgres', packages, bin, join(packages, bin, 'postgres'));
}

async function programs(packages: string): Promise<string> {
  return join('usr/lib/postgresql', await version(packages), 'bin');
}

async function version(packages: string): Promise<string> {
  const found = (await readdir(join(packages, 'usr/lib/postgresql')))[0];
  if (found === undefined) throw new SetupError(`There is no PostgreSQL in ${packages}.`);
  return found;
}

async function makeData({ packages, folder, password }: PostgresOptions): Promise<string> {
  const data = join(folder, 'data');
  const isMade = await readFile(join(data, 'PG_VERSION'), 'utf8').then(
    () => true,
    () => false,
  );
  if (isMade) return data;
  // A start that was killed halfway leaves a folder that is no database.
  await rm(data, { recursive: true, force: true });
  await mkdir(data, { mode: 0o700 });
  if (USER.uid !== undefined) await chown(data, USER.uid, USER.gid);
  const share = join(packages, 'usr/share/postgresql', await version(packages));
  const passwordFile = join(folder, 'password');
  const who = password === undefined ? ['-A', 'trust'] : ['-A', 'scram-sha-256', `--pwfile=${passwordFile}`];
  if (password !== undefined) {
    await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
    if (USER.uid !== undefined) await chown(passwordFile, USER.uid, USER.gid);
  }
  const options = ['-D', data, '-L', share, '-U', 'legwork', ...who, '-E', 'UTF8', '--locale=C', '-N'];
  const made = spawn(join(folder, 'initdb'), options, {
    ...USER,
    env: {},
    cwd: data,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const complaints: Buffer[] = [];
  made.stderr.on('data', (chunk: Buffer) => complaints.push(chunk));
  const [code] = (await once(made, 'close')) as [number | null];
  await rm(passwordFile, { force: true });
  if (code !== 0) {
    await rm(data, { recursive: true, force: true });
    throw new SetupError(
      `A database could not be made in ${data}: ${Buffer.concat(complaints).toString().trim()}`,
    );
  }
  return data;
}

/** One that a killed process of ours has left running on the same data. */
async function endFormer(data: string, clock: Clock): Promise<void> {
  const pid = Number((await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n')[0]);
  const isOurs = async () =>
    pid > 0 && (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).includes(`\0-D\0${data}\0`);
  for (let sent = false; await isOurs(); sent = true) {
    if (!sent) process.kill(pid, 'SIGINT');
    await clock.sleep(POLL_MS);
  }
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
  await chmod(script, 0o755);
  return script;
}
