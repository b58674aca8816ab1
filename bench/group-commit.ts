/**
 * How many journal entries become durable per second, each as a call writes it: the leg, an event and a callback.
 * Run: `npx tsx bench/group-commit.ts [postgres://…]`; the SQLite files are in the folder BENCH_DIR, or in /tmp.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../src/clock.ts';
import type { JournalEntry } from '../src/call/journal-store.ts';
import { newSid } from '../src/call/sids.ts';
import { type DatabaseUrl, openDatabase } from '../src/store/database.ts';
import { storeOn } from '../src/store/store.ts';
import { percentile } from './report/percentile.ts';

const RUN_MS = 4_000;
const quiet = { debug: () => undefined, info: () => undefined, warn: console.warn, error: console.error };

function entryOf(callSid: string, accountSid: string): JournalEntry {
  const at = systemClock.now();
  const leg = {
    sid: callSid,
    accountSid,
    direction: 'inbound',
    from: 'alice',
    to: '1000',
    sipHeaders: [],
    createdAt: at,
  } as const;
  const parameters = Array.from({ length: 14 }, (_, n) => [`Parameter${n}`, `value ${n}`] as const);
  return {
    subjectSid: callSid,
    accountSid,
    leg: { leg, state: { phase: 'ringing', initiatedAt: at, ringingAt: at } },
    events: [{ accountSid, callSid, at, kind: 'state', data: { status: 'ringing' } }],
    callbacks: [
      {
        sid: newSid('CB'),
        accountSid,
        callSid,
        url: 'http://customer.example/status',
        method: 'POST',
        parameters,
        createdAt: at,
      },
    ],
  };
}

async function measure(
  url: DatabaseUrl,
  committers: number,
  title: string,
  setUp: string | undefined,
): Promise<void> {
  const database = await openDatabase(url, quiet);
  if (setUp !== undefined) await database.writer.raw(setUp);
  const store = await storeOn(database, { clock: systemClock, logger: quiet, alone: true });
  const accountSid = newSid('AC');
  const latencies: number[] = [];
  const start = performance.now();
  const end = systemClock.now() + RUN_MS;
  const cpu = process.cpuUsage();
  const commit = async () => {
    while (systemClock.now() < end) {
      const began = performance.now();
      await store.journal.commit(entryOf(newSid('CA'), accountSid));
      latencies.push(performance.now() - began);
    }
  };
  await Promise.all(Array.from({ length: committers }, commit));
  const durable = latencies.length / ((performance.now() - start) / 1000);
  // Closing carries over what is left in the journal.
  await store.close();
  const inTables = latencies.length / ((performance.now() - start) / 1000);
  const { user, system } = process.cpuUsage(cpu);
  const [p50, p99] = [0.5, 0.99].map((share) => percentile(latencies, share).toFixed(1));
  const cost = ((user + system) / 1000 / latencies.length).toFixed(2);
  console.log(
    `${title}, ${committers} at a time: ${durable.toFixed(0)} entries/s durable, ${inTables.toFixed(0)}/s in the tables, ` +
      `p50 ${p50} ms, p99 ${p99} ms, ${cost} ms CPU each`,
  );
}

async function run(url: DatabaseUrl, title: string, setUp: string | undefined): Promise<void> {
  for (const committers of [1, 100]) await measure(url, committers, title, setUp);
}

const folder = await mkdtemp(join(process.env.BENCH_DIR ?? tmpdir(), 'legwork-bench-'));
for (const sync of ['FULL', 'NORMAL']) {
  const path = join(folder, `${sync}.db`);
  await run({ kind: 'sqlite', path }, `SQLite, synchronous=${sync}`, `PRAGMA synchronous = ${sync}`);
}
await rm(folder, { recursive: true });
const server = process.argv[2];
if (server !== undefined) await run({ kind: 'postgres', url: server }, 'PostgreSQL', undefined);
