import assert from 'node:assert/strict';
import type { CallbackFilter, NotificationFilter } from '../../../src/records/call-history.ts';
import type { CallNotification, NewCallback, NotificationRecord } from '../../../src/call/journal-store.ts';
import { newSid } from '../../../src/call/sids.ts';
import { describeOnBoth } from '../both-databases.ts';
import { describeOnEvery } from '../every-store.ts';
import { destinationOf, type Owed } from '../../../src/call/callbacks-queue.ts';
import { ACCOUNT_SID, callback, claimAll, NOON } from '../records.ts';

const OTHER_SID = `AC${'2'.repeat(32)}`;
const TIMING = { dnsMs: 1, connectMs: 2, firstByteMs: 3 };
const ALL = { page: 0, pageSize: 100 };

describeOnEvery('Callbacks, as people read them,', (the) => {
  const callbacks = () => the().repositories.callbacks;

  async function owe(...owed: readonly NewCallback[]): Promise<void> {
    for (const one of owed)
      await the().journal.commit({ subjectSid: one.callSid, accountSid: ACCOUNT_SID, callbacks: [one] });
  }
  const fail = (one: NewCallback) =>
    the().callbackQueue.settle(
      { callbackSid: one.sid, at: NOON, durationMs: 7, status: 500, responseHead: 'oops', timing: TIMING },
      { state: 'failed', reason: 'given up' },
    );

  it('have their attempts and why they were given up', async () => {
    const one = callback(newSid('CA'));
    await owe(one);
    await fail(one);
    const expected = {
      ...one,
      state: 'failed',
      failure: 'given up',
      settledAt: NOON + 7,
      attempts: [{ at: NOON, durationMs: 7, status: 500, responseHead: 'oops', timing: TIMING }],
    };
    assert.deepEqual(await callbacks().find(ACCOUNT_SID, one.sid), expected);
    assert.deepEqual((await callbacks().list(ACCOUNT_SID, ALL, {})).items, [expected]);
    assert.equal(await callbacks().find(OTHER_SID, one.sid), undefined);
  });

  it('are found by call, state and URL, newest first, in pages', async () => {
    const long = `http://customer.example/${'x'.repeat(300)}`;
    const call = newSid('CA');
    const made = [
      callback(call),
      callback(newSid('CA'), { url: `${long}a` }),
      callback(newSid('CA'), { url: `${long}b` }),
      callback(call, { accountSid: OTHER_SID }),
      callback(call),
    ];
    await owe(...made);
    const [first, a, , , last] = made;
    assert.ok(first !== undefined && a !== undefined && last !== undefined);
    await fail(a);
    const found = async (filter: CallbackFilter) =>
      (await callbacks().list(ACCOUNT_SID, ALL, filter)).items.map(({ sid }) => sid);
    assert.deepEqual(await found({ callSid: call }), [last.sid, first.sid]);
    assert.deepEqual(await found({ state: 'failed' }), [a.sid]);
    assert.deepEqual(await found({ url: `${long}a` }), [a.sid]);
    assert.deepEqual(await found({ url: long }), []);
    const page = await callbacks().list(ACCOUNT_SID, { page: 0, pageSize: 3 }, {});
    const next = await callbacks().list(ACCOUNT_SID, { ...ALL, key: page.nextKey ?? '' }, {});
    assert.deepEqual([page.total, next.items.map(({ sid }) => sid)], [4, [first.sid]]);
  });

  it('are owed again when they are replayed, with what was tried before', async () => {
    const one = callback(newSid('CA'));
    await owe(one);
    await fail(one);
    assert.equal(await callbacks().replay(OTHER_SID, one.sid), false);
    assert.equal((await callbacks().find(ACCOUNT_SID, one.sid))?.state, 'failed');
    assert.equal(await callbacks().replay(ACCOUNT_SID, one.sid), true);
    const { createdAt: _createdAt, ...owed } =
      (await callbacks().find(ACCOUNT_SID, one.sid)) ?? assert.fail();
    const { createdAt: _firstCreatedAt, ...rest } = one;
    const attempts = [{ at: NOON, durationMs: 7, status: 500, responseHead: 'oops', timing: TIMING }];
    assert.deepEqual(owed, { ...rest, state: 'pending', attempts });
  });
});

