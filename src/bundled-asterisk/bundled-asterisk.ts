import { readFile, statfs } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { PackageFetcher } from './debian/debian-packages.ts';
import { lastLines } from './debian/run-command.ts';
import { compact } from '../call/compact.ts';
import { SetupError } from '../setup/setup-error.ts';
import { waitForAri } from './ari-answers.ts';
import { keepAriAccess, makeAsteriskFolder, readAriAccess } from './asterisk-folder.ts';
import type { AriAccess, AsteriskFolder } from './asterisk-folder.ts';
import { endAsterisk, findRunningAsterisk, spawnAsterisk, watchExit } from './asterisk-process.ts';
import { findAsterisk, type AsteriskProgram } from './asterisk-program.ts';
import { configFolderEquals, renderConfig, writeConfigFolder } from './config-files.ts';
import { configValues, type BundledSettings } from './config-values.ts';
import { isTcpPortFree, isUdpPortFree, pickFreePort } from './ports.ts';

/** What a bundled Asterisk is started with. */
export interface BundledAsteriskOptions extends BundledSettings, PackageFetcher {
  readonly dataDir: string;
  /** Where ARI listens; loopback by default. Elsewhere, only the private networks may use it. */
  readonly ariHost?: string;
  /** One that is running is adopted even when it has other settings. */
  readonly isKept?: boolean;
}

/** An Asterisk that Legwork started, or adopted because it was running on the same DATA_DIR. */
export interface BundledAsterisk {
  readonly ariUrl: string;
  readonly username: string;
  readonly password: string;
  readonly sip: { readonly host: string; readonly port: number; readonly tlsPort?: number };
  /** Whether it was already running, with its calls. */
  readonly adopted: boolean;
  readonly pid: number;
  /** Resolves when Asterisk has ended, for whatever reason. */
  readonly exited: Promise<void>;
  /** Ends Asterisk and its calls. */
  stop(): Promise<void>;
  /** Watches it no longer: `exited` resolves, and it goes on. */
  leave(): void;
}

const LOOPBACK = '127.0.0.1';
const PRIVATE_NETWORKS = '127.0.0.0/8,10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,fc00::/7';
const START_DEADLINE_MS = 30_000;
/** Less than the size that Asterisk's database has at first. */
const LEAST_FREE_BYTES = 65_536;
const TEMPLATES = fileURLToPath(new URL('../../asterisk-config', import.meta.url));

/**
 * Starts Asterisk with its state under DATA_DIR, or adopts the one that a killed Legwork left running there.
 *
 * One that runs with another configuration is stopped first.
 * @throws SetupError that says what to do
 */
export async function startBundledAsterisk(options: BundledAsteriskOptions): Promise<BundledAsterisk> {
  const folder = await makeAsteriskFolder(options.dataDir);
  const program = await findAsterisk(options);
  const access = await readAriAccess(folder);
  const running = await findRunningAsterisk(folder.configFile);
  if (running !== undefined) {
    if (await isAsWanted(running, folder, program, access, options)) {
      return describe(running, true, folder, access, options);
    }
    if (options.isKept === true && (await answers(running, folder, access, options))) {
      options.progress(
        `Asterisk (pid ${running}) goes on with its former settings, because it may have calls`,
      );
      return describe(running, true, folder, access, options);
    }
    options.progress(`Stopping Asterisk (pid ${running}), which runs with other settings`);
    await endAsterisk(running, folder.configFile, options.clock);
  }
  await checkSipPort(options);
  await checkTlsPort(options);
  const host = ariHost(options);
  const free = access.port !== 0 && (await isTcpPortFree(host, access.port));
  const used = free ? access : { ...access, port: await pickFreePort(host) };
  await keepAriAccess(folder, used);
  await writeConfigFolder(folder.etcDir, await renderFor(folder, program, used, options));
  return describe(await start(folder, program, used, options), false, folder, used, options);
}

