import assert from 'node:assert/strict';
import { KnownRows } from '../../src/store/known-rows.ts';

/** A table of one row, which counts how often it is read. */
class Table {
  row: string | undefined = 'old';
  reads = 0;

  readonly read = async (): Promise<string | undefined> => {
    this.reads += 1;
    return this.row;
  };
}

describe('Rows that are known', () => {
  let table: Table;
  beforeEach(() => (table = new Table()));

  it('are read once', async () => {
    const known = new KnownRows();
    assert.deepEqual([await known.get('a', table.read), await known.get('a', table.read)], ['old', 'old']);
    assert.equal(table.reads, 1);
  });

  it('are looked for each time while they are not there', async () => {
    const known = new KnownRows();
    table.row = undefined;
    assert.deepEqual(
      [await known.get('a', table.read), await known.get('a', table.read)],
      [undefined, undefined],
    );
    assert.equal(table.reads, 2);
  });

  it('are read anew after a write, also after one that failed', async () => {
    const known = new KnownRows();
    await known.get('a', table.read);
    await known.written(async () => (table.row = 'new'));
    assert.equal(await known.get('a', table.read), 'new');
    await assert.rejects(known.written(() => Promise.reject(new Error('no'))));
    await known.get('a', table.read);
    assert.equal(table.reads, 3);
  });

  it('are not kept when something was written while they were read', async () => {
    const known = new KnownRows();
    const before = await known.get('a', async () => {
      const row = await table.read();
      await known.written(async () => (table.row = 'new'));
      return row;
    });
    assert.deepEqual([before, await known.get('a', table.read)], ['old', 'new']);
  });

  it('are few enough, and none when somebody else writes too', async () => {
    const few = new KnownRows(1);
    for (const key of ['a', 'b', 'a', 'a']) await few.get(key, table.read);
    assert.equal(table.reads, 3);
    const none = new KnownRows(0);
    for (const key of ['a', 'a']) await none.get(key, table.read);
    assert.equal(table.reads, 5);
  });
});
