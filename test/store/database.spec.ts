import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '../../src/store/database.ts';
import { DatabaseTooNewError, migrate } from '../../src/store/migrate.ts';
import { migrations } from '../../src/store/migrations/index.ts';
import { emptyDatabase, quiet } from './both-databases.ts';

const STARTS = 300_000;

for (const dialect of ['sqlite', 'postgres'] as const) {
  describe(`The tables (${dialect})`, () => {
    let made: Awaited<ReturnType<typeof emptyDatabase>>;

    before(async function () {
      this.timeout(STARTS);
      made = await emptyDatabase(dialect);
    });
    after(async () => await made.remove());

    it('are made in an empty database, once, and every step is known by name', async () => {
      const told: object[] = [];
      const logger = { ...quiet, info: (fields: object) => told.push(fields) };
      for (let start = 0; start < 2; start += 1) await (await openDatabase(made.url, logger)).close();
      assert.deepEqual(told, [{ applied: migrations.map((migration) => migration.name) }]);
    });

    it('get a later step without losing what is in them', async () => {
      const database = await openDatabase(made.url, quiet);
      await database.writer('installation_settings').insert({ key: 'a', value: 'b' });
      const later = {
        name: '9999-later',
        up: (knex: typeof database.writer) =>
          knex.schema.createTable('later', (table) => void table.text('x')),
      };
      await migrate(database.writer, dialect, quiet, [...migrations, later]);
      assert.deepEqual(await database.reader('later').select(), []);
      assert.deepEqual(await database.reader('installation_settings').select(), [{ key: 'a', value: 'b' }]);
      await database.close();
    });

    it('of a newer version are refused with a word on what to do', async () => {
      await assert.rejects(openDatabase(made.url, quiet), (error) => {
        assert.ok(error instanceof DatabaseTooNewError);
        assert.deepEqual(error.unknown, ['9999-later']);
        assert.match(error.message, /newer version of Legwork \(it has 9999-later\)/);
        return true;
      });
    });

    it('are left as they were by a step that fails half-way', async () => {
      const fresh = await emptyDatabase(dialect);
      const database = await openDatabase(fresh.url, quiet);
      const broken = {
        name: '9999-broken',
        up: async (knex: typeof database.writer) => {
          await knex.schema.createTable('half', (table) => void table.text('x'));
          throw new Error('power cut');
        },
      };
      await assert.rejects(migrate(database.writer, dialect, quiet, [...migrations, broken]), /power cut/);
      assert.equal(await database.writer.schema.hasTable('half'), false);
      await database.close();
      await (await openDatabase(fresh.url, quiet)).close();
      await fresh.remove();
    });

    // A SQLite file has one process: the lock of DATA_DIR sees to it.
    if (dialect === 'postgres') {
      it('are made once when two processes start together', async () => {
        const fresh = await emptyDatabase(dialect);
        const told: object[] = [];
        const logger = { ...quiet, info: (fields: object) => told.push(fields) };
        const opened = await Promise.all([openDatabase(fresh.url, logger), openDatabase(fresh.url, logger)]);
        for (const database of opened) await database.close();
        assert.equal(told.length, 1);
        await fresh.remove();
      });

      it('do not stand in the way of nodes that use a table for long', async () => {
        const fresh = await emptyDatabase(dialect);
        const database = await openDatabase(fresh.url, quiet, { isShared: true });
        const alters = {
          name: '9999-alters',
          up: (knex: typeof database.writer) =>
            knex.schema.alterTable('clients', (table) => void table.text('more')),
        };
        const reading = await database.reader.transaction();
        await reading('clients').select();
        await assert.rejects(
          migrate(database.writer, dialect, quiet, [...migrations, alters]),
          /lock timeout/,
        );
        await reading.rollback();
        await migrate(database.writer, dialect, quiet, [...migrations, alters]);
        assert.equal(await database.reader.schema.hasColumn('clients', 'more'), true);
        await database.close();
        await fresh.remove();
      });
    }
  });
}

describe('The SQLite file', () => {
  it('is flushed at each commit, does not block readers, and minds foreign keys', async () => {
    const made = await emptyDatabase('sqlite');
    const database = await openDatabase(made.url, quiet);
    const pragma = async (name: string) =>
      Object.values(((await database.writer.raw(`PRAGMA ${name}`)) as [Record<string, unknown>])[0])[0];
    const values = {
      mode: await pragma('journal_mode'),
      sync: await pragma('synchronous'),
      keys: await pragma('foreign_keys'),
      busy: await pragma('busy_timeout'),
    };
    assert.deepEqual(values, { mode: 'wal', sync: 2, keys: 1, busy: 5_000 });
    await assert.rejects(
      database.reader('installation_settings').insert({ key: 'a', value: 'b' }),
      /readonly/,
    );
    await database.close();
    await made.remove();
  });

  it('that cannot be opened is an error at once', async () => {
    const path = await mkdtemp(join(tmpdir(), 'legwork-store-'));
    await assert.rejects(openDatabase({ kind: 'sqlite', path }, quiet), /CANTOPEN/);
    await rm(path, { recursive: true });
  });
});
