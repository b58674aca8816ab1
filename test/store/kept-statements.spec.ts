import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import knexModule, { type Knex } from 'knex';
import { SqliteWithKeptStatements } from '../../src/store/kept-statements.ts';

describe('The client for SQLite that keeps its statements', () => {
  let folder: string;
  let path: string;
  let database: Knex;

  const open = () =>
    knexModule.knex({
      client: SqliteWithKeptStatements,
      connection: { filename: path },
      useNullAsDefault: true,
      pool: { min: 1, max: 1 },
    });
  const names = async () => await database('people').orderBy('id').pluck<string[]>('name');

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'legwork-kept-'));
    path = join(folder, 'a.db');
    database = open();
    await database.raw('create table people (id integer primary key, name text unique)');
  });

  afterEach(async () => {
    await database.destroy();
    await rm(folder, { recursive: true });
  });

  it('gives each use of a statement its own values and its own results', async () => {
    const ids: number[] = [];
    for (const name of ['alice', 'bob', 'carol']) ids.push(...(await database('people').insert({ name })));
    assert.deepEqual(ids, [1, 2, 3]);
    assert.deepEqual(await names(), ['alice', 'bob', 'carol']);
    const found = await Promise.all([3, 1, 2].map((id) => database('people').where({ id }).first('name')));
    assert.deepEqual(found, [{ name: 'carol' }, { name: 'alice' }, { name: 'bob' }]);
    assert.equal(await database('people').where('id', '>', 1).update({ name: null }), 2);
    assert.equal(await database('people').where('id', '>', 1).update({ name: null }), 2);
    assert.equal(await database('people').where('id', '>', 1).delete(), 2);
    assert.equal(await database('people').where('id', '>', 1).delete(), 0);
  });

  it('uses a statement again that failed', async () => {
    await database('people').insert({ name: 'alice' });
    await assert.rejects(async () => await database('people').insert({ name: 'alice' }), {
      code: 'SQLITE_CONSTRAINT',
    });
    await database('people').insert({ name: 'bob' });
    assert.deepEqual(await names(), ['alice', 'bob']);
  });

  it('says what is wrong with a text that is none, each time', async () => {
    for (const _ of [1, 2]) await assert.rejects(async () => await database.raw('selct 1'), /syntax error/);
  });

  it('sees a column that came after the statement', async () => {
    await database('people').insert({ name: 'alice' });
    const all = () => database.raw<unknown[]>('select * from people');
    assert.deepEqual(await all(), [{ id: 1, name: 'alice' }]);
    await database.raw('alter table people add column age integer');
    assert.deepEqual(await all(), [{ id: 1, name: 'alice', age: null }]);
  });

  it('gives back the rows that a statement wrote, and holds no lock afterwards', async () => {
    const write = () => database('people').insert({ name: null }).returning('id');
    assert.deepEqual([await write(), await write()], [[{ id: 1 }], [{ id: 2 }]]);
    const other = open();
    await other('people').insert({ name: 'bob' });
    await other.destroy();
    assert.deepEqual(await names(), [null, null, 'bob']);
  });

  it('keeps what a transaction did, or nothing of it', async () => {
    await database.transaction(async (transaction) => await transaction('people').insert({ name: 'alice' }));
    await assert.rejects(
      database.transaction(async (transaction) => {
        await transaction('people').insert({ name: 'bob' });
        throw new Error('not this one');
      }),
      /not this one/,
    );
    assert.deepEqual(await names(), ['alice']);
  });

  it('gives up the oldest of very many, and closes with all the others open', async () => {
    for (let number = 0; number < 250; number += 1) {
      assert.deepEqual(await database.raw(`select ${number} as it`), [{ it: number }]);
    }
    assert.deepEqual(await database.raw('select 0 as it'), [{ it: 0 }]);
    await database.destroy();
    database = open();
    await database.raw('drop table people');
  });
});
