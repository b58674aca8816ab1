import assert from 'node:assert/strict';
import type { QueueMemberChange, QueueRecord } from '../../../src/call/queue/queue-record.ts';
import { newSid } from '../../../src/call/sids.ts';
import { describeOnEvery } from '../every-store.ts';
import { ACCOUNT_SID, NOON } from '../records.ts';

const FIRST_PAGE = { page: 0, pageSize: 50 };

function queue(changes: Partial<QueueRecord> = {}): QueueRecord {
  return {
    sid: newSid('QU'),
    accountSid: ACCOUNT_SID,
    friendlyName: 'Support ☎',
    maxSize: 1000,
    nextNumber: 1,
    nextSequence: 0,
    madeBy: 'document',
    usedAt: NOON,
    dateCreated: NOON,
    dateUpdated: NOON,
    ...changes,
  };
}

function member(
  queueSid: string,
  number: number,
  changes: Partial<QueueMemberChange> = {},
): QueueMemberChange {
  const callSid = newSid('CA');
  const joinedAt = NOON + number * 1000;
  return { queueSid, callSid, accountSid: ACCOUNT_SID, number, state: 'waiting', joinedAt, ...changes };
}

describeOnEvery('The queues', (the) => {
  const queues = () => the().repositories.queues;
  const commit = (record: QueueRecord, ...queueMembers: readonly QueueMemberChange[]) =>
    the().journal.commit({ subjectSid: record.sid, accountSid: ACCOUNT_SID, queue: record, queueMembers });

  it('are read as they were written, by SID and by name', async () => {
    const statusCallback = { url: 'http://app.test/', method: 'GET', events: ['full'] } as const;
    const record = queue({ madeBy: 'api', maxSize: 7, statusCallback, nextSequence: 4 });
    await commit(record);
    const expected = { ...record, size: 0, averageWaitS: 0 };
    assert.deepEqual(await queues().find(ACCOUNT_SID, record.sid), expected);
    assert.deepEqual(await queues().findByName(ACCOUNT_SID, 'Support ☎'), expected);
    assert.equal(await queues().findByName(ACCOUNT_SID, 'support ☎'), undefined);
    assert.equal(await queues().find(`AC${'2'.repeat(32)}`, record.sid), undefined);
  });

  it('list who waits in the order of the queue, and not who was taken', async () => {
    const record = queue();
    const [third, first, taken, second] = [4, 1, 2, 3].map((number) => member(record.sid, number));
    assert(first && second && third && taken);
    const talking = { ...taken, state: 'talking', takenBy: newSid('CA'), takenAt: NOON + 9000 } as const;
    await commit(record, third, first, talking, second);
    const { items, total } = await queues().members(record.sid, FIRST_PAGE);
    assert.deepEqual(items, [
      { ...first, position: 1 },
      { ...second, position: 2 },
      { ...third, position: 3 },
    ]);
    assert.equal(total, 3);
    assert.deepEqual(await queues().member(record.sid), { ...first, position: 1 });
    assert.deepEqual(await queues().member(record.sid, third.callSid), { ...third, position: 3 });
    assert.equal(await queues().member(record.sid, taken.callSid), undefined);
    assert.equal((await queues().find(ACCOUNT_SID, record.sid))?.size, 3);
    const kept = await queues().kept();
    assert.deepEqual(kept, [{ queue: record, members: [first, talking, second, third] }]);
  });

  it('go on with the positions on the next page', async () => {
    const record = queue();
    await commit(record, ...[1, 2, 3].map((number) => member(record.sid, number)));
    const { nextKey } = await queues().members(record.sid, { page: 0, pageSize: 2 });
    assert(nextKey !== undefined);
    const { items } = await queues().members(record.sid, { page: 1, pageSize: 2, key: nextKey });
    assert.deepEqual(
      items.map(({ position, number }) => [position, number]),
      [[3, 3]],
    );
  });

  it('keep the last state of what changes twice at one time, and forget who has left', async () => {
    const record = queue();
    const [one, two] = [member(record.sid, 1), member(record.sid, 2)];
    await Promise.all([
      commit({ ...record, nextNumber: 2 }, one),
      commit({ ...record, nextNumber: 3 }, two),
      commit({ ...record, nextNumber: 3 }, { ...one, state: 'taken', takenBy: 'api', takenAt: NOON }),
      commit({ ...record, nextNumber: 3, usedAt: NOON + 5 }, { ...one, state: 'left' }),
    ]);
    const [kept] = await queues().kept();
    assert.deepEqual(kept, { queue: { ...record, nextNumber: 3, usedAt: NOON + 5 }, members: [two] });
    await commit(record, { ...two, state: 'left' });
    assert.deepEqual((await queues().kept())[0]?.members, []);
  });

  it('are gone when they were removed, and can come again', async () => {
    const record = queue();
    await commit(record);
    await the().journal.commit({ subjectSid: record.sid, accountSid: ACCOUNT_SID, removedQueue: record.sid });
    assert.equal(await queues().find(ACCOUNT_SID, record.sid), undefined);
    const next = queue();
    await commit(next);
    assert.equal((await queues().findByName(ACCOUNT_SID, record.friendlyName))?.sid, next.sid);
  });

  it('are listed newest first, and by name', async () => {
    const [old, young] = [queue({ friendlyName: 'a' }), queue({ friendlyName: 'b', dateCreated: NOON + 1 })];
    await commit(old);
    await commit(young);
    const sids = async (filter: { readonly friendlyName?: string }) =>
      (await queues().list(ACCOUNT_SID, FIRST_PAGE, filter)).items.map(({ sid }) => sid);
    assert.deepEqual(await sids({}), [young.sid, old.sid]);
    assert.deepEqual(await sids({ friendlyName: 'a' }), [old.sid]);
  });
});
