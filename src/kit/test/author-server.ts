import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { pickFreePort } from '../../bundled-asterisk/ports.ts';
import type { Clock } from '../../concurrency/clock.ts';
import { within } from '../../concurrency/deadline.ts';

/** The application server of the author could not be started. */
export class ServerProblem extends Error {
  override readonly name = 'ServerProblem';
}

/** An application server that runs while scenarios are performed. */
export interface AuthorServer {
  /** `http://127.0.0.1:3000` */
  readonly url: string;
  /** What it has printed last. */
  lastLines(): string;
  stop(): Promise<void>;
}

export interface AuthorServerOrder {
  readonly command: string;
  readonly env: Readonly<Record<string, string>>;
  readonly clock: Clock;
}

const LISTENS_WITHIN_MS = 30_000;
const POLL_MS = 25;
const STOPS_WITHIN_MS = 3_000;
const LAST_WORDS_MS = 1_000;
const KEPT_OUTPUT = 4_000;
const KEPT_LINES = 15;

/** Where a server listens that is told only its port; `localhost` may be either. */
const HOSTS = ['127.0.0.1', '::1'] as const;

/** Starts the author's command with PORT set; resolves when something listens there. @throws ServerProblem */
export async function startAuthorServer({ command, env, clock }: AuthorServerOrder): Promise<AuthorServer> {
  const port = await pickFreePort(HOSTS[0]);
  // A group of its own, so that what the shell starts can be stopped with it.
  const child = spawn(command, {
    shell: true,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...env, PORT: String(port) },
  });
  let output = '';
  const keep = (chunk: Buffer) => {
    output = (output + chunk.toString('utf8')).slice(-KEPT_OUTPUT);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const ended = endOf(child);
  const lastLines = () => output.trimEnd().split('\n').slice(-KEPT_LINES).join('\n');
  const host = await listeningHost(child, port, clock);
  if (host !== undefined) {
    const url = new URL(`http://${host.includes(':') ? `[${host}]` : host}:${port}`).origin;
    return { url, lastLines, stop: () => stop(child, ended, clock) };
  }
  const code = child.exitCode ?? child.signalCode;
  await stop(child, ended, clock);
  // Its last words may come after its end.
  await within(clock, LAST_WORDS_MS, () => ended, undefined);
  const late = `does not listen at PORT (${port}) after ${LISTENS_WITHIN_MS / 1000} s`;
  const why = code === null ? late : `ended with ${code}`;
  throw new ServerProblem(`The server (${command}) ${why}. It said:\n${lastLines()}`);
}

/** The host that somebody listens at, as soon as somebody does; undefined when the server has ended, or took too long. */
async function listeningHost(child: ChildProcess, port: number, clock: Clock): Promise<string | undefined> {
  const until = clock.steady() + LISTENS_WITHIN_MS;
  while (child.exitCode === null && child.signalCode === null && clock.steady() < until) {
    for (const host of HOSTS) if (await listens(host, port)) return host;
    await clock.sleep(POLL_MS);
  }
  return undefined;
}

/** Resolves when it has ended and everything that it printed was read. */
async function endOf(child: ChildProcess): Promise<void> {
  await once(child, 'close').catch(() => undefined); // a shell that cannot be started
}

/** Whether somebody listens there. */
async function listens(host: string, port: number): Promise<boolean> {
  const socket = connect({ port, host });
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

async function stop({ pid }: ChildProcess, ended: Promise<void>, clock: Clock): Promise<void> {
  if (pid === undefined) return;
  signal(pid, 'SIGTERM');
  const how = await within(clock, STOPS_WITHIN_MS, () => ended.then(() => 'ended' as const), 'late');
  if (how === 'late') signal(pid, 'SIGKILL');
}

/** To the process and all that it started. */
function signal(pid: number, name: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(-pid, name);
  } catch {
    // It has ended meanwhile.
  }
}