describeOnBoth('Callbacks', (the) => {
  const callbacks = () => the().store.repositories.callbacks;

  async function owe(...owed: readonly NewCallback[]): Promise<void> {
    for (const one of owed)
      await the().store.journal.commit({
        subjectSid: one.callSid,
        accountSid: ACCOUNT_SID,
        callbacks: [one],
      });
  }
  const claim = (now: number) =>
    claimAll(the().store.callbackQueue, { now, claimUntil: now + 60_000, limit: 10 });
  const fail = (one: NewCallback, at = NOON) =>
    the().store.callbackQueue.settle(
      { callbackSid: one.sid, at, durationMs: 7, status: 500, responseHead: 'oops' },
      { state: 'failed', reason: 'given up' },
    );

  describe('that are replayed', () => {
    it('go out again from the beginning, with the same identifier, and wake their dispatcher', async () => {
      const one = callback(newSid('CA'));
      await owe(one);
      await claim(NOON);
      await fail(one);
      const woken: Owed[] = [];
      const stop = the().store.onCallbacks((owed) => woken.push(...owed));
      assert.equal(await callbacks().replay(OTHER_SID, one.sid), false);
      assert.deepEqual(woken, []);
      await the().clock.advance(5000);
      assert.equal(await callbacks().replay(ACCOUNT_SID, one.sid), true);
      stop();
      const now = the().clock.now();
      assert.deepEqual(woken, [{ destination: destinationOf(one), at: now }]);
      const again = await callbacks().find(ACCOUNT_SID, one.sid);
      assert.deepEqual([again?.state, again?.failure, again?.settledAt], ['pending', undefined, undefined]);
      assert.equal(again?.attempts.length, 1);
      assert.deepEqual(await the().store.callbackQueue.owed('', 10), woken);
      assert.deepEqual(await claim(now), [{ ...one, attempts: 0, createdAt: now }]);
    });

    it('are due at once when they wait for a retry', async () => {
      const one = callback(newSid('CA'));
      await owe(one);
      const now = the().clock.now();
      await claim(NOON);
      await the().store.callbackQueue.settle(
        { callbackSid: one.sid, at: NOON, durationMs: 1, error: 'timeout' },
        { state: 'pending', dueAt: now + 3_600_000 },
      );
      assert.deepEqual(await claim(now), []);
      await callbacks().replay(ACCOUNT_SID, one.sid);
      assert.deepEqual(
        (await claim(now)).map(({ sid, attempts }) => [sid, attempts]),
        [[one.sid, 0]],
      );
    });

    it('are not sent twice at one time: who has claimed the line settles first', async () => {
      const call = newSid('CA');
      const [first, second] = [callback(call), callback(call)];
      await owe(first, second);
      const now = Math.max(NOON, the().clock.now());
      await claim(now);
      await fail(first);
      await claim(now);
      await callbacks().replay(ACCOUNT_SID, first.sid);
      await callbacks().replay(ACCOUNT_SID, second.sid);
      assert.deepEqual(await claim(now), []);
      await the().store.callbackQueue.settle(
        { callbackSid: second.sid, at: now, durationMs: 1, status: 200 },
        { state: 'delivered' },
      );
      assert.deepEqual(
        (await claim(Math.max(now, the().clock.now()))).map(({ sid }) => sid),
        [first.sid],
      );
    });
  });
});

describeOnEvery('Notifications', (the) => {
  it('are read and found by call, level, code and time', async () => {
    const { journal, repositories } = the();
    const made = (
      [
        { errorCode: 11200, level: 'error', requestUrl: 'http://a', requestMethod: 'GET', responseBody: 'x' },
        { errorCode: 12100, level: 'error' },
        { errorCode: 12200, level: 'warning' },
      ] as const
    ).map(
      (more, index): CallNotification => ({
        sid: newSid('NO'),
        accountSid: ACCOUNT_SID,
        callSid: newSid('CA'),
        at: NOON + index,
        message: 'what went wrong',
        ...more,
      }),
    );
    for (const one of made)
      await journal.commit({ subjectSid: one.callSid, accountSid: ACCOUNT_SID, notifications: [one] });
    const [first, second, third] = made;
    assert.ok(first !== undefined && second !== undefined && third !== undefined);
    const { notifications } = repositories;
    assert.deepEqual(await notifications.find(ACCOUNT_SID, first.sid), first);
    assert.equal(await notifications.find(OTHER_SID, first.sid), undefined);
    const found = async (filter: NotificationFilter) =>
      (await notifications.list(ACCOUNT_SID, ALL, filter)).items;
    assert.deepEqual(await found({}), [third, second, first]);
    assert.deepEqual(await found({ callSid: second.callSid }), [second]);
    assert.deepEqual(await found({ level: 'warning' }), [third]);
    assert.deepEqual(await found({ errorCode: 11200 }), [first]);
    assert.deepEqual(await found({ from: NOON + 1, before: NOON + 2 }), [second]);
    assert.deepEqual((await notifications.list(OTHER_SID, ALL, {})).items, []);
  });

  it('may be about no call', async () => {
    const { journal, repositories } = the();
    const made: NotificationRecord = {
      sid: newSid('NO'),
      accountSid: ACCOUNT_SID,
      at: NOON,
      level: 'warning',
      errorCode: 53404,
      message: 'what was refused',
    };
    await journal.commit({ subjectSid: made.sid, accountSid: ACCOUNT_SID, notifications: [made] });
    assert.deepEqual(await repositories.notifications.find(ACCOUNT_SID, made.sid), made);
  });
});
