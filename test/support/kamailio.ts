import { fileURLToPath } from 'node:url';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildLegwork } from './build-legwork.ts';
import { ownPort } from './own-ports.ts';
import { QUIET_MS } from './story-stack.ts';
import { waitUntil } from './wait-until.ts';

const PROGRAM = fileURLToPath(new URL('../../dist/main/kamailio/kamailio-command.js', import.meta.url));

/** `npm run kamailio` as a process of its own. */
export class KamailioProcess {
  readonly address: { readonly host: string; readonly port: number };
  readonly #dataDir: string;
  readonly #settings: Readonly<Record<string, string>>;
  #child: ChildProcess | undefined;
  #output = '';

  private constructor(dataDir: string, port: number, settings: Readonly<Record<string, string>>) {
    this.#dataDir = dataDir;
    this.address = { host: '127.0.0.1', port };
    this.#settings = settings;
  }

  static async prepare(settings: Readonly<Record<string, string>>): Promise<KamailioProcess> {
    const dataDir = await mkdtemp(join(tmpdir(), 'legwork-kamailio-'));
    return new KamailioProcess(dataDir, await ownPort(), settings);
  }

  /** What nodes need to know of it. */
  get nodeSettings(): Readonly<Record<string, string>> {
    return { SIP_PROXY: `${this.address.host}:${this.address.port}` };
  }

  get output(): string {
    return this.#output;
  }

  async start(): Promise<void> {
    await buildLegwork();
    const env = {
      ...process.env,
      CLUSTER: 'on',
      DATA_DIR: this.#dataDir,
      ...this.nodeSettings,
      ...this.#settings,
    };
    const child = spawn(process.execPath, [PROGRAM], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => (this.#output += chunk.toString()));
    }
    await waitUntil('Kamailio runs', () => /Kamailio takes SIP/.test(this.#output), QUIET_MS).catch(() => {
      throw new Error(`Kamailio did not start:\n${this.#output.slice(-4000)}`);
    });
  }

  /** Kills its first process; it is started again. */
  async crash(): Promise<void> {
    const pid = await this.#pid();
    process.kill(pid, 'SIGKILL');
    await waitUntil('Kamailio runs again', async () => (await this.#pid()) !== pid, QUIET_MS);
  }

  async #pid(): Promise<number> {
    return Number(await readFile(join(this.#dataDir, 'kamailio/run/pid'), 'utf8').catch(() => '0'));
  }

  async remove(): Promise<void> {
    const child = this.#child;
    if (child !== undefined && child.exitCode === null) {
      child.kill('SIGTERM');
      await once(child, 'close');
    }
    await rm(this.#dataDir, { recursive: true, force: true });
  }
}
