import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildLegwork } from './build-legwork.ts';
import { ownPortSettings } from './own-ports.ts';
import { isEmpty, QUIET_MS, restRequest, type RestReply, type StoryStack } from './story-stack.ts';
import { nodeArguments } from './node-arguments.ts';
import { waitUntil } from './wait-until.ts';

const START_MS = 60_000;

/** What `GET /health` says, as far as tests look. */
export interface Health {
  readonly status: string;
  readonly asterisk: string;
  readonly sip: string;
  readonly database: string;
  readonly callbacks: { readonly pending: number };
}

/** What `DATA_DIR/connection.json` says. */
export interface Connection {
  readonly pid: number;
  readonly url: string;
  readonly accountSid: string;
  readonly authToken: string;
  readonly sip: { readonly host: string; readonly port: number };
}

/** What of Legwork's own log is a mistake of ours. */
const ERROR_LINE = /^\{"level":[56]0.*$/gm;

/** Legwork as a process of its own that a test can kill and start again on the same DATA_DIR. */
export class LegworkProcess implements StoryStack {
  readonly dataDir: string;
  readonly #env: NodeJS.ProcessEnv;
  readonly #foreignSip: Connection['sip'] | undefined;
  #child: ChildProcess | undefined;
  #resolvConf: string | undefined;
  #standardOutput: number | 'read' | 'unread' = 'read';
  #output = '';
  #connection: Connection | undefined;

  private constructor(dataDir: string, env: NodeJS.ProcessEnv, foreignSip?: Connection['sip']) {
    this.dataDir = dataDir;
    this.#env = env;
    this.#foreignSip = foreignSip;
  }

  /**
   * A stopped one on free ports; `settings` are environment variables on top. `foreignSip`: where phones go
   * when its Asterisk is not the bundled one.
   */
  static async prepare(
    settings: Readonly<Record<string, string>> = {},
    foreignSip?: Connection['sip'],
  ): Promise<LegworkProcess> {
    const dataDir = await mkdtemp(join(tmpdir(), 'legwork-process-'));
    const env = {
      ...process.env,
      DATA_DIR: dataDir,
      ...(await ownPortSettings(dataDir)),
      CALLBACK_RETRY_SCHEDULE_S: '1',
      DEMO: 'off',
      LOG_LEVEL: 'info',
      // Understands nothing: stories about speech only want it to be listened to.
      SPEECH_RECOGNIZER: `${process.execPath} -e ""`,
      ...settings,
    };
    return new LegworkProcess(dataDir, env, foreignSip);
  }

  /** More environment variables, from the next start on. */
  set(settings: Readonly<Record<string, string>>): void {
    Object.assign(this.#env, settings);
  }

  /** Asks this name server (`address:port`) from the next start on, in place of the machine's; as root only. */
  async useNameServer(address: string): Promise<void> {
    const [host, port] = address.split(':');
    this.#resolvConf = join(this.dataDir, 'resolv.conf');
    await writeFile(this.#resolvConf, `nameserver [${host}]:${port}\n`);
  }

  /** Where its standard output goes from the next start on: a file's descriptor, or a pipe that is read or not. */
  logTo(where: number | 'read' | 'unread'): void {
    this.#standardOutput = where;
  }

  /** Closes our end of its standard output. */
  closeOutput(): void {
    this.#child?.stdout?.destroy();
  }

  get connection(): Connection {
    if (this.#connection === undefined) throw new Error('Legwork does not run');
    return this.#connection;
  }

  /** All that it has written to its standard outputs since it was prepared. */
  get output(): string {
    return this.#output;
  }

  /** Starts it, or starts it again; resolves when calls can come. */
  async start(): Promise<void> {
    const where = this.#standardOutput;
    const [command, ...args] = this.#command(await programArguments());
    const child = spawn(command, args, {
      env: this.#env,
      stdio: ['ignore', typeof where === 'number' ? where : 'pipe', 'pipe'],
    });
    this.#child = child;
    for (const stream of [where === 'read' ? child.stdout : undefined, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        const text = chunk.toString();
        this.#output += text;
        this.loggedErrors.push(...(text.match(ERROR_LINE) ?? []));
      });
    }
    const from = this.#output.length;
    const running = waitUntil(
      'Legwork runs',
      async () => {
        if (child.exitCode !== null) throw new Error(`Legwork ended at once:\n${this.#output.slice(-4000)}`);
        this.#connection = await readConnection(this.dataDir);
        return this.#connection?.pid === child.pid;
      },
      START_MS,
    );
    await running.catch((error: Error) => {
      throw new Error(`${error.message}; it said:\n${this.#output.slice(from).slice(0, 4000)}`);
    });
  }

  /** Kills it as a crash does; Asterisk goes on. */
  async crash(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** Whether its process is there. */
  get runs(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** What it ended with; undefined while it runs, and when it was killed. */
  get exitCode(): number | undefined {
    return this.#child?.exitCode ?? undefined;
  }

  /** Kills it and starts it again. */
  async restart(): Promise<void> {
    await this.crash();
    await this.start();
  }

  get sip(): Connection['sip'] {
    return this.#foreignSip ?? this.connection.sip;
  }

  get authToken(): string {
    return this.connection.authToken;
  }

  /** Error lines of its log; emptied by whoever reads them. */
  readonly loggedErrors: unknown[] = [];

  /** The messages of these lines, for a test that expects some. */
  takeErrors(): readonly string[] {
    return this.loggedErrors.splice(0).map((line) => (JSON.parse(String(line)) as { msg: string }).msg);
  }

  rest(method: string, path: string, form?: Readonly<Record<string, string>>): Promise<RestReply> {
    return restRequest(this.connection, method, path, form);
  }

  async quiet(): Promise<void> {
    for (const status of ['queued', 'ringing', 'in-progress']) {
      const none = async () =>
        isEmpty((await this.rest('GET', `/Calls.json?Status=${status}`)).json['calls']);
      await waitUntil(`no call is ${status}`, none, QUIET_MS);
    }
    await this.delivered();
    for (const what of ['channels', 'bridges']) {
      await waitUntil(`Asterisk has no ${what}`, async () => isEmpty(await this.ari(what)), QUIET_MS);
    }
  }

  async health(): Promise<Health> {
    return (await (await fetch(`${this.connection.url}/health`)).json()) as Health;
  }

  /** What Asterisk has, asked by ARI. */
  async ari(what: string): Promise<unknown> {
    const { port, username, password } = JSON.parse(
      await readFile(join(this.dataDir, 'asterisk', 'ari.json'), 'utf8'),
    ) as { port: number; username: string; password: string };
    const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
    return (await fetch(`http://127.0.0.1:${port}/ari/${what}`, { headers: { authorization } })).json();
  }

  /** Asks it to stop; resolves with its exit code. */
  async stop(signal: 'SIGTERM' | 'SIGINT' = 'SIGTERM'): Promise<number | null> {
    return this.#end(signal);
  }

  signal(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }

  /** Resolves when it has begun to stop and takes no more calls: it removes its connection file then. */
  async stops(): Promise<void> {
    const isGone = async () => (await readConnection(this.dataDir)) === undefined;
    await waitUntil('Legwork stops', isGone);
  }

  /** The process id of its Asterisk. */
  async asteriskPid(): Promise<number> {
    return Number(await readFile(join(this.dataDir, 'asterisk', 'run', 'asterisk.pid'), 'utf8'));
  }

  /** Resolves when no callback is owed: what was delivered and not noted when it dies is delivered again. */
  async delivered(): Promise<void> {
    const isNothingOwed = async () => (await this.health()).callbacks.pending === 0;
    await waitUntil('every callback is delivered', isNothingOwed, QUIET_MS);
  }

  /** Stops what runs and removes the folder. */
  async remove(): Promise<void> {
    if (this.#child?.exitCode === null && this.#child.signalCode === null) await this.stop();
    // Asterisk outlives a crash on purpose: a start and a stop end it.
    else if (this.#child?.signalCode === 'SIGKILL' && this.#foreignSip === undefined) {
      await this.start();
      await this.stop();
    }
    await rm(this.dataDir, { recursive: true, force: true });
  }

  /** With a name server of its own: in a mount namespace with a resolv.conf of its own. */
  #command(args: readonly string[]): readonly [string, ...string[]] {
    if (this.#resolvConf === undefined) return [process.execPath, ...args];
    const script = 'mount --bind "$0" /etc/resolv.conf && exec "$@"';
    return ['unshare', '--mount', 'sh', '-c', script, this.#resolvConf, process.execPath, ...args];
  }

  async #end(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return null;
    const exited = once(child, 'exit');
    child.kill(signal);
    const [code] = (await exited) as [number | null];
    return code;
  }
}

async function readConnection(dataDir: string): Promise<Connection | undefined> {
  try {
    return JSON.parse(await readFile(join(dataDir, 'connection.json'), 'utf8')) as Connection;
  } catch {
    // Not written yet, or half written.
    return undefined;
  }
}

let program: Promise<readonly string[]> | undefined;

/** The built Legwork, as it is installed, which starts in half the time; the sources where they do not compile. */
function programArguments(): Promise<readonly string[]> {
  program ??= buildLegwork().then(async (built) => [
    ...(await nodeArguments()),
    ...(built ? ['dist/main.js'] : ['--import', 'tsx', 'src/main.ts']),
  ]);
  return program;
}
