import assert from 'node:assert/strict';
import { newSid } from '../../../src/call/sids.ts';
import { StoreUnavailableError } from '../../../src/records/repositories.ts';
import { adoptSingle } from '../../../src/store/lease/adopt-single.ts';
import { look, take } from '../../../src/store/lease/lease-table.ts';
import { Placement } from '../../../src/store/lease/placement.ts';
import { type Store, storeOn } from '../../../src/store/store.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { quiet } from '../both-databases.ts';
import { ACCOUNT_SID, callback, callEvent, claimAll, entry, leg, NOON } from '../records.ts';
import { nodeWithSwitch, onClusterDatabase } from './cluster-database.ts';

const CLAIM_MS = 60_000;

onClusterDatabase('The store of a switch', (the) => {
  let clock: FakeClock;

  beforeEach(async () => {
    clock = new FakeClock();
    for (const name of ['a', 'b']) await nodeWithSwitch(the().session, name);
  });

  /** The store of a switch that this node has just taken. */
  async function taken(switchId: string, node: string): Promise<Store> {
    const { session, database } = the();
    const row = (await look(session)).switches.find(({ id }) => id === switchId);
    if (row === undefined) throw new Error(`There is no switch ${switchId}`);
    const epoch = await take(session, row, node);
    if (epoch === undefined) throw new Error(`Switch ${switchId} could not be taken`);
    const scope = { switchId, node, epoch };
    return await storeOn({ ...database, close: () => Promise.resolve() }, { clock, logger: quiet, scope });
  }

  /** What was halted never settles: then until it is no longer waited for. */
  async function settled(store: Store): Promise<void> {
    const done = store.settled();
    await clock.advance(5_000);
    await done;
  }

  const sids = (legs: readonly { readonly leg: { readonly sid: string } }[]) =>
    legs.map(({ leg: { sid } }) => sid);
  const claimed = async (store: Store) =>
    (await claimAll(store.callbackQueue, { now: NOON, claimUntil: NOON + CLAIM_MS, limit: 10 })).map(
      ({ sid }) => sid,
    );

  it('keeps the legs, rooms, recordings and callbacks of its switch, and sees no others', async () => {
    const [a, b] = [await taken('a', 'a'), await taken('b', 'b')];
    const [atA, atB] = [leg(), leg()];
    const [owedAtA, owedAtB] = [callback(atA.sid), callback(atB.sid)];
    await a.journal.commit(entry(atA, { callbacks: [owedAtA], position: { verb: 1 } }));
    await b.journal.commit(entry(atB, { callbacks: [owedAtB], position: { verb: 1 } }));
    assert.deepEqual(
      [sids(await a.unfinishedLegs()), sids(await b.unfinishedLegs())],
      [[atA.sid], [atB.sid]],
    );
    assert.deepEqual(await claimed(a), [owedAtA.sid]);
    assert.deepEqual(await claimed(b), [owedAtB.sid]);
    assert.deepEqual(
      [(await a.callbackQueue.pending()).count, (await b.callbackQueue.pending()).count],
      [1, 1],
    );
  });

  it('goes on from the journal of the former holder, whose callbacks it sends, and nobody else does', async () => {
    const former = await taken('a', 'a');
    const one = leg();
    const owed = [callback(one.sid), callback(one.sid)];
    await former.journal.commit(
      entry(one, { position: { verb: 1 }, callbacks: owed, events: [callEvent(one.sid)] }),
    );
    const other = await taken('b', 'b');
    assert.deepEqual(await claimed(other), []);
    const next = await taken('a', 'b');
    const [found] = await next.unfinishedLegs();
    assert.deepEqual(
      [found?.leg.sid, found?.position, found?.owner, found?.asteriskId],
      [one.sid, { verb: 1 }, 'b', 'a'],
    );
    assert.deepEqual(await claimed(next), [owed[0]?.sid]);
  });

  it('writes nothing any more once another node has the switch', async () => {
    const former = await taken('a', 'a');
    const one = leg();
    await former.journal.commit(entry(one, { position: { verb: 1 } }));
    const next = await taken('a', 'b');
    let isDurable = false;
    void former.journal.commit(entry(one, { position: { verb: 2 } })).then(() => (isDurable = true));
    await assert.rejects(
      former.journal.commit(entry(leg()), { whenUnavailable: 'refuse' }),
      StoreUnavailableError,
    );
    await settled(former);
    assert.deepEqual(
      [(await next.unfinishedLegs()).map(({ position }) => position), isDurable],
      [[{ verb: 1 }], false],
    );
  });

  it('does not carry over, claim or settle any more then either', async () => {
    const former = await taken('a', 'a');
    const one = leg();
    const owed = callback(one.sid);
    await former.journal.commit(entry(one, { callbacks: [owed] }));
    const [due] = await claimAll(former.callbackQueue, { now: NOON, claimUntil: NOON + CLAIM_MS, limit: 1 });
    const next = await taken('a', 'b');
    void former.callbackQueue.settle(
      { callbackSid: due?.sid ?? '', at: NOON, durationMs: 1, status: 200 },
      { state: 'delivered' },
    );
    await settled(former);
    assert.equal((await next.callbackQueue.pending()).count, 1);
    assert.deepEqual(await claimed(next), [owed.sid]);
  });

  it('takes nothing new once it is frozen, and still writes what became of callbacks', async () => {
    const store = await taken('a', 'a');
    const one = leg();
    const owed = callback(one.sid);
    await store.journal.commit(entry(one, { callbacks: [owed] }));
    assert.deepEqual(await claimed(store), [owed.sid]);
    store.freeze();
    let isDurable = false;
    void store.journal.commit(entry(one, { position: { verb: 1 } })).then(() => (isDurable = true));
    await store.callbackQueue.settle(
      { callbackSid: owed.sid, at: NOON, durationMs: 1, status: 200 },
      { state: 'delivered' },
    );
    await store.settled();
    assert.deepEqual([(await store.callbackQueue.pending()).count, isDurable], [0, false]);
  });

  it('says of calls, rooms and callbacks where they are, and whether they are over', async () => {
    const store = await taken('a', 'a');
    const one = leg();
    const owed = callback(one.sid);
    await store.journal.commit(entry(one, { callbacks: [owed] }));
    await store.settled();
    const placement = new Placement(the().database);
    const here = { switchId: 'a', isOver: false };
    assert.deepEqual(
      [await placement.call(one.sid), await placement.callback(owed.sid), await placement.call(newSid('CA'))],
      [here, here, undefined],
    );
    assert.equal(await placement.room(ACCOUNT_SID, 'sales'), undefined);
  });

  it('has its own queues and who waits in them, and the database tells where a queue is', async () => {
    const [a, b] = [await taken('a', 'a'), await taken('b', 'b')];
    const times = { usedAt: NOON, dateCreated: NOON, dateUpdated: NOON };
    const settings = {
      accountSid: ACCOUNT_SID,
      maxSize: 5,
      nextNumber: 2,
      nextSequence: 0,
      madeBy: 'document' as const,
    };
    const [support, sales] = ['support', 'sales'].map((friendlyName) => ({
      sid: newSid('QU'),
      friendlyName,
      ...settings,
      ...times,
    }));
    assert(support !== undefined && sales !== undefined);
    const member = {
      queueSid: support.sid,
      callSid: newSid('CA'),
      accountSid: ACCOUNT_SID,
      number: 1,
      state: 'waiting' as const,
      joinedAt: NOON,
    };
    const ofAccount = { accountSid: ACCOUNT_SID };
    await a.journal.commit({ ...ofAccount, subjectSid: support.sid, queue: support, queueMembers: [member] });
    await b.journal.commit({ ...ofAccount, subjectSid: sales.sid, queue: sales });
    assert.deepEqual(await a.repositories.queues.kept(), [{ queue: support, members: [member] }]);
    assert.deepEqual(await b.repositories.queues.kept(), [{ queue: sales, members: [] }]);
    const placement = new Placement(the().database);
    assert.deepEqual(
      [
        await placement.queue(ACCOUNT_SID, 'support'),
        await placement.queue(ACCOUNT_SID, sales.sid),
        await placement.queue(ACCOUNT_SID, 'other'),
      ],
      [{ switchId: 'a', isOver: false }, { switchId: 'b', isOver: false }, undefined],
    );
  });

  it('of the first node has what a single Legwork has left, and goes on with it', async () => {
    const { database } = the();
    const single = await storeOn(
      { ...database, close: () => Promise.resolve() },
      { clock, logger: quiet, alone: true },
    );
    const [carried, journaled] = [leg(), leg()];
    const owed = callback(carried.sid);
    await single.journal.commit(entry(carried, { callbacks: [owed], position: { verb: 1 } }));
    await single.settled();
    await single.journal.commit(entry(journaled, { position: { verb: 2 } }));
    await adoptSingle(database, 'a');
    const store = await taken('a', 'a');
    assert.deepEqual(new Set(sids(await store.unfinishedLegs())), new Set([carried.sid, journaled.sid]));
    assert.deepEqual(await claimed(store), [owed.sid]);
    await adoptSingle(database, 'b');
    assert.deepEqual(sids(await (await taken('b', 'b')).unfinishedLegs()), []);
  });
});
