import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm, symlink, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../clock.ts';
import { loadConfig } from '../config.ts';
import { keepAriAccess, makeAsteriskFolder, readAriAccess } from './asterisk-folder.ts';
import { findAsterisk } from './asterisk-program.ts';
import { keepUp } from './asterisk-upkeep.ts';
import { renderConfigFolder } from './config-files.ts';
import { configValues } from './config-values.ts';
import { webPhoneValues } from './web-phone-values.ts';

const ARI_PORT = 8088;
const TEMPLATES = fileURLToPath(new URL('../../asterisk-config', import.meta.url));
/** Shows warnings only: whatever fails is tried again a moment later. */
const QUIET = {
  debug: () => undefined,
  warn: (fields: object, message: string) => console.error(message, fields),
};
const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/**
 * The program of the Asterisk container: it renders the configuration from the settings of a bundled Asterisk, writes
 * the ARI password to a file for the Legwork container, and runs as long as Asterisk does.
 */
async function main(passwordFile: string): Promise<number> {
  const config = loadConfig();
  if (config.ari.kind !== 'bundled') throw new Error('ARI_URL belongs to the Legwork container');
  const folder = await makeAsteriskFolder(config.dataDir);
  const program = await findAsterisk({
    cacheFolder: config.cacheFolder,
    clock: systemClock,
    progress: (line) => console.log(line),
  });
  const access = { ...(await readAriAccess(folder)), port: ARI_PORT };
  await keepAriAccess(folder, access);
  await writeFile(passwordFile, access.password, { mode: 0o600 });
  // Only the container's network can reach this port, because it is not published.
  const ari = { ...access, host: '0.0.0.0', permit: '0.0.0.0/0.0.0.0' };
  // Peers reach a container through a gateway with a private address, but must be given the external one.
  const webPhones = webPhoneValues(config);
  const { tls } = config;
  const sipTls = tls === undefined ? undefined : { ...tls, port: config.ari.sipTlsPort };
  const settings = { ...config, ...config.ari, tls: sipTls, webPhones, localNets: [] };
  await renderConfigFolder(
    TEMPLATES,
    folder.etcDir,
    await configValues({ ...folder, ...program }, ari, settings),
  );
  await rm(folder.messagesLog, { force: true });
  await symlink('/dev/stdout', folder.messagesLog);
  const { command, args, env } = program.tool;
  const asterisk = spawn(command, [...args, '-C', folder.configFile, '-f'], {
    stdio: 'inherit',
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', MALLOC_ARENA_MAX: '4', ...env },
  });
  // What Legwork serves is not known here, but the size of the cache is limited all the same.
  keepUp({ folder, clock: systemClock, log: QUIET, isServed: () => true });
  for (const signal of SIGNALS) process.on(signal, () => asterisk.kill('SIGTERM'));
  const [code] = (await once(asterisk, 'close')) as [number | null];
  return code ?? 1;
}

process.exitCode = await main(process.argv[2] ?? '/run/legwork-ari/password');
