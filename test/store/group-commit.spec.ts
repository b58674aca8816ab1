import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rename, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Knex } from 'knex';
import { newSid } from '../../src/call/sids.ts';
import { StoreUnavailableError } from '../../src/records/repositories.ts';
import type { Database } from '../../src/store/database.ts';
import { GroupCommit, type WriteKind } from '../../src/store/group-commit.ts';
import { rowsOf } from '../../src/store/rows.ts';
import { type Store, storeOn } from '../../src/store/store.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { waitUntil } from '../support/wait-until.ts';
import { describeOnBoth, quiet, withWriter } from './both-databases.ts';
import { account, callEvent, entry, leg, number } from './records.ts';

const MOST_WAITING = 10_000;
const GONE = 'The file of the database was removed or replaced';

describeOnBoth('The write queue', (the, dialect) => {
  it('writes in one statement what arrives while another one runs', async () => {
    const { statements, store } = await watchedStore();
    const { journal } = store;
    await Promise.all(Array.from({ length: 100 }, () => journal.commit(entry(leg()))));
    assert.equal(statements.splice(0).length, 1);
    const first = journal.commit(entry(leg()));
    await new Promise((resolve) => setImmediate(resolve));
    await Promise.all([first, ...Array.from({ length: 99 }, () => journal.commit(entry(leg())))]);
    assert.equal(statements.length, 2);
    assert.equal((await store.nonFinalLegs()).length, 200);
  });

  it('writes in one transaction what arrives while another one runs', async () => {
    const writes = new GroupCommit(the().database, new FakeClock(), quiet);
    const kind = insertSetting('keep');
    const submit = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, index) => writes.submit(kind, String(from + index)));
    await Promise.all(submit(0, 50));
    assert.equal(await batches(), 1);
    const first = submit(50, 51);
    await new Promise((resolve) => setImmediate(resolve));
    await Promise.all([...first, ...submit(51, 100)]);
    assert.equal(await batches(), 3);
    assert.equal((await settings()).length, 100);
  });

  it('writes REST changes by themselves, in the order of arrival, which steps of calls need not wait for', async () => {
    const { journal, repositories } = the().store;
    const order: string[] = [];
    const noted = (what: string) => () => order.push(what);
    await Promise.all([
      journal.commit(entry(leg())).then(noted('first')),
      repositories.accounts.insert(account()).then(noted('account')),
      repositories.numbers.insert(number()).then(noted('number')),
      journal.commit(entry(leg())).then(noted('last')),
    ]);
    assert.deepEqual(order, ['first', 'last', 'account', 'number']);
    assert.equal(await transactions(), 2);
  });

  it('writes what each kind has in the order of arrival, although many come together', async () => {
    const ran: string[] = [];
    const kind = (name: string): WriteKind<string, void> => ({
      whenUnavailable: 'keep',
      transaction: 'shared',
      run: (_trx, inputs) => {
        ran.push(`${name} ${inputs.join(' ')}`);
        return Promise.resolve(inputs.map(() => undefined));
      },
    });
    const [a, b] = [kind('a'), kind('b')];
    const writes = new GroupCommit(the().database, new FakeClock(), quiet);
    await Promise.all([
      writes.submit(a, '1'),
      writes.submit(a, '2'),
      writes.submit(b, '3'),
      writes.submit(a, '4'),
    ]);
    assert.deepEqual(ran, ['a 1 2', 'b 3', 'a 4']);
  });

  it('lets statements and transactions take turns when both wait', async () => {
    const ran: string[] = [];
    const run = (_knex: unknown, inputs: readonly string[]) => {
      ran.push(...inputs);
      return Promise.resolve(inputs.map(() => undefined));
    };
    const alone: WriteKind<string, void> = { whenUnavailable: 'keep', transaction: 'alone', run };
    const statement: WriteKind<string, void> = {
      whenUnavailable: 'keep',
      transaction: 'none',
      share: () => ({ weight: 500 }),
      run,
    };
    const writes = new GroupCommit(the().database, new FakeClock(), quiet);
    await Promise.all([
      ...['t1', 't2', 't3'].map((one) => writes.submit(alone, one)),
      ...['s1', 's2'].map((one) => writes.submit(statement, one)),
    ]);
    assert.deepEqual(ran, ['s1', 't1', 's2', 't2', 't3']);
  });

  it('writes once what it does not know to be written, when the connection breaks during COMMIT', async () => {
    const clock = new FakeClock();
    let breaks = 0;
    const database = brokenAt(the().database, async (commit) => {
      const value = await commit();
      if (breaks-- > 0) throw new Error('Connection terminated unexpectedly');
      return value;
    });
    const store = await storeOn({ ...database, close: () => Promise.resolve() }, { clock, logger: quiet });
    const one = leg();
    breaks = 1;
    const written = store.journal.commit(entry(one, { events: [callEvent(one.sid)] }));
    await waitUntil('it waits for a repeat', () => clock.timers > 0);
    assert.equal(store.healthy, false);
    await clock.advance(50);
    await written;
    assert.equal(store.healthy, true);
    assert.equal((await store.repositories.timeline.eventsOf(one.sid)).length, 1);
    await store.close();
  });

  it('keeps steps of calls while the database is away, and refuses what can be asked for again', async () => {
    const clock = new FakeClock();
    let isAway = true;
    const database = brokenAt(the().database, async (commit) => {
      if (isAway) throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
      return await commit();
    });
    const writes = new GroupCommit(database, clock, quiet);
    const kept = writes.submit(insertSetting('keep'), 'a');
    await waitUntil('it waits for a repeat', () => clock.timers > 0);
    await assert.rejects(writes.submit(insertSetting('refuse'), 'b'), StoreUnavailableError);
    const later = writes.submit(insertSetting('keep'), 'c');
    assert.equal(writes.healthy, false);
    for (const delay of [50, 100, 200, 400]) {
      await clock.advance(delay);
      await waitUntil('it waits for the next repeat', () => clock.timers > 0);
    }
    isAway = false;
    await clock.advance(800);
    await Promise.all([kept, later]);
    assert.equal(writes.healthy, true);
    assert.deepEqual(await settings(), ['a', 'c']);
  });

  it('refuses at once what cannot be written now and need not be kept, and works again after it', async () => {
    let isAway = true;
    const database = brokenAt(the().database, async (commit) => {
      if (isAway) throw Object.assign(new Error('read-only'), { code: 'SQLITE_READONLY' });
      return await commit();
    });
    const writes = new GroupCommit(database, new FakeClock(), quiet);
    await assert.rejects(writes.submit(insertSetting('refuse'), 'a'), StoreUnavailableError);
    assert.equal(writes.healthy, false);
    isAway = false;
    await writes.submit(insertSetting('refuse'), 'b');
    assert.equal(writes.healthy, true);
    assert.deepEqual(await settings(), ['b']);
  });

  it('refuses more than ten thousand steps that wait', async () => {
    const clock = new FakeClock();
    const database = brokenAt(the().database, () => Promise.reject(new Error('gone')));
    const writes = new GroupCommit(database, clock, quiet);
    const kind = insertSetting('keep');
    const waiting = Array.from({ length: MOST_WAITING }, (_, n) => writes.submit(kind, String(n)));
    await assert.rejects(writes.submit(kind, 'one more'), StoreUnavailableError);
    const closed = Promise.allSettled(waiting);
    await writes.close();
    const outcomes = await closed;
    assert.equal(outcomes.filter((outcome) => outcome.status === 'rejected').length, MOST_WAITING);
    assert.equal(clock.timers, 0);
  });

  it('writes what was handed in before it is closed, and takes nothing afterwards', async () => {
    const writes = new GroupCommit(the().database, new FakeClock(), quiet);
    const kind = insertSetting('keep');
    const before = writes.submit(kind, 'before');
    await writes.close();
    await before;
    await assert.rejects(writes.submit(kind, 'after'), StoreUnavailableError);
    assert.deepEqual(await settings(), ['before']);
  });

  it('knows for its health whether something can be written', async () => {
    assert.equal(await the().store.ping(1_000), true);
    const clock = new FakeClock();
    let isStuck = false;
    const database = brokenAt(the().database, (commit) =>
      isStuck ? new Promise(() => undefined) : commit(),
    );
    const store = await storeOn(database, { clock, logger: quiet });
    isStuck = true;
    const pinged = store.ping(1_000);
    await clock.advance(1_000);
    assert.equal(await pinged, false);
  });

  it('waits for a lock that somebody else holds', async () => {
    const holder = await holdLock();
    const one = leg();
    let isWritten = false;
    const written = the()
      .store.journal.commit(entry(one))
      .then(() => (isWritten = true));
    // Reads go on meanwhile.
    assert.deepEqual(await the().store.nonFinalLegs(), []);
    await holder.waitForWriter();
    assert.equal(isWritten, false);
    await holder.release();
    await written;
    assert.equal(the().store.healthy, true);
  });

  if (dialect === 'sqlite') {
    it('goes on after the disk was full, with nothing lost', async () => {
      const { database, store, clock } = the();
      // What earlier tests wrote and removed would leave room in the file.
      await database.writer.raw('VACUUM');
      const [{ page_count: pages }] = (await database.writer.raw('PRAGMA page_count')) as [
        { page_count: number },
      ];
      await database.writer.raw(`PRAGMA max_page_count = ${pages}`);
      const one = leg();
      const written = store.journal.commit(
        entry(one, { events: [callEvent(one.sid, { data: { text: 'x'.repeat(1_000_000) } })] }),
      );
      await waitUntil('it waits for a repeat', () => clock.timers > 0);
      assert.deepEqual([store.healthy, await store.nonFinalLegs()], [false, []]);
      await database.writer.raw('PRAGMA max_page_count = 1073741823');
      await clock.advance(50);
      await written;
      assert.equal((await store.repositories.timeline.eventsOf(one.sid)).length, 1);
    });

    it('does not write into a file that was removed: what is new is refused, the rest waits until it is back', async () => {
      const { database, store, clock } = the();
      const [{ file }] = (await database.writer.raw('PRAGMA database_list')) as [{ file: string }];
      await rename(file, `${file}.away`);
      await writeFile(file, 'another one');
      assert.deepEqual([store.healthy, store.trouble, await store.ping(1_000)], [false, GONE, false]);
      await assert.rejects(store.repositories.accounts.insert(account()), StoreUnavailableError);
      const one = leg();
      const written = store.journal.commit(entry(one));
      await waitUntil('it waits for a repeat', () => clock.timers > 0);
      await rename(`${file}.away`, file);
      await clock.advance(50);
      await written;
      assert.deepEqual([store.healthy, store.trouble], [true, undefined]);
      assert.deepEqual(
        (await store.nonFinalLegs()).map((found) => found.leg.sid),
        [one.sid],
      );
    });
  }

  it('writes the steps of one account before what is left of another one that has thousands waiting', async () => {
    const { statements, store } = await watchedStore();
    const { journal } = store;
    const order: string[] = [];
    const flood = Array.from({ length: 2_000 }, () => journal.commit(entry(leg())));
    const last = Promise.all(flood).then(() => order.push('the last of the flood'));
    const other = { accountSid: newSid('AC') };
    await journal.commit(entry(leg(other))).then(() => order.push('the step of the other'));
    await last;
    assert.deepEqual(order, ['the step of the other', 'the last of the flood']);
    assert.equal(statements.length, 20);
  });

  if (dialect === 'postgres') {
    it('writes again what the server cut off', async () => {
      const { database, store, clock } = the();
      const holder = await holdLock();
      const one = leg();
      const written = store.journal.commit(entry(one, { events: [callEvent(one.sid)] }));
      await holder.waitForWriter();
      await database.reader.raw('select pg_terminate_backend(pid) from pg_locks where not granted');
      await waitUntil('it waits for a repeat', () => clock.timers > 0);
      await holder.release();
      await clock.advance(50);
      await written;
      assert.equal((await store.repositories.timeline.eventsOf(one.sid)).length, 1);
    });
  }

  /** A store on the same database, and the statements that its writer runs outside of transactions. */
  async function watchedStore(): Promise<{ readonly statements: string[]; readonly store: Store }> {
    const statements: string[] = [];
    const { database } = the();
    const raw = (sql: string, values: Knex.RawBinding[]) => {
      statements.push(sql);
      return database.writer.raw(sql, values);
    };
    const watched = withWriter(database, { raw });
    return { statements, store: await storeOn(watched, { clock: the().clock, logger: quiet }) };
  }

  /** How many transactions the only writer of this test has made. */
  async function batches(): Promise<number> {
    const [row] = await the().database.reader('journal_writers').max('batch as last');
    return Number((row as { last: number }).last);
  }

  async function transactions(): Promise<number> {
    const rows: { batch: number }[] = await the().database.reader('journal_writers').select('batch');
    await the().database.writer('journal_writers').del();
    return rows.reduce((total, row) => total + row.batch, 0) - before;
  }

  let before = 0;
  beforeEach(async () => {
    before = 0;
    await the().store.ping(1_000);
    before = await transactions();
  });

  async function settings(): Promise<string[]> {
    return await the().database.reader('installation_settings').orderBy('key').pluck('key');
  }

  interface Holder {
    waitForWriter(): Promise<void>;
    release(): Promise<void>;
  }

  async function holdLock(): Promise<Holder> {
    const { url, database } = the();
    if (url.kind === 'sqlite') return await holdFile(url.path);
    const trx = await database.writer.transaction();
    await trx.raw('lock table journal in exclusive mode');
    const isWaiting = async () =>
      rowsOf(await database.reader.raw('select 1 from pg_locks where not granted')).length > 0;
    return {
      waitForWriter: () => waitUntil('the writer waits', isWaiting),
      release: async () => void (await trx.commit()),
    };
  }
});

