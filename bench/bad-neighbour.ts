// What an account feels of a neighbour that behaves badly, within its limits: one Legwork with its bundled Asterisk,
// two sub-accounts, each with an application server and phones of its own; the bad one in a process of its own.
// Run: npm run build && npx tsx bench/bad-neighbour.ts [rounds] [seconds] [part of a title]
// For each behaviour, in turn: a quiet time, then the same beside it; `rounds` times, what was measured is put together.
// A p99 of some hundred calls is that of its slowest two or three. So the quiet p99, with which those beside a neighbour
// are compared, is that of all quiet times of the run together.
// Bounded: 2 rounds of 12 s by default, less than 20 minutes; prints one line a behaviour, then how many times the quiet p99 each is.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { loadavg, setPriority } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { LegworkProcess } from '../test/support/legwork-process.ts';
import { NameServer } from '../test/support/name-server.ts';
import { BEHAVIOURS } from '../test/support/neighbours/behaviours.ts';
import { cpuTimes } from './bad-neighbour/cpu-time.ts';
import { allRtpPortSettings } from '../test/support/own-ports.ts';
import { DEAD_ZONE } from '../test/support/neighbours/slow-servers.ts';
import { GoodTenant, type Samples } from './bad-neighbour/good-account.ts';
import { percentile } from './report/percentile.ts';

const ROUNDS = Number(process.argv[2] ?? 2);
const SECONDS = Number(process.argv[3] ?? 12);
const ONLY = process.argv[4] ?? '';
const LOW = 10;
const KINDS = ['documents', 'callbacks', 'plays'] as const;
const LOADS = ['legwork', 'tools', 'asterisk'] as const;

/** What came of the rounds together. */
interface Measured extends Samples {
  seconds: number;
  lagMs: number;
  readonly cpu: Record<(typeof LOADS)[number], number>;
}

/** All quiet times of the run, and the times beside each neighbour. */
const allQuiet = none();
const allBeside = new Map<string, Measured>();

const nameServer = await NameServer.start();
nameServer.set(DEAD_ZONE, 'silent');
const legwork = await LegworkProcess.prepare({
  LOG_LEVEL: 'error',
  MAX_CALLS: '100',
  MAX_CALLS_PER_SECOND: '50',
  ...(await allRtpPortSettings()),
});
await legwork.useNameServer(nameServer.address);
await legwork.start();
const good = await GoodTenant.moveIn(legwork.connection);
process.once('SIGINT', () => void legwork.remove().then(() => process.exit(1)));
const delay = monitorEventLoopDelay({ resolution: 5 });
delay.enable();
try {
  await good.run(3);
  const heads = KINDS.map((kind) => `${kind}: quiet → beside, p50 / p99 ms`);
  const loads = LOADS.map((what) => `CPU of ${what}, %`);
  console.log(
    `| behaviour | ${heads.join(' | ')} | not served | ${loads.join(' | ')} | event loop p99 ms | load |`,
  );
  console.log(`|---${'|---'.repeat(KINDS.length + LOADS.length + 3)}|`);
  for (const [index, { title }] of BEHAVIOURS.entries()) {
    if (title.includes(ONLY)) await compare(title, index);
  }
  printTimes();
} finally {
  await good.moveOut().catch(console.error);
  await legwork.remove();
  await nameServer.stop();
}
console.log(`event loop of this process: p99 ${(delay.percentile(99) / 1e6).toFixed(0)} ms`);
process.exit(0);

/** How many times the quiet p99 those beside the neighbours are. */
function printTimes(): void {
  const quiet = KINDS.map((kind) => figures(allQuiet[kind]).p99);
  const shownQuiet = KINDS.map((kind, at) => `${kind} ${quiet[at]?.toFixed(0)} ms`);
  console.log(
    `\nQuiet p99 of ${allQuiet.calls} calls: ${shownQuiet.join(', ')}. p99 beside, in ms and times that:\n`,
  );
  console.log(`| beside | ${KINDS.join(' | ')} |\n|---${'|---'.repeat(KINDS.length)}|`);
  for (const [title, beside] of allBeside) {
    const columns = KINDS.map((kind, at) => {
      const { p99 } = figures(beside[kind]);
      return `${p99.toFixed(0)} (${(p99 / (quiet[at] ?? Number.NaN)).toFixed(1)})`;
    });
    console.log(`| ${title} | ${columns.join(' | ')} |`);
  }
}

