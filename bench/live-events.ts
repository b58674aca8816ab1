/**
 * What watching costs: the processor time of Legwork's API and database with 200 events a second, first without a reader,
 * then with 100 streams of `GET P/Live`, whose readers are another process. Run: `npx tsx bench/live-events.ts`.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Live } from '../src/api/live/live.ts';
import { LegJournal } from '../src/call/leg/journal.ts';
import type { LiveLeg } from '../src/call/leg/live-leg.ts';
import { newSid } from '../src/call/sids.ts';
import { systemClock } from '../src/clock.ts';
import { openStore, type Store } from '../src/store/store.ts';
import { startApiOn } from '../test/support/api-on-store.ts';
import { basic } from '../test/support/fake-api.ts';

const STREAMS = 100;
const EVENTS_PER_SECOND = 200;
const RUN_MS = 20_000;
const TICK_MS = 50;
const quiet = { debug: () => undefined, info: () => undefined, warn: console.warn, error: console.error };

/** What the readers' process is told. */
interface Task {
  readonly url: string;
  readonly authorization: string;
  readonly streams: number;
}

/** What it says every second. */
interface Read {
  readonly open: number;
  readonly bytes: number;
  readonly events: number;
}

function readStreams({ url, authorization, streams }: Task): void {
  let [open, bytes, events] = [0, 0, 0];
  for (let n = 0; n < streams; n += 1) {
    get(url, { headers: { Authorization: authorization }, agent: false }, (response) => {
      open += response.statusCode === 200 ? 1 : 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        events += chunk.toString('latin1').split('\nevent: call.').length - 1;
      });
    });
  }
  setInterval(() => process.send?.({ open, bytes, events } satisfies Read), 1_000);
}

async function commitForAWhile(accountSid: string, journal: LegJournal): Promise<number> {
  const end = systemClock.now() + RUN_MS;
  const began = process.cpuUsage();
  const start = performance.now();
  const calls: LiveLeg[] = [];
  for (let tick = 0; systemClock.now() < end; tick += 1) {
    const perTick = (EVENTS_PER_SECOND * TICK_MS) / 1_000;
    for (let n = 0; n < perTick; n += 1) void beginOrEnd(accountSid, journal, calls);
    const next = start + (tick + 1) * TICK_MS;
    await systemClock.sleep(Math.max(0, next - performance.now()));
  }
  const { user, system } = process.cpuUsage(began);
  return (user + system) / 1_000 / (performance.now() - start);
}

/** Half of what happens are new calls, and half are ends of calls that began before. */
async function beginOrEnd(accountSid: string, journal: LegJournal, calls: LiveLeg[]): Promise<void> {
  const last = calls.length > EVENTS_PER_SECOND ? calls.shift() : undefined;
  if (last !== undefined) return await journal.apply(last, { type: 'end', sipStatus: 200 });
  const createdAt = systemClock.now();
  const leg = { sid: newSid('CA'), accountSid, from: 'alice', to: '1000', sipHeaders: [], createdAt };
  calls.push(await journal.begin({ ...leg, direction: 'inbound' }, { type: 'arrive' }));
}

function liveOn(store: Store): Live {
  return new Live({
    changes: store.changes,
    accounts: store.repositories.accounts,
    watched: {
      health: async () => ({}) as never,
      stats: async () => ({}),
      changedStatuses: async () => [],
    },
    clock: systemClock,
    log: quiet,
    version: 'bench',
    limits: { ofAccount: STREAMS, all: STREAMS },
  });
}

async function startReader(task: Task): Promise<{ readonly child: ChildProcess; readonly read: Read }> {
  const child = fork(fileURLToPath(import.meta.url), ['readers'], { execArgv: ['--import', 'tsx'] });
  const reader = { child, read: { open: 0, bytes: 0, events: 0 } };
  child.on('message', (read: Read) => {
    reader.read = read;
  });
  child.send(task);
  while (reader.read.open < task.streams) await systemClock.sleep(100);
  return reader;
}

async function measure(): Promise<void> {
  const folder = await mkdtemp(join(process.env.BENCH_DIR ?? tmpdir(), 'legwork-bench-'));
  const url = { kind: 'sqlite', path: join(folder, 'live.db') } as const;
  const store = await openStore(url, { clock: systemClock, logger: quiet, alone: true });
  const live = liveOn(store);
  const api = await startApiOn(store, systemClock, { live });
  const { sid: accountSid, authToken } = api.account;
  const journal = new LegJournal({
    store: store.journal,
    clock: systemClock,
    onLost: (_sid, error) => console.error(error),
  });
  const alone = await commitForAWhile(accountSid, journal);
  console.log(`without a reader: ${(alone * 100).toFixed(1)} % of a core`);
  const reader = await startReader({
    url: `${api.url}/2012-04-24/Accounts/${accountSid}/Live?Events=call`,
    authorization: basic(accountSid, authToken),
    streams: STREAMS,
  });
  const watched = await commitForAWhile(accountSid, journal);
  await systemClock.sleep(2_000);
  const { open, bytes, events } = reader.read;
  console.log(
    `with ${open} streams: ${(watched * 100).toFixed(1)} % of a core, that is ${((watched - alone) * 100).toFixed(1)} % more`,
  );
  console.log(`they read ${events} events, ${(bytes / 1e6).toFixed(0)} MB`);
  reader.child.kill();
  live.close();
  await api.close();
  await store.close();
  await rm(folder, { recursive: true });
}

if (process.argv[2] === 'readers') process.on('message', (task: Task) => readStreams(task));
else await measure();
