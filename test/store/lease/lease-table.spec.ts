import assert from 'node:assert/strict';
import { look, reached, release, renew, take } from '../../../src/store/lease/lease-table.ts';
import { nodeOf, nodeWithSwitch, onClusterDatabase } from './cluster-database.ts';

const SOME = { room: 5, state: 'up' } as const;

onClusterDatabase('The leases in the database', (the) => {
  beforeEach(async () => {
    await nodeWithSwitch(the().session, 'a');
    await nodeWithSwitch(the().session, 'b');
  });

  const rowOf = async (id: string) => {
    const { switches } = await look(the().session);
    const row = switches.find((one) => one.id === id);
    if (row === undefined) throw new Error(`There is no switch ${id}`);
    return row;
  };

  it('are taken by one of those who try at once', async () => {
    const seen = await rowOf('a');
    const { session } = the();
    const epochs = await Promise.all(['a', 'b', 'a', 'b'].map((name) => take(session, seen, name)));
    assert.deepEqual(epochs, [1, undefined, undefined, undefined]);
    const { node, epoch } = await rowOf('a');
    assert.deepEqual([node, epoch], ['a', 1]);
  });

  it('are renewed, with what the holder says of its switch, and tell the time', async () => {
    const { session } = the();
    await take(session, await rowOf('a'), 'a');
    const before = await rowOf('a');
    const renewed = await renew(session, nodeOf('a'), [{ id: 'a', epoch: 1, ...SOME }]);
    const { renewals, room, state } = await rowOf('a');
    assert.deepEqual(
      [renewed.isOurs, renewed.held, renewals - before.renewals, room, state],
      [true, ['a'], 1, 5, 'up'],
    );
    assert.ok(Math.abs(renewed.now - Date.now()) < 5_000);
  });

  it('are not taken from a holder that has renewed since they were seen', async () => {
    const { session } = the();
    await take(session, await rowOf('a'), 'a');
    const seen = await rowOf('a');
    await renew(session, nodeOf('a'), [{ id: 'a', epoch: 1, ...SOME }]);
    assert.equal(await take(session, seen, 'b'), undefined);
  });

  it('are lost for a holder whose epoch is over, and whose name is another process', async () => {
    const { session } = the();
    await take(session, await rowOf('a'), 'a');
    assert.equal(await take(session, await rowOf('a'), 'b'), 2);
    const late = await renew(session, nodeOf('a'), [{ id: 'a', epoch: 1, ...SOME }]);
    assert.deepEqual([late.isOurs, late.held], [true, []]);
    const other = await renew(session, nodeOf('a', { instance: 'other' }), [{ id: 'a', epoch: 1, ...SOME }]);
    assert.deepEqual([other.isOurs, other.held], [false, []]);
  });

  it('are given up at once, and remember who could not reach the switch until somebody did', async () => {
    const { session } = the();
    await take(session, await rowOf('a'), 'b');
    await release(session, { id: 'a', epoch: 1 }, { name: 'b', unreachable: true });
    const given = await rowOf('a');
    await take(session, given, 'a');
    await release(session, { id: 'a', epoch: 1 }, { name: 'b' });
    const held = await rowOf('a');
    await reached(session, 'a');
    assert.deepEqual(
      [given.node, given.unreachableFrom, held.node, held.epoch, (await rowOf('a')).unreachableFrom],
      [undefined, ['b'], 'a', 2, []],
    );
  });
});
