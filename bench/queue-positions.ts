/**
 * How long it takes to read who waits in a long queue: `npx tsx bench/queue-positions.ts [members]`. On SQLite and on a
 * private PostgreSQL, each filled through the journal; prints the median and the slowest of many reads of the queue, its
 * front, its last member with the position, and a page of members, beside `select 1`, which is the way to the database and
 * back. Exits with code 1 when a median is more than 5 ms above that.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../src/clock.ts';
import type { QueueMemberRecord, QueueRecord } from '../src/call/queue/queue-record.ts';
import { newSid } from '../src/call/sids.ts';
import { type DatabaseUrl, openDatabase } from '../src/store/database.ts';
import { storeOn } from '../src/store/store.ts';
import { startPostgres } from '../test/support/postgres.ts';
import { quiet } from '../test/support/quiet-log.ts';

const MEMBERS = Number(process.argv[2] ?? 1000);
const ROUNDS = 200;
const LIMIT_MS = 5;
const ACCOUNT = `AC${'0'.repeat(32)}`;

async function measure(url: DatabaseUrl): Promise<boolean> {
  const database = await openDatabase(url, quiet);
  const store = await storeOn(database, { clock: systemClock, logger: quiet });
  const now = Date.now();
  const times = { usedAt: now, dateCreated: now, dateUpdated: now };
  const sid = newSid('QU');
  const settings = { friendlyName: 'support', maxSize: MEMBERS, madeBy: 'api' as const };
  const queue: QueueRecord = {
    sid,
    accountSid: ACCOUNT,
    ...settings,
    nextNumber: MEMBERS + 1,
    nextSequence: 0,
    ...times,
  };
  const members = Array.from(
    { length: MEMBERS },
    (_one, index): QueueMemberRecord => ({
      queueSid: sid,
      callSid: newSid('CA'),
      accountSid: ACCOUNT,
      number: index + 1,
      state: 'waiting',
      joinedAt: now + index,
    }),
  );
  await store.journal.commit({ subjectSid: sid, accountSid: ACCOUNT, queue, queueMembers: members });
  const { queues } = store.repositories;
  const last = members.at(-1)?.callSid;
  const reads: readonly (readonly [what: string, read: () => Promise<unknown>])[] = [
    ['select 1', async () => void (await database.reader.raw('select 1'))],
    ['queue with size and average', () => queues.find(ACCOUNT, sid)],
    ['front', () => queues.member(sid)],
    ['last member with its position', () => queues.member(sid, last)],
    ['page of 50 members', () => queues.members(sid, { page: 0, pageSize: 50 })],
  ];
  let isFast = true;
  let wayMs = 0;
  for (const [what, read] of reads) {
    const took: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const since = performance.now();
      await read();
      took.push(performance.now() - since);
    }
    took.sort((a, b) => a - b);
    const median = took[Math.floor(took.length / 2)] ?? 0;
    if (what === 'select 1') wayMs = median;
    isFast &&= median - wayMs <= LIMIT_MS;
    console.log(
      `${url.kind.padEnd(9)} ${what.padEnd(30)} median ${median.toFixed(2)} ms, slowest ${took.at(-1)?.toFixed(2)} ms`,
    );
  }
  await store.close();
  return isFast;
}

const folder = await mkdtemp(join(tmpdir(), 'legwork-queues-'));
const postgres = await startPostgres();
try {
  const results = [
    await measure({ kind: 'sqlite', path: join(folder, 'legwork.db') }),
    await measure({ kind: 'postgres', url: postgres.url }),
  ];
  process.exitCode = results.every(Boolean) ? 0 : 1;
} finally {
  await postgres.stop();
  await rm(folder, { recursive: true });
}
