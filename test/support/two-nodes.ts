import { KamailioProcess } from './kamailio.ts';
import { LegworkProcess } from './legwork-process.ts';
import { type PrivatePostgres, startPostgres } from './postgres.ts';
import { isEmpty, QUIET_MS, type RestReply, type StoryStack } from './story-stack.ts';
import { TcpProxy } from './tcp-proxy.ts';
import { waitUntil } from './wait-until.ts';

/** What `GET /health` of a node says of the cluster. */
export interface NodeHealth {
  readonly node: string;
  readonly switches: readonly {
    readonly name: string;
    readonly node: string | null;
    readonly state: string;
  }[];
  readonly peers: readonly { readonly name: string; readonly status: string }[];
}

type Name = 'a' | 'b';

/**
 * Two nodes with their own Asterisks on one PostgreSQL. Phones are at a's Asterisk; the database of each node is behind
 * a proxy that a test can cut.
 */
export class TwoNodes implements StoryStack {
  readonly postgres: PrivatePostgres;
  readonly a: LegworkProcess;
  readonly b: LegworkProcess;
  readonly toDatabase: Readonly<Record<Name, TcpProxy>>;
  /** In front of both, when they were started behind one; phones are at it then. */
  readonly kamailio: KamailioProcess | undefined;
  /** Which node REST is asked at. */
  restAt: Name = 'a';

  private constructor(
    postgres: PrivatePostgres,
    nodes: Readonly<Record<Name, LegworkProcess>>,
    toDatabase: Readonly<Record<Name, TcpProxy>>,
    kamailio: KamailioProcess | undefined,
  ) {
    this.kamailio = kamailio;
    this.postgres = postgres;
    this.a = nodes.a;
    this.b = nodes.b;
    this.toDatabase = toDatabase;
  }

  static async start({ behindKamailio = false } = {}): Promise<TwoNodes> {
    const postgres = await startPostgres();
    const { hostname: host, port } = new URL(postgres.url);
    const toDatabase = {
      a: await TcpProxy.start({ host, port: Number(port) }),
      b: await TcpProxy.start({ host, port: Number(port) }),
    };
    const a = await prepareNode('a', postgres.url, toDatabase.a);
    const b = await prepareNode('b', postgres.url, toDatabase.b);
    const SECRET_KEY_FILE = `${a.dataDir}/secret.key`;
    b.set({ SECRET_KEY_FILE });
    const kamailio = behindKamailio
      ? await KamailioProcess.prepare({ DATABASE_URL: postgres.url, NODE_NAME: 'proxy', SECRET_KEY_FILE })
      : undefined;
    for (const node of kamailio === undefined ? [] : [a, b]) node.set(kamailio?.nodeSettings ?? {});
    const nodes = new TwoNodes(postgres, { a, b }, toDatabase, kamailio);
    await a.start();
    await kamailio?.start();
    await b.start();
    await nodes.bothDrive();
    return nodes;
  }

  node(name: Name): LegworkProcess {
    return name === 'a' ? this.a : this.b;
  }

  get sip() {
    return this.kamailio?.address ?? this.a.sip;
  }

  get dataDir(): string {
    return this.a.dataDir;
  }

  get authToken(): string {
    return this.#running().authToken;
  }

  get output(): string {
    return `${this.a.output}\n${this.b.output}\n${this.kamailio?.output ?? ''}`;
  }

  get loggedErrors(): unknown[] {
    this.b.loggedErrors.push(...this.a.loggedErrors.splice(0));
    return this.b.loggedErrors;
  }

  /** The messages of the errors that were logged, for a test that expects some. */
  takeErrors(): readonly string[] {
    return this.loggedErrors.splice(0).map((line) => (JSON.parse(String(line)) as { msg: string }).msg);
  }

  rest(method: string, path: string, form?: Readonly<Record<string, string>>): Promise<RestReply> {
    return this.#running().rest(method, path, form);
  }

  async health(name: Name): Promise<NodeHealth> {
    return (await this.node(name).health()) as unknown as NodeHealth;
  }

  /** Which node drives which switch, as this node says. */
  async drivers(asked: Name): Promise<Readonly<Record<string, string | null>>> {
    const { switches } = await this.health(asked);
    return Object.fromEntries(switches.map(({ name, node, state }) => [name, state === 'up' ? node : null]));
  }

  /** Waits until this node drives this switch, and resolves with how long that took. */
  async drives(node: Name, switchName: Name, withinMs = QUIET_MS): Promise<number> {
    const began = Date.now();
    const isDriven = async () => (await this.drivers(node))[switchName] === node;
    await waitUntil(`node ${node} drives switch ${switchName}`, isDriven, withinMs);
    return Date.now() - began;
  }

  async bothDrive(): Promise<void> {
    await this.drives('a', 'a');
    await this.drives('b', 'b');
  }

  /** Starts whatever does not run, and waits until each drives its own switch. */
  async restore(): Promise<void> {
    for (const proxy of Object.values(this.toDatabase)) if (!proxy.isOpen) proxy.restore();
    for (const node of [this.a, this.b]) if (!node.runs) await node.start();
    this.restAt = 'a';
    await this.bothDrive();
  }

  async quiet(): Promise<void> {
    for (const status of ['queued', 'ringing', 'in-progress']) {
      const none = async () =>
        isEmpty((await this.rest('GET', `/Calls.json?Status=${status}`)).json['calls']);
      await waitUntil(`no call is ${status}`, none, QUIET_MS);
    }
    await this.delivered();
    for (const node of [this.a, this.b]) {
      for (const what of ['channels', 'bridges']) {
        await waitUntil(`Asterisk has no ${what}`, async () => isEmpty(await node.ari(what)), QUIET_MS);
      }
    }
  }

  /** Resolves when no callback is owed. */
  async delivered(): Promise<void> {
    const isNothingOwed = async () => (await this.#running().health()).callbacks.pending === 0;
    await waitUntil('every callback is delivered', isNothingOwed, QUIET_MS);
  }

  async remove(): Promise<void> {
    for (const proxy of Object.values(this.toDatabase)) if (!proxy.isOpen) proxy.restore();
    for (const node of [this.a, this.b]) if (!node.runs) await node.start();
    // The first one leaves its Asterisk to the second, so it is started once more alone, and ends it.
    await this.a.stop();
    await this.b.stop();
    await this.a.start();
    await this.a.remove();
    await this.b.remove();
    await this.kamailio?.remove();
    for (const proxy of Object.values(this.toDatabase)) await proxy.stop();
    await this.postgres.stop();
  }

  #running(): LegworkProcess {
    const asked = this.node(this.restAt);
    return asked.runs ? asked : this.restAt === 'a' ? this.b : this.a;
  }
}

async function prepareNode(name: Name, databaseUrl: string, proxy: TcpProxy): Promise<LegworkProcess> {
  const url = new URL(databaseUrl);
  url.port = String(proxy.port);
  const node = await LegworkProcess.prepare({
    CLUSTER: 'on',
    NODE_NAME: name,
    DATABASE_URL: url.href,
    DRAIN_TIMEOUT_S: '5',
  });
  return node;
}
