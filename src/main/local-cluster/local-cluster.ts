import { randomBytes } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeAsteriskFolder } from '../../bundled-asterisk/asterisk-folder.ts';
import { endAsterisk, findRunningAsterisk } from '../../bundled-asterisk/asterisk-process.ts';
import { ensurePackages, type PackageFetcher } from '../../bundled-asterisk/debian/debian-packages.ts';
import { CLUSTER_PACKAGES } from '../../bundled-asterisk/debian/package-sets.ts';
import { pickFreePort } from '../../bundled-asterisk/ports.ts';
import { SetupError } from '../../setup/setup-error.ts';
import { writeWhole } from '../../setup/whole-file.ts';
import { Member, type MemberEnd } from './member.ts';
import { type RunningPostgres, startPostgresServer } from './postgres-server.ts';

export interface LocalClusterOptions extends PackageFetcher {
  /** An absolute path; everything is below it but, for root, PostgreSQL's data. */
  readonly dataDir: string;
  /** Of node a; node b has the next one. */
  readonly httpPort: number;
  /** Of Kamailio at 127.0.0.1, and of each node's Asterisk at an address of its own. */
  readonly sipPort: number;
  /** What the nodes get besides what they are told here. */
  readonly environment: Readonly<Record<string, string>>;
  /** Node's own arguments for our programs. */
  readonly nodeArguments: readonly string[];
  /** Where PostgreSQL's data is. */
  readonly postgresDir: string;
}

/** What runs. */
export interface LocalCluster {
  readonly nodes: readonly LocalNode[];
  readonly kamailio: Member;
  readonly postgres: RunningPostgres;
  readonly sip: { readonly host: string; readonly port: number };
  readonly accountSid: string;
  readonly authToken: string;
  stop(): Promise<void>;
}

export interface LocalNode {
  readonly member: Member;
  readonly url: string;
  readonly sipHost: string;
}

const HOST = '127.0.0.1';
const NODES = [
  { name: 'a', sipHost: '127.0.0.11' },
  { name: 'b', sipHost: '127.0.0.12' },
] as const;
const READY_WITHIN_MS = 120_000;
const POLL_MS = 100;
/** A node that was killed stays away for long enough to see the other one go on with its calls. */
const RESTART_AFTER_MS = 20_000;
const LAST_LINES = 12;

