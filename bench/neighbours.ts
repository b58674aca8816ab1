/**
 * How long a healthy receiver waits for its callbacks while others hang: from the commit to their arrival.
 * Run: `npx tsx bench/neighbours.ts` (about two minutes); the SQLite files are in the folder BENCH_DIR, or in /tmp.
 */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NewCallback } from '../src/call/journal-store.ts';
import { newSid } from '../src/call/sids.ts';
import { systemClock as clock } from '../src/clock.ts';
import { openStore, type Store } from '../src/store/store.ts';
import { CallbackDispatcher } from '../src/webhooks/delivery/dispatcher.ts';
import { createEgress } from '../src/webhooks/egress.ts';
import { createHttpSender } from '../src/webhooks/http-request.ts';
import { percentile } from './report/percentile.ts';

const ROUNDS = 3;
const RUN_MS = 6_000;
const SLOW_MS = 100;
const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: console.error };
const BAD = newSid('AC');
const GOOD = newSid('AC');

/** Replies at once at /ok, late at /slow, never at /hang; knows when each callback arrived. */
async function startReceiver() {
  const arrivals = new Map<string, number>();
  const server = createServer((request, response) => {
    const token = String(request.headers['i-idempotency-token']);
    if (!arrivals.has(token)) arrivals.set(token, performance.now());
    request.resume();
    if (request.url === '/hang') return;
    const reply = () => response.writeHead(204).end();
    if (request.url === '/slow') clock.after(SLOW_MS, reply);
    else reply();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const stop = () => {
    server.closeAllConnections();
    server.close();
  };
  return { arrivals, port, stop };
}

type Receiver = Awaited<ReturnType<typeof startReceiver>>;

interface Scene {
  readonly title: string;
  /** Makes callbacks hang, or wait, before the measurement begins; nothing when it is quiet. */
  readonly prepare?: (owe: Owe, receiver: Receiver) => Promise<unknown>;
  readonly path: '/ok' | '/slow';
  readonly account: string;
  readonly perSecond: number;
  /** The rate in the quiet rounds to compare with. */
  readonly quietPerSecond?: number;
}

type Owe = (accountSid: string, url: string, createdAt?: number) => Promise<string>;

const many = (owe: Owe, count: number, url: (index: number) => string) =>
  Promise.all(Array.from({ length: count }, (_, index) => owe(BAD, url(index))));

const hang400 = (owe: Owe, { port }: Receiver) => many(owe, 400, (n) => `http://h${n}.test:${port}/hang`);
const OK = { path: '/ok', account: GOOD, perSecond: 50 } as const;
const SCENES: readonly Scene[] = [
  {
    ...OK,
    title: '(a) 24 callbacks of another account hang on the same host',
    prepare: (owe, { port }) => many(owe, 24, () => `http://ok.test:${port}/hang`),
  },
  { ...OK, title: '(b) 400 receivers of another account hang', prepare: hang400 },
  { ...OK, title: '    400 receivers of its own account hang', prepare: hang400, account: BAD },
  {
    ...OK,
    title: '    5000 callbacks wait for one that hangs on the same host',
    prepare: (owe, { port }) => many(owe, 5_000, () => `http://ok.test:${port}/hang`),
  },
  {
    ...OK,
    title: '    50000 receivers wait for their next try',
    async prepare(owe) {
      const later = clock.now() + 3_600_000;
      for (let n = 0; n < 50_000; n += 500) {
        await many(
          (account, url) => owe(account, url, later),
          500,
          (more) => `http://w${n + more}.test/x`,
        );
      }
    },
  },
  {
    title: '(c) 60 calls/s, 3 callbacks each, receiver takes 100 ms',
    path: '/slow',
    account: GOOD,
    perSecond: 180,
    quietPerSecond: 15,
  },
];

interface Measured {
  readonly owed: number;
  readonly missing: number;
  readonly p50: number;
  readonly p99: number;
  readonly cpuPercent: number;
}

async function measure(scene: Scene, folder: string): Promise<Measured> {
  const receiver = await startReceiver();
  const store = await openStore(
    { kind: 'sqlite', path: join(folder, `${newSid('CA')}.sqlite`) },
    { clock, logger: quiet },
  );
  const sender = createHttpSender({
    egress: createEgress({ allow: [], deny: [], denyLoopback: false }),
    resolve: async () => [{ address: '127.0.0.1', family: 4 }],
    clock,
    userAgent: 'Legwork/bench',
    connectTimeoutMs: 5_000,
    timeoutMs: 15_000,
  });
  const dispatcher = new CallbackDispatcher({
    queue: store.callbackQueue,
    sender,
    clock,
    log: quiet,
    policy: { scheduleS: [1, 5, 30, 120, 600, 3_600], random: Math.random },
    authToken: async () => 'secret-auth-token',
  });
  const unsubscribe = store.onCallbacks((owed) => dispatcher.owed(owed));
  const owe = ownerOn(store);
  await scene.prepare?.(owe, receiver);
  dispatcher.start();
  await clock.sleep(500);
  const cpu = process.cpuUsage();
  const committed = await run(scene, (account, url) => owe(account, url), receiver.port);
  const { user, system } = process.cpuUsage(cpu);
  await clock.sleep(1_000);
  const measured = figures(committed, receiver.arrivals, (user + system) / 10 / RUN_MS);
  unsubscribe();
  // Cuts off what hangs, so that nobody waits for it.
  receiver.stop();
  sender.close();
  await dispatcher.stop();
  await store.close();
  return measured;
}

function ownerOn(store: Store): Owe {
  return async (accountSid, url, createdAt = clock.now()) => {
    const callback: NewCallback = {
      sid: newSid('CB'),
      accountSid,
      callSid: newSid('CA'),
      url,
      method: 'POST',
      parameters: Array.from({ length: 14 }, (_, n) => [`Parameter${n}`, `value ${n}`] as const),
      createdAt,
    };
    await store.journal.commit({ subjectSid: callback.callSid, accountSid, callbacks: [callback] });
    return callback.sid;
  };
}

/** Owes callbacks at an even rate; returns when each was submitted. */
async function run(scene: Scene, owe: Owe, port: number): Promise<ReadonlyMap<string, number>> {
  const committed = new Map<string, number>();
  const pending: Promise<unknown>[] = [];
  const began = performance.now();
  for (let sent = 0; performance.now() - began < RUN_MS; sent += 1) {
    const at = performance.now();
    pending.push(
      owe(scene.account, `http://ok.test:${port}${scene.path}`).then((sid) => committed.set(sid, at)),
    );
    await clock.sleep(began + ((sent + 1) * 1000) / scene.perSecond - performance.now());
  }
  await Promise.all(pending);
  return committed;
}

function figures(
  committed: ReadonlyMap<string, number>,
  arrivals: ReadonlyMap<string, number>,
  cpuPercent: number,
): Measured {
  const waits = [...committed].map(([sid, at]) => (arrivals.get(sid) ?? Number.POSITIVE_INFINITY) - at);
  return {
    owed: waits.length,
    missing: waits.filter((wait) => !Number.isFinite(wait)).length,
    p50: percentile(waits, 0.5),
    p99: percentile(waits, 0.99),
    cpuPercent,
  };
}

/** The median of several rounds, because other programs on the machine disturb one of them at most. */
function median(rounds: readonly Measured[], of: keyof Measured): number {
  return percentile(
    rounds.map((round) => round[of]),
    0.5,
  );
}

function row(title: string, rounds: readonly Measured[]): void {
  const cells = (['owed', 'missing', 'p50', 'p99', 'cpuPercent'] as const).map((name) => {
    const value = median(rounds, name);
    return Number.isFinite(value) ? value.toFixed(name.startsWith('p') ? 1 : 0).padStart(8) : '       –';
  });
  console.log(`| ${title.padEnd(59)} | ${cells.join(' | ')} |`);
}

const folder = await mkdtemp(join(process.env['BENCH_DIR'] ?? tmpdir(), 'legwork-bench-'));
const only = process.argv[2];
console.log(
  `| ${'a healthy receiver, while'.padEnd(59)} |     owed | not come |   p50 ms |   p99 ms |    CPU % |`,
);
console.log('|---|---|---|---|---|---|');
for (const { prepare, quietPerSecond, ...scene } of SCENES) {
  if (only !== undefined && !scene.title.includes(only)) continue;
  const rounds: { quiet: Measured[]; loud: Measured[] } = { quiet: [], loud: [] };
  for (let round = 0; round < ROUNDS; round += 1) {
    rounds.quiet.push(await measure({ ...scene, perSecond: quietPerSecond ?? scene.perSecond }, folder));
    rounds.loud.push(await measure({ ...scene, ...(prepare === undefined ? {} : { prepare }) }, folder));
  }
  row('nothing happens', rounds.quiet);
  row(scene.title, rounds.loud);
}
await rm(folder, { recursive: true });
process.exit(0);
