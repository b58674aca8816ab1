import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PackageFetcher } from '../bundled-asterisk/debian/debian-packages.ts';
import { renderConfigFolder } from '../bundled-asterisk/config-files.ts';
import { isTcpPortFree, isUdpPortFree } from '../bundled-asterisk/ports.ts';
import { isSipAlive } from '../bundled-asterisk/sip-health.ts';
import type { Clock } from '../concurrency/clock.ts';
import { SetupError } from '../setup/setup-error.ts';
import { kamailioValues, type KamailioSettings } from './kamailio-config.ts';
import { findKamailio } from './kamailio-program.ts';

export interface KamailioOptions extends KamailioSettings, PackageFetcher {
  readonly dataDir: string;
  /** Told what it says, line by line. */
  readonly say: (line: string) => void;
}

/** A Kamailio that is kept running. */
export interface RunningKamailio {
  stop(): Promise<void>;
}

const TEMPLATES = fileURLToPath(new URL('../../asterisk-config/kamailio', import.meta.url));
const RESTART_AFTER_MS = 1_000;
const ENDS_WITHIN_MS = 10_000;
const POLL_MS = 50;
const STARTS_WITHIN_MS = 20_000;
const LAST_LINES = 10;
/** Megabytes: what all processes share, and what each has. */
const MEMORY = ['-m', '64', '-M', '8'];

/**
 * Starts Kamailio with its files under DATA_DIR, and starts it again whenever it ends. Calls that were connected go on
 * without it, and registrations lie in the database.
 * @throws SetupError
 */
export async function startKamailio(options: KamailioOptions): Promise<RunningKamailio> {
  const { tool, moduleDir } = await findKamailio(options);
  const folder = join(options.dataDir, 'kamailio');
  const runDir = join(folder, 'run');
  await mkdir(runDir, { recursive: true, mode: 0o700 });
  const configFile = join(folder, 'etc/kamailio.cfg');
  const pidFile = join(runDir, 'pid');
  await endThose(configFile, options.clock);
  await rm(pidFile, { force: true });
  await checkPort(options);
  await renderConfigFolder(TEMPLATES, join(folder, 'etc'), kamailioValues(options, { moduleDir, runDir }));
  const args = [...tool.args, '-f', configFile, '-P', pidFile, '-w', runDir, '-DD', '-E', ...MEMORY];
  let last: readonly string[] = [];
  const say = (line: string) => {
    last = [...last, line].slice(-LAST_LINES);
    options.say(line);
  };
  const start = () => {
    const child = spawn(tool.command, args, {
      cwd: runDir,
      // A Ctrl-C for us is not one for it.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      // Times in the database are UTC.
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', TZ: 'UTC', ...tool.env },
    });
    for (const stream of [child.stdout, child.stderr]) tellLines(stream, say);
    return child;
  };
  const cleanUp = async () => {
    await endThose(configFile, options.clock);
    // It refuses to start while its former self may be running.
    await rm(pidFile, { force: true });
  };
  const first = start();
  if (!(await answers(first, options))) {
    await cleanUp();
    throw new SetupError(`Kamailio did not start. Its last messages:\n${last.join('\n')}`);
  }
  return keep(first, { start, cleanUp }, options.clock);
}

/** False when it has ended, or says nothing for too long. */
async function answers(child: ChildProcess, { host, port, clock }: KamailioOptions): Promise<boolean> {
  const deadline = clock.steady() + STARTS_WITHIN_MS;
  while (child.exitCode === null && child.signalCode === null && clock.steady() < deadline) {
    if (await isSipAlive({ host, port }, clock)) return true;
    await clock.sleep(POLL_MS);
  }
  return false;
}

async function checkPort({ host, port }: KamailioOptions): Promise<void> {
  if ((await isUdpPortFree(host, port)) && (await isTcpPortFree(host, port))) return;
  throw new SetupError(
    `Kamailio cannot listen on ${host}:${port}: another program uses the port, or the address does not belong to this host. SIP_PROXY says where it listens.`,
  );
}

interface Keeping {
  readonly start: () => ChildProcess;
  /** Ends what is left of the former one. */
  readonly cleanUp: () => Promise<void>;
}

function keep(first: ChildProcess, { start, cleanUp }: Keeping, clock: Clock): RunningKamailio {
  const stopping = new AbortController();
  let child = first;
  const running = (async () => {
    for (;;) {
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      await cleanUp();
      if (stopping.signal.aborted) return;
      await clock.sleep(RESTART_AFTER_MS, stopping.signal);
      if (stopping.signal.aborted) return;
      child = start();
    }
  })();
  return {
    async stop() {
      stopping.abort();
      child.kill('SIGTERM');
      const kill = clock.after(ENDS_WITHIN_MS, () => child.kill('SIGKILL'));
      await running;
      kill();
    },
  };
}

/** Ends what runs with this configuration: a killed Kamailio leaves processes that listen on, and a killed Legwork all of it. */
async function endThose(configFile: string, clock: Clock): Promise<void> {
  const deadline = clock.steady() + ENDS_WITHIN_MS;
  for (let sent = false; ; sent = true) {
    const pids = await runningWith(configFile);
    if (pids.length === 0) return;
    const signal = clock.steady() > deadline ? 'SIGKILL' : 'SIGTERM';
    if (!sent || signal === 'SIGKILL') for (const pid of pids) end(pid, signal);
    await clock.sleep(POLL_MS);
  }
}

async function runningWith(configFile: string): Promise<readonly number[]> {
  const found: number[] = [];
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const line = await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '');
    if (line.includes(`\0-f\0${configFile}\0`)) found.push(Number(name));
  }
  return found;
}

function end(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

function tellLines(stream: NodeJS.ReadableStream, say: (line: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line.trim() !== '') say(line);
  });
}
