import assert from 'node:assert/strict';
import { look } from '../../../src/store/lease/lease-table.ts';
import { leaveName, NodeNameTakenError, takeName } from '../../../src/store/lease/node-name.ts';
import { hurriedClock } from '../../support/hurried-clock.ts';
import { nodeOf, onClusterDatabase } from './cluster-database.ts';

onClusterDatabase('The name of a node', (the) => {
  const take = (changes: Parameters<typeof nodeOf>[1], isRunning: (pid: number) => boolean = () => true) =>
    takeName(the().session, nodeOf('a', changes), {
      clock: hurriedClock,
      isRunning,
      waiting: () => undefined,
    });
  const instances = async () => (await look(the().session)).nodes.map(({ instance }) => instance);

  it('is free for the first one', async () => {
    await take({});
    assert.deepEqual(await instances(), ['a-1']);
  });

  it('is taken over at once from a process of the same machine that is dead', async () => {
    await take({ pid: 4711 });
    await take({ instance: 'a-2' }, (pid) => pid !== 4711);
    assert.deepEqual(await instances(), ['a-2']);
  });

  it('is refused while another process with it renews', async () => {
    await take({ pid: 4711 });
    const { session } = the();
    const renewing = { done: false };
    const renewed = (async () => {
      while (!renewing.done) await session.query("update nodes set renewals = renewals + 1 where name = 'a'");
    })();
    await assert.rejects(take({ instance: 'a-2', host: 'elsewhere' }), (error: unknown) => {
      assert.ok(error instanceof NodeNameTakenError);
      assert.equal(
        error.message,
        'NODE_NAME "a" belongs to another node that is running (pid 4711 on host here)',
      );
      return true;
    });
    renewing.done = true;
    await renewed;
  });

  it('is taken over from a machine that is gone, after a while', async () => {
    await take({});
    await take({ instance: 'a-2', host: 'elsewhere' });
    assert.deepEqual(await instances(), ['a-2']);
  });

  it('is free again when its node has left it', async () => {
    await take({});
    await leaveName(the().session, nodeOf('a'));
    assert.deepEqual(await instances(), []);
  });
});
