import assert from 'node:assert/strict';
import type { Change } from '../../src/records/changes.ts';
import { newSid } from '../../src/call/sids.ts';
import { waitUntil } from '../support/wait-until.ts';
import { describeOnBoth } from './both-databases.ts';
import { ACCOUNT_SID, callback, callEvent, claimAll, entry, leg, NOON } from './records.ts';

const CARRIED_WITHIN_MS = 150;
const SETTLED_WITHIN_MS = 100;
const CLAIM = { now: NOON, claimUntil: NOON + 60_000, limit: 10 };

describeOnBoth('Changes', (the) => {
  let heard: Change[];
  let stop: () => void;
  beforeEach(() => {
    heard = [];
    stop = the().store.changes.listen((change) => void heard.push(change));
  });
  afterEach(() => stop());

  /** Lets the journal be carried over, but asks for nothing. */
  async function carriedOver(entries: number): Promise<void> {
    await the().clock.advance(CARRIED_WITHIN_MS);
    await waitUntil('it was told', () => heard.length >= entries);
  }

  it('are told when the tables have them, and not before', async () => {
    const { store } = the();
    const one = leg();
    const events = [callEvent(one.sid)];
    await store.journal.commit(entry(one, { events }));
    assert.deepEqual(heard, []);
    await carriedOver(1);
    assert.deepEqual(heard, [{ kind: 'entry', entry: entry(one, { events }) }]);
    const record = await store.repositories.calls.find(ACCOUNT_SID, one.sid);
    assert.deepEqual(await store.changes.calls([one.sid, newSid('CA')]), [{ record, root: one.sid }]);
  });

  it('of one call are told in order', async () => {
    const { journal } = the().store;
    const legs = [leg(), leg()];
    for (let n = 0; n < 20; n += 1) {
      await Promise.all(
        legs.map((one) => journal.commit(entry(one, { events: [callEvent(one.sid, { at: n })] }))),
      );
    }
    await carriedOver(40);
    for (const one of legs) {
      const times = heard.flatMap((change) =>
        change.kind === 'entry' && change.entry.subjectSid === one.sid ? [change.entry.events?.[0]?.at] : [],
      );
      assert.deepEqual(
        times,
        Array.from({ length: 20 }, (_, n) => n),
      );
    }
  });

  it('are not told of what the tables did not take, nor after one has stopped listening', async () => {
    const { journal, repositories } = the().store;
    await journal.commit({ subjectSid: newSid('CA'), accountSid: ACCOUNT_SID, position: { verb: 1 } });
    const one = leg();
    await journal.commit(entry(one));
    await carriedOver(1);
    assert.equal(heard.length, 1);
    stop();
    await journal.commit(entry(leg()));
    await repositories.calls.find(ACCOUNT_SID, one.sid);
    assert.equal(heard.length, 1);
  });

  it('tell what became of a callback, with its attempts', async () => {
    const { store, clock } = the();
    const owed = callback(newSid('CA'));
    await store.journal.commit({ subjectSid: owed.callSid, accountSid: ACCOUNT_SID, callbacks: [owed] });
    await carriedOver(1);
    await claimAll(store.callbackQueue, CLAIM);
    const attempt = { callbackSid: owed.sid, at: NOON, durationMs: 7, status: 204 };
    await store.callbackQueue.settle(attempt, { state: 'delivered' });
    await clock.advance(SETTLED_WITHIN_MS);
    await waitUntil('it was told', () => heard.length > 1);
    assert.deepEqual(heard.slice(1), [{ kind: 'callbacks', sids: [owed.sid] }]);
    const [record] = await store.changes.callbacks([owed.sid]);
    assert.deepEqual([record?.state, record?.attempts.length], ['delivered', 1]);
    await store.repositories.callbacks.replay(ACCOUNT_SID, owed.sid);
    assert.deepEqual(heard.slice(2), [{ kind: 'callbacks', sids: [owed.sid] }]);
  });

  it('tell of a note', async () => {
    const { store } = the();
    const one = leg();
    await store.journal.commit(entry(one));
    await carriedOver(1);
    await store.repositories.calls.note(ACCOUNT_SID, one.sid, 'hello');
    assert.deepEqual(heard.slice(1), [{ kind: 'calls', sids: [one.sid] }]);
    assert.equal((await store.changes.calls([one.sid]))[0]?.record.note, 'hello');
  });

  it('have the lines that were written after another, of all calls or of some', async () => {
    const { store } = the();
    const parent = leg();
    const child = leg({ parentCallSid: parent.sid, direction: 'outbound-dial' });
    const other = leg();
    assert.equal(await store.changes.lastEvent(), 0);
    for (const one of [parent, child, other]) {
      await store.journal.commit(entry(one, { events: [callEvent(one.sid)] }));
    }
    await carriedOver(3);
    const sids = async (roots: readonly string[] | undefined, after = 0, most = 10) =>
      (await store.changes.events({ after, roots, most })).map(({ callSid }) => callSid);
    assert.deepEqual(await sids(undefined), [parent.sid, child.sid, other.sid]);
    assert.deepEqual(await sids([parent.sid]), [parent.sid, child.sid]);
    assert.deepEqual(await sids([]), []);
    const [first] = await store.changes.events({ after: 0, roots: undefined, most: 1 });
    assert.deepEqual(first, { id: first?.id, accountSid: ACCOUNT_SID, ...callEventAsRead(parent.sid) });
    assert.deepEqual(await sids(undefined, first?.id), [child.sid, other.sid]);
    assert.equal(await store.changes.lastEvent(), (first?.id ?? 0) + 2);
    assert.deepEqual(
      await store.changes.rootsOf([child.sid, other.sid, newSid('CF')]),
      new Map([
        [child.sid, parent.sid],
        [other.sid, other.sid],
      ]),
    );
  });

  const callEventAsRead = (callSid: string) => {
    const { accountSid: _, ...event } = callEvent(callSid);
    return event;
  };
});
