import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pickFreePort } from '../../src/asterisk/ports.ts';
import { systemClock } from '../../src/clock.ts';
import { type Config, loadConfig } from '../../src/config.ts';
import { createLogger, type Logger } from '../../src/logger.ts';
import { type Legwork, startLegwork } from '../../src/main/legwork.ts';
import { waitUntil } from './wait-until.ts';

/** So long a story's last callbacks and channels may take. */
export const QUIET_MS = 15_000;

/** What a story needs of a running Legwork, wherever it runs. */
export interface StoryStack {
  readonly sip: { readonly host: string; readonly port: number };
  readonly authToken: string;
  /** What was logged as an error: a mistake of ours. */
  readonly loggedErrors: unknown[];
  /** Calls the REST API as the first account; resolves with status and JSON. */
  rest(method: string, path: string, form?: Readonly<Record<string, string>>): Promise<RestReply>;
  /** Waits until every call is over and every callback delivered, in Legwork and in Asterisk. */
  quiet(): Promise<void>;
}

/** A whole Legwork of a test's own: real Asterisk, real SIP, SQLite in a folder that goes away with it. */
export interface LiveStack extends StoryStack {
  readonly legwork: Legwork;
  readonly dataDir: string;
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
    authToken: legwork.authToken,
    rest: (method, path, form) => restRequest(legwork, method, path, form),
    quiet: () => quiet(legwork),
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

/** Calls a REST API as its first account. */
export async function restRequest(
  { url, accountSid, authToken }: Pick<Legwork, 'url' | 'accountSid' | 'authToken'>,
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

async function quiet(legwork: Legwork): Promise<void> {
  await waitUntil('every call is over', () => legwork.calls.size === 0, QUIET_MS);
  const { ari, store } = legwork.foundation;
  const delivered = async () => (await store.callbackQueue.pending()).count === 0;
  await waitUntil('every callback is delivered', delivered, QUIET_MS);
  for (const what of ['channels', 'bridges'] as const) {
    const empty = async () => isEmpty(await ari.run(what, 'list'));
    await waitUntil(`Asterisk has no ${what}`, empty, QUIET_MS);
  }
}

export function isEmpty(list: unknown): boolean {
  return Array.isArray(list) && list.length === 0;
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
