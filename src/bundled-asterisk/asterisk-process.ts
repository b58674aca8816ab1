import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../concurrency/clock.ts';
import type { ToolCommand } from './debian/private-program.ts';
import { SetupError } from '../setup/setup-error.ts';

const STOP_DEADLINE_MS = 10_000;
const POLL_MS = 50;
const WATCH_MS = 1_000;

/** The arguments with which Asterisk is started for a configuration file, and by which it is found again. */
function ownArguments(configFile: string): readonly string[] {
  return ['-C', configFile, '-f'];
}

/**
 * Starts Asterisk in a session of its own, so that a Ctrl-C for its parent does not reach it and it survives when its
 * parent is killed. Resolves with its process id.
 */
export async function spawnAsterisk(
  tool: ToolCommand,
  configFile: string,
  consoleLog: string,
): Promise<number> {
  await rm(consoleLog, { force: true });
  // In append mode, so that the file can be emptied while Asterisk is running.
  const output = await open(consoleLog, 'a', 0o600);
  try {
    const child = spawn(tool.command, [...tool.args, ...ownArguments(configFile)], {
      cwd: '/',
      detached: true,
      stdio: ['ignore', output.fd, output.fd],
      // Nothing from our environment (proxies, tokens). Few malloc arenas keep its memory low after a peak.
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', MALLOC_ARENA_MAX: '4', ...tool.env },
    });
    await once(child, 'spawn');
    child.unref();
    if (child.pid === undefined) throw new SetupError('Asterisk could not be started.');
    return child.pid;
  } finally {
    await output.close();
  }
}

/** The process id of the Asterisk that is running with this configuration file, whoever started it. */
export async function findRunningAsterisk(configFile: string): Promise<number | undefined> {
  const processes = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  for (const pid of processes) if (await isRunning(pid, configFile)) return pid;
  return undefined;
}

/** Resolves when Asterisk has ended; never, once `signal` has aborted. */
export async function watchExit(
  pid: number,
  configFile: string,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted && (await isRunning(pid, configFile))) await clock.sleep(WATCH_MS, signal);
}

/** Ends an Asterisk and its calls: with SIGTERM, so that it sends BYE, and with SIGKILL if that takes too long. */
export async function endAsterisk(pid: number, configFile: string, clock: Clock): Promise<void> {
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    const deadline = clock.steady() + STOP_DEADLINE_MS;
    for (let sent = false; clock.steady() < deadline; sent = true) {
      if (!(await isRunning(pid, configFile))) return;
      if (!sent) process.kill(pid, signal);
      await clock.sleep(POLL_MS);
    }
  }
  throw new SetupError(`Asterisk (pid ${pid}) does not end.`);
}

/** Process ids are reused, so only a process with our command line is our Asterisk. A zombie has no command line. */
export async function isRunning(pid: number, configFile: string): Promise<boolean> {
  const line = await readFile(join('/proc', String(pid), 'cmdline'), 'utf8').catch(() => '');
  const wanted = ownArguments(configFile).join('\0');
  return line.replace(/\0+$/, '').endsWith(`\0${wanted}`);
}