/** Starts PostgreSQL, two nodes with their Asterisks, and Kamailio in front of them. @throws SetupError */
export async function startLocalCluster(options: LocalClusterOptions): Promise<LocalCluster> {
  const { dataDir, httpPort, sipPort, clock, progress, postgresDir } = options;
  for (const { name } of NODES) await mkdir(join(dataDir, name), { recursive: true, mode: 0o700 });
  const packages = await ensurePackages(CLUSTER_PACKAGES, options);
  progress('Starting PostgreSQL');
  const postgres = await startPostgresServer({
    packages,
    folder: postgresDir,
    port: await pickFreePort(HOST),
    settings: ['max_connections=100'],
    password: await keptPassword(join(dataDir, 'postgres-password')),
    clock,
  });
  const stopping = new AbortController();
  const started: Member[] = [];
  const stop = async () => {
    stopping.abort();
    // Nodes together: each lets the other one's calls end, too.
    const [proxies, nodes] = [started.filter(isKamailio), started.filter((one) => !isKamailio(one))];
    await Promise.all(nodes.map((node) => node.stop()));
    for (const proxy of proxies) await proxy.stop();
    await endAsterisks(options);
    await postgres.stop();
  };
  try {
    const shared = {
      ...options.environment,
      CLUSTER: 'on',
      DATABASE_URL: postgres.url,
      SECRET_KEY_FILE: join(dataDir, 'secret.key'),
      SIP_PROXY: `${HOST}:${sipPort}`,
    };
    const nodes = NODES.map(({ name, sipHost }, index) => {
      const port = httpPort + index;
      const url = `http://${HOST}:${port}`;
      const env = {
        ...shared,
        NODE_NAME: name,
        DATA_DIR: join(dataDir, name),
        HTTP_HOST: HOST,
        HTTP_PORT: String(port),
        PUBLIC_URL: url,
        NODE_URL: url,
        SIP_HOST: sipHost,
        SIP_PORT: String(sipPort),
        SIP_ADDRESS: `${sipHost}:${sipPort}`,
      };
      return { member: program(options, `node ${name}`, 'main.js', env, name), url, sipHost };
    });
    for (const node of nodes) {
      progress(`Starting ${node.member.name}, with its Asterisk`);
      started.push(node.member);
      await keepRunning(node.member, options, stopping.signal);
      await ready(node.member, `${node.url}/health`, options);
    }
    progress('Starting Kamailio');
    const kamailio = program(
      options,
      'Kamailio',
      'main/kamailio/kamailio-command.js',
      {
        ...shared,
        NODE_NAME: 'kamailio',
        DATA_DIR: join(dataDir, 'kamailio'),
      },
      'kamailio',
    );
    started.push(kamailio);
    await keepRunning(kamailio, options, stopping.signal);
    await said(kamailio, /Kamailio takes SIP/, options);
    const { accountSid, authToken } = JSON.parse(
      await readFile(join(dataDir, NODES[0].name, 'connection.json'), 'utf8'),
    ) as Pick<LocalCluster, 'accountSid' | 'authToken'>;
    return { nodes, kamailio, postgres, sip: { host: HOST, port: sipPort }, accountSid, authToken, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function isKamailio({ name }: Member): boolean {
  return name === 'Kamailio';
}

function program(
  { dataDir, nodeArguments }: LocalClusterOptions,
  name: string,
  file: string,
  env: Readonly<Record<string, string>>,
  folder: string,
): Member {
  const path = fileURLToPath(new URL(`../../${file}`, import.meta.url));
  return new Member(name, { args: [...nodeArguments, path], env, logFile: join(dataDir, `${folder}.log`) });
}

/** Starts it, and starts it again when it was killed; a node that ends by itself has said why. */
async function keepRunning(
  member: Member,
  { clock, progress }: LocalClusterOptions,
  stopping: AbortSignal,
): Promise<void> {
  const { ended } = await member.start();
  void (async () => {
    let end: MemberEnd = await ended;
    while (!stopping.aborted) {
      progress(`${member.name} has ended (${end.signal ?? `code ${end.code}`}); it is started again in 20 s`);
      await clock.sleep(RESTART_AFTER_MS, stopping);
      if (stopping.aborted) return;
      const again = await member.start();
      progress(`${member.name} is started again (pid ${member.pid})`);
      end = await again.ended;
    }
  })();
}

async function ready(member: Member, url: string, options: LocalClusterOptions): Promise<void> {
  await until(member, options, async () => (await fetch(url).catch(() => undefined))?.status === 200);
}

async function said(member: Member, words: RegExp, options: LocalClusterOptions): Promise<void> {
  await until(member, options, async () => words.test(await member.lastWords(LAST_LINES)));
}

async function until(
  member: Member,
  { clock }: LocalClusterOptions,
  isSo: () => Promise<boolean>,
): Promise<void> {
  const deadline = clock.steady() + READY_WITHIN_MS;
  while (!(await isSo())) {
    if (!member.runs || clock.steady() > deadline) {
      throw new SetupError(
        `${member.name} did not start. It said last:\n${await member.lastWords(LAST_LINES)}`,
      );
    }
    await clock.sleep(POLL_MS);
  }
}

/** The node that stops first leaves its Asterisk to the other one. */
async function endAsterisks({ dataDir, clock }: LocalClusterOptions): Promise<void> {
  for (const { name } of NODES) {
    const { configFile } = await makeAsteriskFolder(join(dataDir, name));
    const pid = await findRunningAsterisk(configFile);
    if (pid !== undefined) await endAsterisk(pid, configFile, clock);
  }
}

async function keptPassword(path: string): Promise<string> {
  const kept = await readFile(path, 'utf8').catch(() => undefined);
  if (kept !== undefined) return kept.trim();
  const made = randomBytes(16).toString('hex');
  await writeWhole(path, `${made}\n`, { mode: 0o600 });
  return made;
}
