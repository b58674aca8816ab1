import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../src/clock.ts';
import { type Config, loadConfig } from '../../src/config.ts';
import { createLogger, type Lines, type Logger } from '../../src/logger.ts';
import { type Legwork, startLegwork } from '../../src/main/legwork.ts';
import { atEndOfRun } from './end-of-run.ts';
import { ownPort, ownPortSettings } from './own-ports.ts';
import { isEmpty, QUIET_MS, restRequest, type StoryStack } from './story-stack.ts';
import { waitUntil } from './wait-until.ts';

/** A whole Legwork of a test's own: real Asterisk, real SIP, SQLite in a folder that goes away with it. */
export interface LiveStack extends StoryStack {
  readonly legwork: Legwork;
  stop(): Promise<void>;
}

/** Starts a stack on free ports of 127.0.0.1; `settings` are environment variables on top. */
export async function startLiveStack(settings: Readonly<Record<string, string>> = {}): Promise<LiveStack> {
  const dataDir = await mkdtemp(join(tmpdir(), 'legwork-live-'));
  const config = loadConfig({
    DATA_DIR: dataDir,
    ...(await ownPortSettings(dataDir)),
    CALLBACK_RETRY_SCHEDULE_S: '1',
    DEMO: 'off',
    // So that every story also says whether tracing does any harm. Nobody listens at the collector's port.
    SIP_TRACE: 'all',
    HEP_SERVER: `127.0.0.1:${await ownPort()}`,
    LOG_LEVEL: 'info',
    ...settings,
  });
  const loggedErrors: unknown[] = [];
  const output = new LogOutput();
  const legwork = await startLegwork({
    config,
    clock: systemClock,
    log: watchedLog(config.logLevel, output, loggedErrors),
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
    get output() {
      return output.text;
    },
    authToken: legwork.authToken,
    rest: (method, path, form) => restRequest(legwork, method, path, form),
    quiet: () => quiet(legwork),
    async stop() {
      await legwork.stop(0);
      await rm(dataDir, { recursive: true });
    },
  };
}

/** Keeps the log for the report of a test that fails. What is shown at once: errors, which are mistakes of ours. */
class LogOutput implements Lines {
  text = '';

  write(line: string): void {
    this.text += line;
    if (/^\{"level":[56]0/.test(line)) process.stdout.write(line);
  }
}

function watchedLog(level: Config['logLevel'], output: Lines, errors: unknown[]): Logger {
  const log = createLogger(level, output, false);
  const write = log.error.bind(log);
  const watched = (...line: Parameters<Logger['error']>) => {
    errors.push(line);
    write(...line);
  };
  return Object.assign(log, { error: watched });
}

async function quiet(legwork: Legwork): Promise<void> {
  await waitUntil('every call is over', () => legwork.calls.size === 0, QUIET_MS);
  const { ari, store } = legwork.foundation;
  // A call that is over may still owe its action.
  const done = async () => (await store.unfinishedLegs()).length === 0;
  await waitUntil('every action is requested', done, QUIET_MS);
  const delivered = async () => (await store.callbackQueue.pending()).count === 0;
  await waitUntil('every callback is delivered', delivered, QUIET_MS);
  for (const what of ['channels', 'bridges'] as const) {
    const empty = async () => isEmpty(await ari.run(what, 'list'));
    await waitUntil(`Asterisk has no ${what}`, empty, QUIET_MS);
  }
}

let shared: Promise<LiveStack> | undefined;

/** One stack for all live tests of this process, whose end is its own. */
export function sharedStack(): Promise<LiveStack> {
  shared ??= startLiveStack();
  return shared;
}

atEndOfRun(async () => (await shared)?.stop());
