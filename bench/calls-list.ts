/**
 * How long lists of calls take on a million calls: `npx tsx bench/calls-list.ts [rows]`. Makes its own SQLite file,
 * prints a line for each filter and order (median and slowest time of the first page and of a deep page by key, with
 * counting), and exits with code 1 when a median is above 20 ms.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../src/clock.ts';
import type { CallFilter } from '../src/records/repositories.ts';
import { openDatabase } from '../src/store/database.ts';
import { storeOn } from '../src/store/store.ts';
import { quiet } from '../test/support/quiet-log.ts';

const ROWS = Number(process.argv[2] ?? 1_000_000);
const PORTION = 50_000;
const ACCOUNTS = 3;
const ROUNDS = 9;
const LIMIT_MS = 20;
const T0 = Date.UTC(2026, 0, 1);
/** One call every ten seconds. */
const STEP_MS = 10_000;
const ACCOUNT = `AC${'0'.repeat(32)}`;

// Nine of ten calls belong to the first account; 1,000 numbers call 100 numbers; one of fifty calls is a child.
const FILL = `
  with recursive n (i) as (select ? union all select i + 1 from n where i + 1 < ?)
  insert into calls (sid, account_sid, parent_call_sid, root_call_sid, direction, from_party, to_party, sip_headers,
    created_at, phase, status, initiated_at, answered_at, ended_at, cause, updated_at)
  select 'CA' || printf('%032x', i), 'AC' || printf('%032x', case when i % 10 = 9 then 1 + i % ${ACCOUNTS - 1} else 0 end),
    case when i % 50 = 1 then 'CA' || printf('%032x', i - 1) end,
    'CA' || printf('%032x', case when i % 50 = 1 then i - 1 else i end), 'inbound',
    '+1555' || printf('%07d', (i * 7919) % 1000), '+1556' || printf('%07d', (i * 104729) % 100), '[]',
    ${T0} + i * ${STEP_MS}, 'ended',
    case when i % 100 < 80 then 'completed' when i % 100 < 90 then 'no-answer' when i % 100 < 98 then 'busy' else 'failed' end,
    ${T0} + i * ${STEP_MS} + 100, ${T0} + i * ${STEP_MS} + 5000, ${T0} + i * ${STEP_MS} + 65000 + (i * 31) % 60000, '{}',
    ${T0} + i * ${STEP_MS} + 65000
  from n`;

const middle = T0 + (ROWS / 2) * STEP_MS;
const CASES: readonly (readonly [title: string, filter: CallFilter])[] = [
  ['no filter', {}],
  ['Status=completed (80 %)', { status: 'completed' }],
  ['Status=failed (1 %)', { status: 'failed' }],
  ['Status=ringing (none)', { status: 'ringing' }],
  ['To (1 %)', { to: '+15560000042' }],
  ['From (0.1 %)', { from: '+15550000042' }],
  ['From and To', { from: '+15550000019', to: '+15560000029' }],
  ['Status=failed and To', { status: 'failed', to: '+15560000042' }],
  ['ParentCallSid', { parentCallSid: `CA${(50).toString(16).padStart(32, '0')}` }],
  ['StartTime of one day', { startTimeFrom: middle, startTimeBefore: middle + 86_400_000 }],
  ['StartTime from the middle', { startTimeFrom: middle }],
  ['StartTime and Status=failed', { startTimeFrom: middle, status: 'failed' }],
  ['EndTime of one day', { endTimeFrom: middle, endTimeBefore: middle + 86_400_000 }],
  [
    'StartTime of one day and To',
    { startTimeFrom: middle, startTimeBefore: middle + 86_400_000, to: '+15560000042' },
  ],
  ['SortBy=DateCreated', { sort: { by: 'dateCreated', direction: 'asc' } }],
  ['SortBy=EndTime:desc', { sort: { by: 'endTime', direction: 'desc' } }],
  ['SortBy=From', { sort: { by: 'from', direction: 'asc' } }],
  ['SortBy=Status:desc', { sort: { by: 'status', direction: 'desc' } }],
  [
    'SortBy=EndTime and Status=completed',
    { status: 'completed', sort: { by: 'endTime', direction: 'desc' } },
  ],
  ['SortBy=EndTime and Status=failed', { status: 'failed', sort: { by: 'endTime', direction: 'desc' } }],
];

async function main(): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'legwork-bench-'));
  const database = await openDatabase({ kind: 'sqlite', path: join(folder, 'legwork.db') }, quiet);
  const store = await storeOn(database, { clock: systemClock, logger: quiet });
  try {
    for (let from = 0; from < ROWS; from += PORTION) {
      await database.writer.raw(FILL, [from, Math.min(from + PORTION, ROWS)]);
    }
    console.log(`${ROWS} calls in SQLite; PageSize 50, median / slowest of ${ROUNDS} in ms`);
    console.log('first page     by key         filter');
    let slowest = 0;
    for (const [title, filter] of CASES) {
      const list = (key?: string) =>
        store.repositories.calls.list(
          ACCOUNT,
          { page: 0, pageSize: 50, ...(key === undefined ? {} : { key }) },
          filter,
        );
      let key: string | undefined;
      for (let page = 0; page < 5; page += 1) key = (await list(key)).nextKey ?? key;
      const [first, deep] = [await measure(() => list()), await measure(() => list(key))];
      slowest = Math.max(slowest, first.median, deep.median);
      console.log([shown(first), shown(deep), title].join('  '));
    }
    return slowest <= LIMIT_MS ? 0 : 1;
  } finally {
    await store.close();
    await rm(folder, { recursive: true });
  }
}

interface Figures {
  readonly median: number;
  readonly slowest: number;
}

async function measure(work: () => Promise<unknown>): Promise<Figures> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const start = performance.now();
    await work();
    times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  return { median: times[Math.floor(ROUNDS / 2)] ?? 0, slowest: times.at(-1) ?? 0 };
}

function shown({ median, slowest }: Figures): string {
  return `${median.toFixed(1).padStart(5)} / ${slowest.toFixed(1).padStart(5)}`;
}

process.exitCode = await main();
