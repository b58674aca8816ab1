import { access } from 'node:fs/promises';
import { startKamailio } from '../../bundled-kamailio/kamailio-process.ts';
import { systemClock } from '../../clock.ts';
import { type Config, ConfigError, loadConfig } from '../../config.ts';
import { SetupError } from '../../setup/setup-error.ts';
import { watchSignals } from '../../stop-signals.ts';
import { proxyTables } from '../../store/proxy-registrations.ts';
import { secretKey } from '../data/secret-key.ts';
import { proxyKey } from './proxy-key.ts';

const UMASK = 0o077;
const say = (line: string) => console.log(line);

/** `npm run kamailio`: the proxy in front of a cluster, with the settings of its nodes; runs until it is told to stop. */
async function main(): Promise<void> {
  process.umask(UMASK);
  const config = loadConfig();
  const { host, port, databaseUrl } = proxySettings(config);
  const signals = watchSignals();
  const waiting = (why: string) => say(`Kamailio waits: ${why}`);
  await proxyTables(databaseUrl, { clock: systemClock, signal: signals.stopped, waiting });
  if (signals.stopped.aborted) return;
  const key = proxyKey(await nodesKey(config.secretKeyFile));
  const kamailio = await startKamailio({
    host,
    port,
    domains: config.ownSip.domains,
    databaseUrl,
    key,
    guessesPerMinute: config.sipGuessesPerMinute,
    dataDir: config.dataDir,
    cacheFolder: config.cacheFolder,
    clock: systemClock,
    progress: say,
    say,
  });
  say(`Kamailio takes SIP at ${host}:${port} (UDP and TCP)`);
  await signals.first;
  await kamailio.stop();
}

/** That of the nodes: a new one would be another. @throws SetupError */
async function nodesKey(path: string): Promise<Uint8Array> {
  await access(path).catch(() => {
    throw new SetupError(
      `SECRET_KEY_FILE: ${path} is not there. Copy the secret key of the nodes to this machine.`,
    );
  });
  return await secretKey(path);
}

/** @throws SetupError */
function proxySettings({ cluster, databaseUrl }: Config) {
  if (cluster?.sipProxy === undefined || databaseUrl.kind !== 'postgres') {
    throw new SetupError(
      'Kamailio is started with the settings of the nodes: CLUSTER=on, DATABASE_URL, SECRET_KEY_FILE, and SIP_PROXY, its own address.',
    );
  }
  return { ...cluster.sipProxy, databaseUrl: databaseUrl.url };
}

try {
  await main();
} catch (error) {
  const isForOperator = error instanceof SetupError || error instanceof ConfigError;
  console.error(isForOperator ? error.message : error);
  process.exit(1);
}
process.exit(0);
