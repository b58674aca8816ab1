import assert from 'node:assert/strict';
import { BRIDGE_NAME } from '../../src/asterisk/legs/bridges.ts';
import { reconcile } from '../../src/asterisk/reconcile.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { ScriptedAri } from '../support/scripted-ari.ts';

const bridge = (id: string, ...channels: readonly string[]) => ({ id, name: BRIDGE_NAME, channels });

const channel = (id: string) => ({
  id,
  name: `PJSIP/alice-${id}`,
  state: 'Ring',
  dialplan: { exten: '1000', app_name: 'Stasis', app_data: 'legwork' },
});

interface Look {
  readonly bridges?: readonly object[];
  readonly channels?: readonly object[];
  /** Channels whose arrival has been read by then. */
  readonly driven?: readonly string[];
}

/** What is removed when Asterisk has this at the first look, and that a moment later. */
async function removed(first: Look, second: Look): Promise<readonly unknown[]> {
  const ari = new ScriptedAri();
  const clock = new FakeClock();
  const gone: unknown[] = [];
  const begun = clock.now();
  const look = () => (clock.now() === begun ? first : second);
  ari.respond = (name, { bridgeId, channelId }) => {
    if (name === 'bridges.destroy') gone.push(bridgeId);
    if (name === 'channels.hangup') gone.push(channelId);
    if (name === 'bridges.list') return look().bridges ?? [];
    return name === 'channels.list' ? (look().channels ?? []) : undefined;
  };
  const { ari: connection } = ari.context(clock, []);
  const isDriven = (id: string) => look().driven?.includes(id) === true;
  const done = reconcile({ ari: connection, clock, live: [], isDriven });
  await clock.advance(2_000);
  const { hungUp, destroyedBridges } = await done;
  assert.equal(hungUp + destroyedBridges, gone.length);
  return gone;
}

describe('A bridge of ours without anybody in it', () => {
  it('is destroyed', async () => {
    assert.deepEqual(await removed({ bridges: [bridge('a')] }, { bridges: [bridge('a')] }), ['a']);
  });

  it('is left alone while it is being filled', async () => {
    const filled = { bridges: [bridge('a', 'c1', 'c2'), bridge('b')] };
    assert.deepEqual(await removed({ bridges: [bridge('a')] }, filled), []);
  });

  it('is left alone when it is not ours', async () => {
    const theirs = { bridges: [{ id: 'a', name: 'theirs', channels: [] }] };
    assert.deepEqual(await removed(theirs, theirs), []);
  });
});

describe('A channel in our application that belongs to no leg', () => {
  const there = { channels: [channel('a')] };

  it('is hung up', async () => {
    assert.deepEqual(await removed(there, there), ['a']);
  });

  it('is left alone when it is a new call, whose arrival is read a moment later', async () => {
    assert.deepEqual(await removed(there, { ...there, driven: ['a'] }), []);
  });

  it('is left alone when it has gone by itself', async () => {
    assert.deepEqual(await removed(there, {}), []);
  });

  it('is left alone when it came between the two looks', async () => {
    assert.deepEqual(await removed(there, { channels: [channel('a'), channel('b')] }), ['a']);
  });

  it("is left alone when it is another application's", async () => {
    const dialplan = { exten: '1000', app_name: 'Stasis', app_data: 'other' };
    const theirs = { channels: [{ ...channel('a'), dialplan }] };
    assert.deepEqual(await removed(theirs, theirs), []);
  });
});