async function isAsWanted(
  pid: number,
  folder: AsteriskFolder,
  program: AsteriskProgram,
  access: AriAccess,
  options: BundledAsteriskOptions,
): Promise<boolean> {
  const wanted = await renderFor(folder, program, access, options);
  if (!(await configFolderEquals(folder.etcDir, wanted))) return false;
  return answers(pid, folder, access, options);
}

function answers(
  pid: number,
  folder: AsteriskFolder,
  access: AriAccess,
  options: BundledAsteriskOptions,
): Promise<boolean> {
  const { clock } = options;
  return waitForAri(ariUrl(access, options), access, { pid, folder, clock, ms: START_DEADLINE_MS });
}

async function start(
  folder: AsteriskFolder,
  program: AsteriskProgram,
  access: AriAccess,
  options: BundledAsteriskOptions,
): Promise<number> {
  const { clock } = options;
  const pid = await spawnAsterisk(program.tool, folder.configFile, folder.consoleLog);
  if (await answers(pid, folder, access, options)) return pid;
  await endAsterisk(pid, folder.configFile, clock);
  if (await isDiskFull(folder.stateDir)) {
    throw Object.assign(new Error(`Asterisk did not start in ${folder.stateDir}`), { code: 'ENOSPC' });
  }
  const said = await Promise.all(
    [folder.messagesLog, folder.consoleLog].map((file) => readFile(file, 'utf8').catch(() => '')),
  );
  throw new SetupError(
    `Asterisk did not start. Its last messages (${folder.messagesLog}):\n${said.map((text) => lastLines(text, 8)).join('\n')}`,
  );
}

/** On a full disk Asterisk's own messages are only about tables and files. */
async function isDiskFull(folder: string): Promise<boolean> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize < LEAST_FREE_BYTES;
}

async function renderFor(
  folder: AsteriskFolder,
  program: AsteriskProgram,
  access: AriAccess,
  options: BundledAsteriskOptions,
): Promise<ReadonlyMap<string, string>> {
  const host = ariHost(options);
  const ari = { ...access, host, permit: permitOf(host) };
  return renderConfig(TEMPLATES, await configValues({ ...folder, ...program }, ari, options));
}

async function checkSipPort({ sipHost, sipPort }: BundledAsteriskOptions): Promise<void> {
  if ((await isUdpPortFree(sipHost, sipPort)) && (await isTcpPortFree(sipHost, sipPort))) return;
  throw new SetupError(
    `Asterisk cannot listen on ${sipHost}:${sipPort}: another program uses the port, or the address does not belong to this host. Set SIP_PORT (or SIP_HOST) to another one.`,
  );
}

async function checkTlsPort({ sipHost, tls }: BundledAsteriskOptions): Promise<void> {
  if (tls === undefined || (await isTcpPortFree(sipHost, tls.port))) return;
  throw new SetupError(
    `Asterisk cannot take SIP over TLS on ${sipHost}:${tls.port}: another program uses the port. Set SIP_TLS_PORT to another one.`,
  );
}

function describe(
  pid: number,
  adopted: boolean,
  folder: AsteriskFolder,
  access: AriAccess,
  options: BundledAsteriskOptions,
): BundledAsterisk {
  const watch = new AbortController();
  const exited = watchExit(pid, folder.configFile, options.clock, watch.signal);
  return {
    ariUrl: ariUrl(access, options),
    username: access.username,
    password: access.password,
    sip: compact({ host: options.sipHost, port: options.sipPort, tlsPort: options.tls?.port }),
    adopted,
    pid,
    exited,
    async stop() {
      await endAsterisk(pid, folder.configFile, options.clock);
      watch.abort();
      await exited;
    },
    leave: () => watch.abort(),
  };
}

function ariUrl(access: AriAccess, options: BundledAsteriskOptions): string {
  return `http://${ariHost(options)}:${access.port}`;
}

function ariHost({ ariHost: host = LOOPBACK }: BundledAsteriskOptions): string {
  return host;
}

/** From where ARI may be used, with its password: from this machine, or from the private networks if it listens elsewhere. */
function permitOf(host: string): string {
  return host === LOOPBACK ? `${LOOPBACK}/255.255.255.255` : PRIVATE_NETWORKS;
}
