import assert from 'node:assert/strict';
import { newSid } from '../../src/call/sids.ts';
import { describeOnBoth } from './both-databases.ts';
import { ACCOUNT_SID, callback, callEvent } from './records.ts';

const DAY_MS = 24 * 3600 * 1000;

describeOnBoth('Retention', (the) => {
  it('removes delivered callbacks and call events that are older, and nothing else', async () => {
    const { store, clock } = the();
    const call = newSid('CA');
    const old = clock.now() - 31 * DAY_MS;
    const young = clock.now() - 29 * DAY_MS;
    const [delivered, recent, failed, owed] = [1, 2, 3, 4].map((n) =>
      callback(call, { url: `http://a/${n}`, createdAt: old }),
    );
    assert.ok(delivered && recent && failed && owed);
    await store.journal.commit({
      subjectSid: call,
      accountSid: ACCOUNT_SID,
      callbacks: [delivered, recent, failed, owed],
      events: [
        ...Array.from({ length: 1_200 }, () => callEvent(call, { at: old })),
        callEvent(call, { at: young }),
      ],
    });
    const settle = store.callbackQueue.settle.bind(store.callbackQueue);
    await settle({ callbackSid: delivered.sid, at: old, durationMs: 1 }, { state: 'delivered' });
    await settle({ callbackSid: recent.sid, at: young, durationMs: 1 }, { state: 'delivered' });
    await settle({ callbackSid: failed.sid, at: old, durationMs: 1 }, { state: 'failed', reason: '410' });
    assert.equal(await store.removeOlderThan(30), 1_201);
    assert.equal(await store.removeOlderThan(30), 0);
    const { timeline } = store.repositories;
    assert.deepEqual(
      (await timeline.callbacksOf(call)).map((one) => one.sid),
      [recent.sid, failed.sid, owed.sid],
    );
    assert.equal((await timeline.eventsOf(call)).length, 1);
  });
});
