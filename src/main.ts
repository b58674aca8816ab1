import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isatty } from 'node:tty';
import { systemClock } from './clock.ts';
import { type Config, loadConfig } from './config.ts';
import { DEMO_NUMBER } from './demo/application.ts';
import { writeTo } from './descriptor.ts';
import { LineOutput } from './line-output.ts';
import { LogTail } from './log-tail.ts';
import { createLogger, lossNotice } from './logger.ts';
import { certificateFiles, fingerprintOf } from './main/data/certificate.ts';
import { reachableAddresses } from './main/sip/own-addresses.ts';
import { startNode } from './main/cluster/cluster-node.ts';
import { startLegwork } from './main/legwork.ts';
import type { RunningLegwork } from './main/running-legwork.ts';
import { StartStopped } from './main/started.ts';
import { browserPhoneUrl } from './main/web/browser-phone-url.ts';
import { startProblem } from './main/start-problem.ts';
import { screen } from './screen.ts';
import { watchSignals } from './stop-signals.ts';
import { lockDataDir } from './setup/data-dir-lock.ts';
import { writeWhole } from './setup/whole-file.ts';

/** How long the last lines may wait for whoever reads them. */
const LAST_LINES_MS = 1_000;

const onTerminal = isatty(1);
// Never console or process.stdout: a full disk under them, or a pipe that nobody reads, must not hold us up.
const [standardOutput, standardError] = ([1, 2] as const).map(
  (descriptor) =>
    new LineOutput({ write: writeTo(descriptor), clock: systemClock, notice: lossNotice(onTerminal) }),
) as [LineOutput, LineOutput];

/** The files that we and our Asterisk make are for our user alone: they hold digests, tokens and recordings. */
const UMASK = 0o077;

async function main(): Promise<void> {
  process.umask(UMASK);
  const config = loadConfig(process.env);
  const say = (line: string) => standardOutput.write(`${line}\n`);
  const logLines = new LogTail();
  const log = createLogger(config.logLevel, standardOutput, onTerminal, (line) => logLines.add(line));
  const version = await ownVersion();
  const lock = await lockDataDir(config.dataDir, say);
  const signals = watchSignals();
  try {
    const start = config.cluster === undefined ? startLegwork : startNode;
    const legwork = await start({
      config,
      clock: systemClock,
      log,
      logLines,
      version,
      progress: say,
      stopped: signals.stopped,
      databaseTaken,
    });
    const connectionFile = await writeConnectionFile(config, legwork).catch(async (error: unknown) => {
      await legwork.stop(0);
      throw error;
    });
    say(screen(await screenFacts(config, legwork, version)));
    await signals.first;
    say('Stopping; press Ctrl-C again to stop at once.');
    await rm(connectionFile, { force: true });
    await legwork.stop(config.drainTimeoutS * 1000);
  } catch (error) {
    if (!(error instanceof StartStopped)) throw error;
    say('Stopped before everything was ready.');
  } finally {
    await lock.release();
  }
}

/** Exits at once, without touching Asterisk or the database: both may be another Legwork's by now. */
function databaseTaken(message: string): void {
  console.error(message);
  process.exit(1);
}

/** Tells other programs of this user, such as `npm run demo`, how to reach this Legwork. */
async function writeConnectionFile(config: Config, legwork: RunningLegwork): Promise<string> {
  const { url, accountSid, authToken, sip } = legwork;
  const path = join(config.dataDir, 'connection.json');
  const facts = { pid: process.pid, url, accountSid, authToken, sip };
  await writeWhole(path, `${JSON.stringify(facts, undefined, 2)}\n`, { mode: 0o600 });
  return path;
}

async function screenFacts(config: Config, legwork: RunningLegwork, version: string) {
  const { url, accountSid, authToken, sip, demoPhones } = legwork;
  return {
    version,
    url,
    accountSid,
    authToken,
    dataDir: config.dataDir,
    console: config.console,
    ...(sip === undefined ? {} : { sip: await sipFacts(config, sip) }),
    ...(config.webPhonesOff === undefined
      ? { webPhones: browserPhoneUrl(config.publicUrl) }
      : { webPhonesOff: config.webPhonesOff }),
    ...(config.demo ? { demo: { number: DEMO_NUMBER, phones: demoPhones } } : {}),
  };
}

/** Where phones register, and what they have to know of a certificate that nobody has signed. */
async function sipFacts(config: Config, sip: NonNullable<RunningLegwork['sip']>) {
  const files = config.tlsSelf ? await certificateFiles(config, systemClock) : undefined;
  const fingerprint = files === undefined ? {} : { fingerprint: await fingerprintOf(files.certFile) };
  return { ...sip, ...fingerprint, addresses: reachableAddresses(sip.host) };
}

async function ownVersion(): Promise<string> {
  const manifest = await readFile(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}

let exitCode = 0;
try {
  await main();
} catch (error) {
  standardError.write(`${startProblem(error)}\n`);
  exitCode = 1;
}
await Promise.all([standardOutput.end(LAST_LINES_MS), standardError.end(LAST_LINES_MS)]);
process.exit(exitCode);