/** Another process that has the file locked for writing. */
async function holdFile(path: string) {
  const script = `
    const { Database } = require(${JSON.stringify(createRequire(import.meta.url).resolve('sqlite3'))});
    const db = new Database(${JSON.stringify(path)});
    db.exec('BEGIN IMMEDIATE', (error) => process.stdout.write(error ? String(error) : 'locked'));
    process.stdin.once('data', () => db.exec('COMMIT', () => db.close()));
    process.stdin.once('end', () => process.exit());`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [said] = (await once(child.stdout, 'data')) as [Buffer];
  assert.equal(said.toString(), 'locked');
  return {
    // SQLite cannot be asked who waits; several turns of the loop are enough for the writer to have begun.
    async waitForWriter() {
      for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    },
    async release() {
      child.stdin.end('release');
      await once(child, 'close');
    },
  };
}

/** The database with something between the end of a transaction's work, or of a statement, and what its caller hears. */
function brokenAt(database: Database, around: <T>(commit: () => Promise<T>) => Promise<T>): Database {
  return withWriter(database, {
    transaction: <T>(run: (trx: Knex.Transaction) => Promise<T>) =>
      around(() => database.writer.transaction(run)),
    raw: (sql: string, values: Knex.RawBinding[]) =>
      around(async () => await database.writer.raw(sql, values)),
  });
}

function insertSetting(whenUnavailable: 'keep' | 'refuse'): WriteKind<string, void> {
  return {
    whenUnavailable,
    transaction: 'shared',
    run: async (trx, keys) => {
      for (const key of keys) await trx('installation_settings').insert({ key, value: key });
      return keys.map(() => undefined);
    },
  };
}
