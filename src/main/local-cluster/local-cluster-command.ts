import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '../../clock.ts';
import { ConfigError, loadConfig, userEnvironment } from '../../config.ts';
import { lockDataDir } from '../../setup/data-dir-lock.ts';
import { SetupError } from '../../setup/setup-error.ts';
import { watchSignals } from '../../stop-signals.ts';
import { startLocalCluster } from './local-cluster.ts';
import { makeLocalPhones } from './local-phones.ts';
import { localClusterScreen } from './local-cluster-screen.ts';

const UMASK = 0o077;
const say = (line: string) => console.log(line);

/** `npm run cluster`: a whole small cluster on this machine, to try one out; runs until it is told to stop. */
async function main(): Promise<void> {
  process.umask(UMASK);
  const environment = userEnvironment();
  if (environment['CLUSTER'] !== undefined || environment['DATABASE_URL'] !== undefined) {
    throw new SetupError(
      'npm run cluster starts a database and two nodes of its own: run it without CLUSTER and DATABASE_URL.',
    );
  }
  const config = loadConfig();
  if (config.ari.kind === 'external') {
    throw new SetupError('npm run cluster starts two Asterisks of its own: run it without ARI_URL.');
  }
  const dataDir = join(config.dataDir, 'cluster');
  const signals = watchSignals();
  const lock = await lockDataDir(dataDir, say);
  try {
    const cluster = await startLocalCluster({
      dataDir,
      httpPort: config.httpPort,
      sipPort: config.ari.sipPort,
      environment,
      nodeArguments: process.execArgv,
      postgresDir: postgresDir(dataDir),
      cacheFolder: config.cacheFolder,
      clock: systemClock,
      progress: say,
    });
    try {
      const phones = await makeLocalPhones(cluster, join(dataDir, 'phones.json'));
      say(localClusterScreen(cluster, { phones, version: await ownVersion(), dataDir }));
      await signals.first;
      say('Stopping; press Ctrl-C again to stop at once.');
    } finally {
      await cluster.stop();
    }
  } finally {
    await lock.release();
  }
}

/** PostgreSQL does not run as root, so that what it keeps for root must not lie below folders that are root's alone. */
function postgresDir(dataDir: string): string {
  if (process.getuid?.() !== 0) return join(dataDir, 'postgres');
  const name = createHash('sha256').update(dataDir).digest('hex').slice(0, 12);
  return join('/var/tmp', `legwork-cluster-${name}`);
}

async function ownVersion(): Promise<string> {
  const manifest = await readFile(new URL('../../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}

try {
  await main();
} catch (error) {
  const isForOperator = error instanceof SetupError || error instanceof ConfigError;
  console.error(isForOperator ? error.message : error);
  process.exit(1);
}
process.exit(0);
