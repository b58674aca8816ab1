import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { hostname } from 'node:os';
import pg from 'pg';
import { systemClock } from '../../../src/clock.ts';
import { holdDatabase } from '../../../src/store/hold/database-hold.ts';
import type { DatabaseUrl } from '../../../src/store/database.ts';
import { type DatabaseHold, DatabaseTakenError, type Holder } from '../../../src/store/hold/holder.ts';
import { openStore } from '../../../src/store/store.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { hurriedClock } from '../../support/hurried-clock.ts';
import { waitUntil } from '../../support/wait-until.ts';
import { emptyDatabase, quiet } from '../both-databases.ts';
import { ACCOUNT_SID, callback, claimAll, NOON } from '../records.ts';
import { newSid } from '../../../src/call/sids.ts';

const SINCE = Date.UTC(2026, 1, 3, 4, 5, 6);
const FIRST: Holder = { pid: 4711, host: 'a', since: SINCE };
const SECOND: Holder = { pid: 4712, host: 'b', since: SINCE + 1000 };

for (const dialect of ['sqlite', 'postgres'] as const) {
  describe(`One Legwork for one database (${dialect})`, function () {
    this.timeout(300_000);
    let url: DatabaseUrl;
    let remove: () => Promise<void>;
    let taken: DatabaseTakenError[];
    const holds: DatabaseHold[] = [];

    beforeEach(async () => {
      ({ url, remove } = await emptyDatabase(dialect));
      taken = [];
    });
    afterEach(async () => {
      for (const hold of holds.splice(0)) await hold.release();
      await remove();
    });

    async function take(self?: Holder): Promise<DatabaseHold> {
      const onTaken = (error: DatabaseTakenError) => void taken.push(error);
      const options = {
        clock: hurriedClock,
        logger: quiet,
        onTaken,
        ...(self === undefined ? {} : { self }),
      };
      const hold = await holdDatabase(url, options);
      holds.push(hold);
      return hold;
    }

    it('refuses a second one and names the first: process, host and since when', async () => {
      await take(FIRST);
      await assert.rejects(take(SECOND), (error) => {
        assert.ok(error instanceof DatabaseTakenError);
        assert.deepEqual(error.holder, FIRST);
        assert.equal(
          error.message,
          'Another Legwork (pid 4711 on host a, since 2026-02-03T04:05:06.000Z) is running on this database',
        );
        return true;
      });
    });

    it('lets one of two that start at the same moment through', async () => {
      const results = await Promise.allSettled([take(FIRST), take(SECOND)]);
      assert.deepEqual(results.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
    });

    it('lets the next one through when the first has ended', async () => {
      await (await take(FIRST)).release();
      await take(SECOND);
      await assert.rejects(take(FIRST), (error) => {
        assert.ok(error instanceof DatabaseTakenError);
        assert.deepEqual(error.holder, SECOND);
        return true;
      });
    });

    it('lets the next one through within seconds when the first was killed', async () => {
      const first = spawn(
        process.execPath,
        [
          '--import',
          'tsx',
          new URL('../../support/hold-database.ts', import.meta.url).pathname,
          JSON.stringify(url),
        ],
        { stdio: ['ignore', 'pipe', 'inherit'] },
      );
      await once(first.stdout, 'data');
      await assert.rejects(take(), (error) => {
        assert.ok(error instanceof DatabaseTakenError);
        assert.deepEqual([error.holder?.pid, error.holder?.host], [first.pid, hostname()]);
        return true;
      });
      first.kill('SIGKILL');
      const killedAt = systemClock.now();
      await holdDatabase(url, { clock: systemClock, logger: quiet, onTaken: () => undefined }).then((hold) =>
        holds.push(hold),
      );
      assert.ok(systemClock.now() - killedAt < 4_000);
    });

    it('gives out what a killed one had claimed, at once and not when its claim ends', async () => {
      const options = { clock: new FakeClock(NOON), logger: quiet };
      const first = await openStore(url, options);
      const owed = callback(newSid('CA'));
      await first.journal.commit({ subjectSid: owed.callSid, accountSid: ACCOUNT_SID, callbacks: [owed] });
      const request = { now: NOON, claimUntil: NOON + 300_000, limit: 1 };
      assert.equal((await claimAll(first.callbackQueue, request)).length, 1);
      await first.close();
      await take(SECOND);
      const next = await openStore(url, { ...options, alone: true });
      const claimed = await claimAll(next.callbackQueue, request);
      await next.close();
      assert.deepEqual(claimed, [{ ...owed, attempts: 0 }]);
    });

    if (dialect === 'postgres') postgresOnly();

    function postgresOnly(): void {
      const sessionsOf = `select pid from pg_stat_activity where application_name like 'legwork 4711 %'`;
      let admin: pg.Client;

      beforeEach(async () => {
        assert.ok(url.kind === 'postgres');
        admin = await session(url.url);
      });
      afterEach(async () => {
        await admin.end();
      });

      it('takes it again when the connection breaks, before anybody else can', async () => {
        await take(FIRST);
        const before = (await admin.query<{ pid: number }>(sessionsOf)).rows;
        await admin.query(`select pg_terminate_backend(pid) from (${sessionsOf}) as s`);
        const holders = `select pid from pg_locks where locktype = 'advisory' and granted and pid in (${sessionsOf})`;
        await waitUntil('it has the lock anew', async () => {
          const { rows } = await admin.query<{ pid: number }>(holders);
          return rows.length === 1 && rows[0]?.pid !== before[0]?.pid;
        });
        await assert.rejects(take(SECOND), DatabaseTakenError);
        assert.deepEqual(taken, []);
      });

      it('tells the first one when another has it after the connection broke', async () => {
        await take(FIRST);
        assert.ok(url.kind === 'postgres');
        const other = await session(url.url, 'legwork 4712 1770000000000 b');
        const waiting = other.query(`select pg_advisory_lock(${0x4c47574b}, hashtext(current_schema()))`);
        await admin.query(`select pg_terminate_backend(pid) from (${sessionsOf}) as s`);
        await waiting;
        await waitUntil('the first one is told', () => taken.length === 1);
        assert.deepEqual(taken[0]?.holder, { pid: 4712, host: 'b', since: 1_770_000_000_000 });
        await other.end();
      });

      it('keeps two installations in two schemas of one database apart', async () => {
        await admin.query('create schema other');
        await take(FIRST);
        assert.ok(url.kind === 'postgres');
        const own = new URL(url.url);
        own.searchParams.set('options', '-c search_path=other');
        url = { kind: 'postgres', url: own.href };
        await take(SECOND);
      });
    }
  });
}

async function session(url: string, name = 'test'): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, application_name: name });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}
