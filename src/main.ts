import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ListenError } from './api/http-server.ts';
import { systemClock } from './clock.ts';
import { type Config, ConfigError, loadConfig } from './config.ts';
import { DEMO_NUMBER } from './demo/application.ts';
import { createLogger } from './logger.ts';
import { type Legwork, StartStopped, startLegwork } from './main/legwork.ts';
import { screen } from './screen.ts';
import { lockDataDir } from './setup/data-dir-lock.ts';
import { SetupError } from './setup/setup-error.ts';

/** npm passes a signal on that the terminal has sent as well: within this time they are one. */
const ONE_SIGNAL_MS = 1_000;

async function main(): Promise<void> {
  const config = loadConfig(process.env);
  const log = createLogger(config.logLevel);
  const version = await ownVersion();
  const lock = await lockDataDir(config.dataDir);
  const signals = watchSignals();
  try {
    const progress = (line: string) => console.log(line);
    const legwork = await startLegwork({
      config,
      clock: systemClock,
      log,
      version,
      progress,
      stopped: signals.stopped,
      databaseTaken,
    });
    const connectionFile = await writeConnectionFile(config, legwork);
    console.log(screen(screenFacts(config, legwork, version)));
    await signals.first;
    console.log('Stopping; press Ctrl-C again to stop at once.');
    await rm(connectionFile, { force: true });
    await legwork.stop(config.drainTimeoutS * 1000);
  } catch (error) {
    if (!(error instanceof StartStopped)) throw error;
    console.log('Stopped before Asterisk was there.');
  } finally {
    await lock.release();
  }
}

/** `first` resolves, and `stopped` aborts, with the first SIGINT or SIGTERM; a later one ends the process at once. */
function watchSignals(): { readonly first: Promise<void>; readonly stopped: AbortSignal } {
  let firstAt: number | undefined;
  const stop = new AbortController();
  const first = new Promise<void>((resolve) => {
    stop.signal.addEventListener('abort', () => resolve());
  });
  const heard = () => {
    const now = systemClock.now();
    if (firstAt === undefined) {
      firstAt = now;
      stop.abort();
    } else if (now - firstAt > ONE_SIGNAL_MS) {
      process.exit(130);
    }
  };
  process.on('SIGINT', heard);
  process.on('SIGTERM', heard);
  return { first, stopped: stop.signal };
}

/** At once, without a word to Asterisk or the database: both may be another Legwork's by now. */
function databaseTaken(message: string): void {
  console.error(message);
  process.exit(1);
}

/** How programs of this user find a running Legwork, `npm run demo` among them. */
async function writeConnectionFile(config: Config, legwork: Legwork): Promise<string> {
  const { url, accountSid, authToken, sip } = legwork;
  const path = join(config.dataDir, 'connection.json');
  const facts = { pid: process.pid, url, accountSid, authToken, sip };
  await rm(path, { force: true });
  await writeFile(path, `${JSON.stringify(facts, undefined, 2)}\n`, { mode: 0o600 });
  return path;
}

function screenFacts(config: Config, legwork: Legwork, version: string) {
  const { url, accountSid, authToken, sip, demoPhones } = legwork;
  return {
    version,
    url,
    accountSid,
    authToken,
    dataDir: config.dataDir,
    ...(sip === undefined ? {} : { sip }),
    ...(config.demo ? { demo: { number: DEMO_NUMBER, phones: demoPhones } } : {}),
  };
}

async function ownVersion(): Promise<string> {
  const manifest = await readFile(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}

/** What the operator can mend is said in one message; anything else is a mistake of ours, with its stack. */
function isForOperator(error: unknown): error is Error {
  return error instanceof ConfigError || error instanceof SetupError || error instanceof ListenError;
}

try {
  await main();
  process.exit(0);
} catch (error) {
  console.error(isForOperator(error) ? error.message : error);
  process.exit(1);
}
