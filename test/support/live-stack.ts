import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pickFreePort } from '../../src/asterisk/ports.ts';
import { systemClock } from '../../src/clock.ts';
import { type Config, loadConfig } from '../../src/config.ts';
import { createLogger, type Logger } from '../../src/logger.ts';
import { type Legwork, startLegwork } from '../../src/main/legwork.ts';

/** A whole Legwork of a test's own: real Asterisk, real SIP, SQLite in a folder that goes away with it. */
export interface LiveStack {
  readonly legwork: Legwork;
  readonly sip: { readonly host: string; readonly port: number };
  readonly dataDir: string;
  /** What was logged as an error: a mistake of ours. */
  readonly loggedErrors: unknown[];
  /** Calls the REST API as the first account; resolves with status and JSON. */
  rest(method: string, path: string, form?: Readonly<Record<string, string>>): Promise<RestReply>;
  stop(): Promise<void>;
}

export interface RestReply {
  readonly status: number;
  // The tests say what they expect of it.
  readonly json: Record<string, unknown>;
}

/** Starts a stack on free ports of 127.0.0.1; `settings` are environment variables on top. */
export async function startLiveStack(settings: Readonly<Record<string, string>> = {}): Promise<LiveStack> {
  const dataDir = await mkdtemp(join(tmpdir(), 'legwork-live-'));
  const config = loadConfig({
    DATA_DIR: dataDir,
    HTTP_PORT: String(await pickFreePort('127.0.0.1')),
    SIP_PORT: String(await pickFreePort('127.0.0.1')),
    RTP_PORT_MIN: '20000',
    RTP_PORT_MAX: '24000',
    CALLBACK_RETRY_SCHEDULE_S: '1',
    DEMO: 'off',
    // Refused calls and receivers that are down, which these tests are about, are warnings.
    LOG_LEVEL: 'error',
    ...settings,
  });
  const loggedErrors: unknown[] = [];
  const legwork = await startLegwork({
    config,
    clock: systemClock,
    log: watchedLog(config.logLevel, loggedErrors),
    version: '0.0.0-test',
    progress: () => undefined,
  });
  if (legwork.sip === undefined) throw new Error('A live test needs the bundled Asterisk');
  const { sip } = legwork;
  return {
    legwork,
    sip,
    dataDir,
    loggedErrors,
    rest: (method, path, form) => request(legwork, method, path, form),
    async stop() {
      await legwork.stop(0);
      await rm(dataDir, { recursive: true });
    },
  };
}

function watchedLog(level: Config['logLevel'], errors: unknown[]): Logger {
  const log = createLogger(level, false);
  const write = log.error.bind(log);
  const watched = (...line: Parameters<Logger['error']>) => {
    errors.push(line);
    write(...line);
  };
  return Object.assign(log, { error: watched });
}

async function request(
  { url, accountSid, authToken }: Legwork,
  method: string,
  path: string,
  form?: Readonly<Record<string, string>>,
): Promise<RestReply> {
  const reply = await fetch(`${url}/2012-04-24/Accounts/${accountSid}${path}`, {
    method,
    headers: {
      authorization: `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`,
      accept: 'application/json',
    },
    ...(form === undefined ? {} : { body: new URLSearchParams(form) }),
  });
  const text = await reply.text();
  return { status: reply.status, json: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>) };
}

let shared: Promise<LiveStack> | undefined;

/** One stack for all live tests of this mocha run, which ends it. */
export function sharedStack(): Promise<LiveStack> {
  shared ??= startLiveStack();
  return shared;
}

after(async function () {
  this.timeout(60_000);
  await (await shared)?.stop();
});
