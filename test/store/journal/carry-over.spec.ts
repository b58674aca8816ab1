import assert from 'node:assert/strict';
import type { Knex } from 'knex';
import { destinationOf } from '../../../src/call/callbacks-queue.ts';
import type { JournalEntry, NewCallback } from '../../../src/call/journal-store.ts';
import { newSid } from '../../../src/call/sids.ts';
import type { Log } from '../../../src/concurrency/log.ts';
import { StoreUnavailableError } from '../../../src/records/repositories.ts';
import { HELD } from '../../../src/store/callbacks/callback-lines.ts';
import type { Database } from '../../../src/store/database.ts';
import { type Store, storeOn } from '../../../src/store/store.ts';
import { waitUntil } from '../../support/wait-until.ts';
import { describeOnBoth, quiet, withWriter } from '../both-databases.ts';
import { ACCOUNT_SID, callback, callEvent, claimAll, ENDS, entry, leg, NOON } from '../records.ts';

const EACH_MS = 150;
const FAR_BEHIND_MS = 5_000;
const CLAIM_MS = 60_000;

describeOnBoth('What is in the journal', (the) => {
  it('comes into the tables a little later', async () => {
    const store = await alone();
    const one = leg();
    await store.journal.commit(entry(one, { events: [callEvent(one.sid)], position: { verb: 1 } }));
    assert.deepEqual(await counts(), { journal: 1, rejected: 0, legs: 0, events: 0, callbacks: 0 });
    await the().clock.advance(EACH_MS);
    await waitUntil('it is carried over', async () => (await counts()).journal === 0);
    assert.deepEqual(await counts(), { journal: 0, rejected: 0, legs: 1, events: 1, callbacks: 0 });
  });

  it('comes into the tables before anything is read that is decided by, or shown', async () => {
    const store = await alone();
    const one = leg();
    await store.journal.commit(entry(one, { callbacks: [callback(one.sid)] }));
    assert.equal((await store.repositories.calls.find(ACCOUNT_SID, one.sid))?.sid, one.sid);
    await store.journal.commit(entry(one, { events: [callEvent(one.sid)] }));
    assert.equal((await store.repositories.timeline.eventsOf(one.sid)).length, 1);
    const two = leg();
    await store.journal.commit(entry(two));
    assert.equal((await store.nonFinalLegs()).length, 2);
    await store.journal.commit(entry(two, { callbacks: [callback(two.sid)] }));
    assert.equal((await store.callbackQueue.pending()).count, 2);
  });

  it('is carried over by the next start, when the process dies before', async () => {
    const dying = await alone();
    const [running, over] = [leg(), leg()];
    const owed = [callback(running.sid), callback(running.sid), callback(over.sid)];
    const [[, ended] = assert.fail()] = ENDS;
    await dying.journal.commit(
      entry(running, {
        position: { verb: 1, text: 'it\u0000s' },
        document: { name: 'n', text: 'it\u0000s' },
        callbacks: owed.slice(0, 2),
      }),
    );
    await dying.journal.commit(entry(over, { position: { verb: 1 }, events: [callEvent(over.sid)] }));
    await dying.journal.commit(
      forLeg(over.sid, { leg: { leg: over, state: ended }, callbacks: owed.slice(2) }),
    );
    await dying.journal.commit(forLeg(over.sid, { position: null }));
    assert.deepEqual(await counts(), { journal: 4, rejected: 0, legs: 0, events: 0, callbacks: 0 });

    const next = await alone();
    assert.deepEqual(await counts(), { journal: 0, rejected: 0, legs: 2, events: 1, callbacks: 3 });
    const [found, ...more] = await next.unfinishedLegs();
    assert.deepEqual(
      [found?.leg.sid, found?.position, found?.document, more],
      [running.sid, { verb: 1, text: 'it\u0000s' }, { name: 'n', text: 'it\u0000s' }, []],
    );
    const claimed = await claimAll(next.callbackQueue, { now: NOON, claimUntil: NOON + CLAIM_MS, limit: 10 });
    assert.deepEqual(
      new Set(claimed.map(({ sid }) => sid)),
      new Set([owed[0]?.sid, owed[2]?.sid]),
      'the first of each line, and none of them as if it were held by the memory of the dead process',
    );
  });

  it('is carried over once, also when two starts do it at the same time', async () => {
    const dying = await alone();
    const one = leg();
    for (let n = 0; n < 300; n += 1) await dying.journal.commit(entry(one, { events: [callEvent(one.sid)] }));
    await Promise.all([alone(), alone()]);
    assert.deepEqual(await counts(), { journal: 0, rejected: 0, legs: 1, events: 300, callbacks: 0 });
  });

  it('is put aside when the tables do not take it, and the rest goes on', async () => {
    const logged: object[] = [];
    const store = await alone({ ...quiet, error: (fields) => void logged.push(fields) });
    const good = [leg(), leg()];
    const sid = newSid('CB');
    const twice = [callback(newSid('CA'), { sid }), callback(newSid('CA'), { sid })];
    const bad = [
      entry(leg(), { events: [callEvent(newSid('CA'), { kind: null as unknown as string })] }),
      entry(leg(), { callbacks: twice, position: { verb: 1 } }),
      forLeg(newSid('CA'), { position: { verb: 1 } }),
    ];
    await Promise.all([
      store.journal.commit(entry(good[0] ?? leg(), { callbacks: [callback(newSid('CA'))] })),
      ...bad.map((one) => store.journal.commit(one)),
      store.journal.commit(entry(good[1] ?? leg())),
    ]);
    assert.equal((await store.nonFinalLegs()).length, 2);
    assert.deepEqual(await counts(), { journal: 0, rejected: 3, legs: 2, events: 0, callbacks: 1 });
    assert.deepEqual([logged.length, await store.rejectedEntries()], [3, 3]);
    assert.equal(store.healthy, true);
    const reasons: string[] = await the()
      .database.reader('journal_rejected')
      .orderBy('number')
      .pluck('reason');
    assert.match(reasons[2] ?? '', /A position of CA\w+, which is not there/);
  });

  it('is put aside by a start that cannot read it', async () => {
    await the().database.writer('journal').insert({ epoch: 'e', number: 1, entry: '{"at":1,' });
    const dying = await alone();
    const one = leg();
    await dying.journal.commit(entry(one));
    const next = await alone();
    assert.deepEqual(await counts(), { journal: 0, rejected: 1, legs: 1, events: 0, callbacks: 0 });
    assert.equal((await next.nonFinalLegs()).length, 1);
  });

  describe('and owes a callback', () => {
    it('is sent at once, and its line belongs to memory when it comes into the tables', async () => {
      const store = await alone();
      const owed = callback(newSid('CA'));
      await store.journal.commit(forLeg(owed.callSid, { callbacks: [owed] }));
      assert.deepEqual(await ids(store, owed), [owed.sid]);
      assert.equal((await counts()).callbacks, 0);
      await store.callbackQueue.pending();
      assert.deepEqual(await readyAt(), [HELD]);
    });

    it('is delivered before it comes into the tables: nobody can claim it there', async () => {
      const store = await alone();
      const owed = callback(newSid('CA'));
      await store.journal.commit(forLeg(owed.callSid, { callbacks: [owed] }));
      await ids(store, owed);
      const attempt = { callbackSid: owed.sid, at: NOON, durationMs: 3, status: 204 };
      await store.callbackQueue.settle(attempt, { state: 'delivered' });
      assert.equal((await counts()).callbacks, 0);
      const found = await store.repositories.callbacks.find(ACCOUNT_SID, owed.sid);
      assert.deepEqual([found?.state, found?.attempts.map(({ status }) => status)], ['delivered', [204]]);
      assert.deepEqual(await readyAt(), []);
    });

    it('is to be tried again before it comes into the tables: it waits there, and what comes after it, too', async () => {
      const store = await alone();
      const call = newSid('CA');
      const [first, second] = [callback(call), callback(call)];
      await store.journal.commit(forLeg(call, { callbacks: [first] }));
      await ids(store, first);
      const attempt = { callbackSid: first.sid, at: NOON, durationMs: 3, error: 'refused' };
      const settling = store.callbackQueue.settle(attempt, { state: 'pending', dueAt: NOON + 5_000 });
      await store.journal.commit(forLeg(call, { callbacks: [second] }));
      assert.equal(await settling, NOON + 5_000);
      assert.equal((await store.callbackQueue.pending()).count, 2);
      assert.deepEqual(await readyAt(), [NOON + 5_000]);
      assert.deepEqual(await ids(store, first), []);
      assert.deepEqual(await ids(store, first, NOON + 5_000), [first.sid]);
    });

    it('comes into the table while the callback before it is being settled there', async () => {
      const store = await alone();
      const call = newSid('CA');
      const [first, second] = [callback(call), callback(call)];
      await store.journal.commit(forLeg(call, { callbacks: [first] }));
      await ids(store, first);
      const failed = { callbackSid: first.sid, at: NOON, durationMs: 3, error: 'refused' };
      await store.callbackQueue.settle(failed, { state: 'pending', dueAt: NOON + 5_000 });
      assert.deepEqual(await ids(store, first, NOON + 5_000), [first.sid]);
      const done = { callbackSid: first.sid, at: NOON, durationMs: 3, status: 204 };
      await Promise.all([
        store.journal.commit(forLeg(call, { callbacks: [second] })),
        store.callbackQueue.settle(done, { state: 'delivered' }),
      ]);
      assert.deepEqual(await ids(store, first, NOON + 6_000), [second.sid]);
    });
  });

  it('waits while the tables cannot be written: nothing new begins after five seconds, and nothing is decided', async () => {
    const { clock } = the();
    let release: () => void = () => undefined;
    let stuck = Promise.resolve();
    const database = withTransactions(the().database, async (run) => {
      await stuck;
      return await run();
    });
    const store = await storeOn(database, { clock, logger: quiet, alone: true });
    stuck = new Promise((resolve) => (release = resolve));
    const one = leg();
    await store.journal.commit(entry(one));
    await clock.advance(EACH_MS);
    const found = assert.rejects(store.nonFinalLegs(), StoreUnavailableError);
    assert.deepEqual(await store.repositories.accounts.find(ACCOUNT_SID), undefined);
    await clock.advance(FAR_BEHIND_MS);
    await found;
    assert.equal(store.healthy, false);
    release();
    await waitUntil('it is carried over', async () => (await counts()).legs === 1);
    await waitUntil('new calls may begin', () => store.healthy);
    assert.equal((await store.nonFinalLegs()).length, 1);
  });

  it('is repeated without harm, when nobody knows whether it was written', async () => {
    const { clock } = the();
    let breaks = 1;
    const database = withStatements(the().database, async (run) => {
      const value = await run();
      if (breaks-- > 0) throw new Error('Connection terminated unexpectedly');
      return value;
    });
    const store = await storeOn(database, { clock, logger: quiet, alone: true });
    const one = leg();
    const written = store.journal.commit(entry(one, { events: [callEvent(one.sid)] }));
    await waitUntil('it waits for a repeat', () => clock.timers > 0);
    await clock.advance(50);
    await written;
    assert.equal((await store.repositories.timeline.eventsOf(one.sid)).length, 1);
  });

  /** A store on the same database that has it for itself: one that another one follows has died. */
  function alone(logger: Log = quiet): Promise<Store> {
    const { database, clock } = the();
    return storeOn({ ...database, close: () => Promise.resolve() }, { clock, logger, alone: true });
  }

  /** Claims what can be sent to one destination. */
  async function ids(store: Store, to: NewCallback, now = NOON): Promise<readonly string[]> {
    const from = [{ destination: destinationOf(to), most: 10 }];
    const [claimed] = await store.callbackQueue.claim({ now, claimUntil: now + CLAIM_MS, from });
    return (claimed?.callbacks ?? []).map(({ sid }) => sid);
  }

  async function readyAt(): Promise<readonly number[]> {
    return await the().database.reader('callback_lines').pluck('ready_at');
  }

  async function counts() {
    const count = async (table: string) =>
      ((await the().database.reader(table).select()) as unknown[]).length;
    return {
      journal: await count('journal'),
      rejected: await count('journal_rejected'),
      legs: await count('calls'),
      events: await count('call_events'),
      callbacks: await count('callbacks'),
    };
  }
});

function forLeg(callSid: string, parts: Partial<JournalEntry>): JournalEntry {
  return { subjectSid: callSid, accountSid: ACCOUNT_SID, ...parts };
}

type Around = <T>(run: () => Promise<T>) => Promise<T>;

function withTransactions(database: Database, around: Around): Database {
  return withWriter(database, {
    transaction: <T>(run: (trx: Knex.Transaction) => Promise<T>) =>
      around(() => database.writer.transaction(run)),
  });
}

function withStatements(database: Database, around: Around): Database {
  return withWriter(database, {
    raw: (sql: string, values: Knex.RawBinding[]) =>
      around(async () => await database.writer.raw(sql, values)),
  });
}