async function compare(title: string, index: number): Promise<void> {
  const quiet = none();
  const beside = none();
  for (let round = 0; round < ROUNDS; round += 1) {
    await measure(quiet);
    const bad = await neighbour(index);
    await measure(beside);
    await leave(bad);
  }
  for (const kind of KINDS) allQuiet[kind].push(...quiet[kind]);
  allQuiet.calls += quiet.calls;
  allBeside.set(title, beside);
  const columns = KINDS.map((kind) => `${shown(figures(quiet[kind]))} → ${shown(figures(beside[kind]))}`);
  const cpu = LOADS.map((what) => `${share(quiet, what)} → ${share(beside, what)}`);
  const lag = `${quiet.lagMs.toFixed(0)} → ${beside.lagMs.toFixed(0)}`;
  const failed = `${quiet.failed} → ${beside.failed} of ${beside.calls}`;
  console.log(`| ${[title, ...columns, failed, ...cpu, lag, (loadavg()[0] ?? 0).toFixed(1)].join(' | ')} |`);
}

async function measure(into: Measured): Promise<void> {
  const { pid } = legwork.connection;
  const before = await cpuTimes(pid, legwork.dataDir);
  const began = performance.now();
  await loopLagMs();
  const samples = await good.run(SECONDS);
  into.lagMs = Math.max(into.lagMs, await loopLagMs());
  into.seconds += (performance.now() - began) / 1000;
  const after = await cpuTimes(pid, legwork.dataDir);
  for (const what of LOADS) into.cpu[what] += after[what] - before[what];
  for (const kind of KINDS) into[kind].push(...samples[kind]);
  into.calls += samples.calls;
  into.failed += samples.failed;
}

/** How late Legwork's event loop was since it was asked last; 1 % were later. */
async function loopLagMs(): Promise<number> {
  const metrics = await (await fetch(`${legwork.connection.url}/metrics`)).text();
  return Number(/^nodejs_eventloop_lag_p99_seconds ([\d.e+-]+)$/m.exec(metrics)?.[1]) * 1000;
}

function share({ cpu, seconds }: Measured, what: (typeof LOADS)[number]): string {
  return ((cpu[what] / seconds) * 100).toFixed(0);
}

/** The bad one moves in and begins; resolves when what it does is in force. */
async function neighbour(index: number): Promise<ChildProcess> {
  const child = fork(fileURLToPath(new URL('./bad-neighbour/bad-account.ts', import.meta.url)), {
    execArgv: ['--import', 'tsx'],
  });
  // Its phones and application server would be machines of their own: they use what processor time nobody else wants.
  if (child.pid !== undefined) setPriority(child.pid, LOW);
  const { connection, dataDir } = legwork;
  child.send({ index, connection, dataDir, sharedOrigin: good.tenant.app.origin });
  const [message] = (await once(child, 'message')) as [unknown];
  if (message !== 'in force') throw new Error(`${BEHAVIOURS[index]?.title}: ${String(message)}`);
  return child;
}

/** It ends what it does; when nothing of that is owed any more, it moves out. */
async function leave(child: ChildProcess): Promise<void> {
  good.tenant.release();
  nameServer.set(DEAD_ZONE, { addresses: ['127.0.0.1'] });
  const exited = once(child, 'exit');
  child.send('end');
  await once(child, 'message');
  await legwork.quiet().catch((error: Error) => console.log(`(${error.message})`));
  child.send('leave');
  await exited;
  good.tenant.release(false);
  nameServer.set(DEAD_ZONE, 'silent');
}

function none(): Measured {
  const cpu = { legwork: 0, tools: 0, asterisk: 0 };
  return { documents: [], callbacks: [], plays: [], calls: 0, failed: 0, seconds: 0, lagMs: 0, cpu };
}

function figures(values: readonly number[]): { readonly p50: number; readonly p99: number } {
  return { p50: percentile(values, 0.5), p99: percentile(values, 0.99) };
}

function shown({ p50, p99 }: { readonly p50: number; readonly p99: number }): string {
  return `${p50.toFixed(0)} / ${p99.toFixed(0)}`;
}
