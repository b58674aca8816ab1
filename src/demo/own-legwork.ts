import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, openSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isUdpPortFree, pickFreePort } from '../bundled-asterisk/ports.ts';
import { systemClock } from '../clock.ts';
import type { Cleanups } from './cleanups.ts';
import { type Connection, healthPid } from './connection.ts';

/** The first start on a machine fetches Asterisk, which may take minutes. */
const START_TIMEOUT_MS = 900_000;
const POLL_MS = 250;
const STILL_MS = 10_000;
const STOP_TIMEOUT_MS = 30_000;

/** Settings for a Legwork of the user that must not affect ours; an empty one counts as not set. */
const NOT_OURS = [
  'ARI_URL',
  'ARI_USERNAME',
  'ARI_PASSWORD',
  'ARI_APP',
  'DATABASE_URL',
  'EXTERNAL_ADDRESS',
  'HTTP_HOST',
  'MEDIA_URL',
  'PUBLIC_URL',
  'SIP_HOST',
  'WEBHOOK_ALLOW',
  'WEBHOOK_DENY',
];

/** Where the demo's own Legwork keeps its data and writes its output. */
export interface OwnFolder {
  readonly dataDir: string;
  readonly logFile: string;
  /** Removes its output; its data is removed in any case. */
  forget(): Promise<void>;
}

export async function makeOwnFolder(cleanups: Cleanups): Promise<OwnFolder> {
  const folder = await mkdtemp(join(tmpdir(), 'legwork-demo-'));
  const dataDir = join(folder, 'data');
  await mkdir(dataDir);
  cleanups.add(() => rm(dataDir, { recursive: true, force: true }));
  const forget = () => rm(folder, { recursive: true, force: true });
  return { dataDir, logFile: join(folder, 'legwork.log'), forget };
}

/** Starts a Legwork for the demo, on free ports; it has stopped when the cleanups have run. */
export async function startOwnLegwork(
  { dataDir, logFile }: OwnFolder,
  cleanups: Cleanups,
  say: (line: string) => void,
): Promise<Connection> {
  const connection = await chooseConnection();
  say(`Starting a Legwork for the demo (its output: ${logFile})`);
  const child = spawnLegwork(connection, dataDir, logFile);
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  cleanups.add(() => stop(child, exited));
  await ready(connection.url, child, logFile, say);
  return connection;
}

async function chooseConnection(): Promise<Connection> {
  const httpPort = await pickFreePort('127.0.0.1');
  let sipPort = await pickFreePort('127.0.0.1');
  while (sipPort === httpPort || !(await isUdpPortFree('127.0.0.1', sipPort))) {
    sipPort = await pickFreePort('127.0.0.1');
  }
  return {
    url: `http://127.0.0.1:${httpPort}`,
    accountSid: `AC${randomBytes(16).toString('hex')}`,
    authToken: randomBytes(16).toString('hex'),
    sip: { host: '127.0.0.1', port: sipPort },
  };
}

function spawnLegwork(connection: Connection, dataDir: string, logFile: string): ChildProcess {
  // When the demo runs from its sources, it runs Legwork from its sources as well.
  const main = fileURLToPath(
    new URL(import.meta.url.endsWith('.ts') ? '../main.ts' : '../main.js', import.meta.url),
  );
  const rtpMin = 20_000 + 2 * Math.floor(Math.random() * 5_000);
  const output = openSync(logFile, 'w', 0o600);
  try {
    return spawn(process.execPath, [...process.execArgv, main], {
      stdio: ['ignore', output, output],
      env: {
        ...process.env,
        ...Object.fromEntries(NOT_OURS.map((name) => [name, ''])),
        HTTP_PORT: new URL(connection.url).port,
        SIP_PORT: String(connection.sip.port),
        RTP_PORT_MIN: String(rtpMin),
        RTP_PORT_MAX: String(rtpMin + 100),
        ACCOUNT_SID: connection.accountSid,
        AUTH_TOKEN: connection.authToken,
        DATA_DIR: dataDir,
        DEMO: 'off',
        DRAIN_TIMEOUT_S: '2',
      },
    });
  } finally {
    closeSync(output);
  }
}

async function ready(
  url: string,
  child: ChildProcess,
  logFile: string,
  say: (line: string) => void,
): Promise<void> {
  const began = systemClock.now();
  let saidAt = began;
  while ((await healthPid(url)) !== child.pid) {
    const now = systemClock.now();
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) {
      throw new Error(`Legwork ended while it started. Its last words:\n${await lastLines(logFile, 15)}`);
    }
    if (now - began > START_TIMEOUT_MS) throw new Error('Legwork was not ready after 15 minutes.');
    if (now - saidAt >= STILL_MS) {
      saidAt = now;
      say(`Still starting (${Math.round((now - began) / 1000)} s): ${await lastLines(logFile, 1)}`);
    }
    await systemClock.sleep(POLL_MS);
  }
}

async function lastLines(file: string, count: number): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.trimEnd().split('\n').slice(-count).join('\n');
}

/** Asks it to stop and waits; it stops its Asterisk itself. */
async function stop(child: ChildProcess, exited: Promise<void>): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  const late = new AbortController();
  const timeIsUp = systemClock.sleep(STOP_TIMEOUT_MS, late.signal).then(() => 'late' as const);
  const how = await Promise.race([exited, timeIsUp]);
  late.abort();
  if (how !== 'late') return;
  child.kill('SIGKILL');
  await exited;
  throw new Error('Legwork did not stop within 30 s and was killed; its Asterisk may still be running.');
}
