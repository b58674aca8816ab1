import assert from 'node:assert/strict';
import { BRIDGE_NAME } from '../../src/asterisk/bridges.ts';
import { reconcile } from '../../src/asterisk/reconcile.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { ScriptedAri } from '../support/scripted-ari.ts';

const bridge = (id: string, ...channels: readonly string[]) => ({ id, name: BRIDGE_NAME, channels });

/** What is destroyed when Asterisk has these bridges at the first look, and those a moment later. */
async function destroyed(first: readonly object[], second: readonly object[]): Promise<readonly unknown[]> {
  const ari = new ScriptedAri();
  const clock = new FakeClock();
  const gone: unknown[] = [];
  let looks = 0;
  ari.respond = (name, { bridgeId }) => {
    if (name === 'bridges.destroy') gone.push(bridgeId);
    if (name !== 'bridges.list') return [];
    looks += 1;
    return looks === 1 ? first : second;
  };
  const { ari: connection } = ari.context(clock, []);
  const done = reconcile({ ari: connection, clock, live: [], isDriven: () => true });
  await clock.advance(2_000);
  assert.equal((await done).destroyedBridges, gone.length);
  return gone;
}

describe('A bridge of ours without anybody in it', () => {
  it('is destroyed', async () => {
    assert.deepEqual(await destroyed([bridge('a')], [bridge('a')]), ['a']);
  });

  it('is left alone while it is being filled', async () => {
    assert.deepEqual(await destroyed([bridge('a')], [bridge('a', 'c1', 'c2'), bridge('b')]), []);
  });

  it('is left alone when it is not ours', async () => {
    const theirs = { id: 'a', name: 'theirs', channels: [] };
    assert.deepEqual(await destroyed([theirs], [theirs]), []);
  });
});
