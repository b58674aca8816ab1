import assert from 'node:assert/strict';
import type { NotificationRecord } from '../../../src/call/journal-store.ts';
import { newSid } from '../../../src/call/sids.ts';
import type { ConsoleSession } from '../../../src/records/console-session.ts';
import { describeOnBoth } from '../both-databases.ts';
import { describeOnEvery } from '../every-store.ts';
import { account, ACCOUNT_SID, callback, client, claimAll, entry, leg, NOON } from '../records.ts';

const OTHER_SID = `AC${'2'.repeat(32)}`;
const MINUTE_MS = 60_000;

const notification = (more: Partial<NotificationRecord> = {}): NotificationRecord => ({
  sid: newSid('NO'),
  accountSid: ACCOUNT_SID,
  callSid: newSid('CA'),
  at: NOON,
  level: 'error',
  errorCode: 11200,
  message: 'oops',
  ...more,
});

describeOnEvery("The console's sessions", (the) => {
  const sessions = () => the().repositories.sessions;
  const session = (more: Partial<ConsoleSession> = {}): ConsoleSession => ({
    hash: newSid('AC'),
    accountSid: ACCOUNT_SID,
    access: 'read',
    seal: 'seal',
    createdAt: NOON,
    usedAt: NOON + 1,
    ...more,
  });

  it('are found by their hash, until they are removed', async () => {
    const [one, other] = [session(), session({ access: 'write' })];
    for (const each of [one, other]) await sessions().insert(each);
    assert.deepEqual(await sessions().find(one.hash), one);
    await sessions().used(one.hash, NOON + 2);
    assert.deepEqual(await sessions().find(one.hash), { ...one, usedAt: NOON + 2 });
    await sessions().remove(one.hash);
    assert.equal(await sessions().find(one.hash), undefined);
    assert.deepEqual(await sessions().find(other.hash), other);
  });

  it('are listed by account, the one that was used last first', async () => {
    const [old, young] = [session({ usedAt: NOON }), session({ usedAt: NOON + 9 })];
    for (const each of [old, young, session({ accountSid: OTHER_SID })]) await sessions().insert(each);
    assert.deepEqual(await sessions().of(ACCOUNT_SID), [young, old]);
  });

  it('are removed when they are too old, or were not used for too long', async () => {
    const [old, idle, kept] = [session({ createdAt: NOON - 1 }), session({ usedAt: NOON }), session()];
    for (const each of [old, idle, kept]) await sessions().insert(each);
    await sessions().removeOld(NOON, NOON + 1);
    const found = await Promise.all([old, idle, kept].map(({ hash }) => sessions().find(hash)));
    assert.deepEqual(found, [undefined, undefined, kept]);
  });
});

describeOnEvery('What people say of problems', (the) => {
  const problems = () => the().repositories.problems;

  it('is kept by account and problem, the last word alone', async () => {
    const mark = { key: 'PR1', state: 'seen', upTo: NOON } as const;
    await problems().mark(ACCOUNT_SID, mark);
    await problems().mark(OTHER_SID, { ...mark, state: 'closed' });
    await problems().mark(ACCOUNT_SID, { ...mark, state: 'closed', upTo: NOON + 1 });
    assert.deepEqual(await problems().marks(ACCOUNT_SID), [{ key: 'PR1', state: 'closed', upTo: NOON + 1 }]);
    assert.deepEqual(await problems().marks(OTHER_SID), [{ key: 'PR1', state: 'closed', upTo: NOON }]);
  });

  it('is about notifications, the newest of the account first', async () => {
    const made = [0, 1, 2, 3].map((n) => notification({ at: NOON + n }));
    const foreign = notification({ accountSid: OTHER_SID, at: NOON + 9 });
    await the().journal.commit({
      subjectSid: newSid('CA'),
      accountSid: ACCOUNT_SID,
      notifications: [...made, foreign],
    });
    const [, one, two, three] = made;
    assert.deepEqual(await problems().notifications(ACCOUNT_SID, NOON + 1, 10), [three, two, one]);
    assert.deepEqual(await problems().notifications(ACCOUNT_SID, NOON + 1, 1), [three]);
  });
});

describeOnBoth('The numbers of an account', (the) => {
  it('are none at first', async () => {
    assert.deepEqual(await the().store.repositories.stats.numbersOf(ACCOUNT_SID), {
      live: { queued: 0, ringing: 0, 'in-progress': 0 },
      callsLastMinute: 0,
      ended: 0,
      answered: 0,
      callbacks: { pending: 0 },
      problems: [],
      clients: [],
    });
  });

  it('count its own calls, without the legs that these dial', async () => {
    const { store, clock } = the();
    const now = clock.now();
    const begin = (state: 'queued' | 'ringing', more = {}) => {
      const one = leg({ createdAt: now - 1, ...more });
      return store.journal.commit({
        ...entry(one),
        leg: {
          leg: one,
          state: state === 'queued' ? { phase: state } : { phase: state, initiatedAt: now, ringingAt: now },
        },
      });
    };
    const end = (endedAt: number, answeredAt?: number) => {
      const one = leg({ createdAt: now - 10 * MINUTE_MS });
      const state = { phase: 'ended', status: 'completed', endedAt, initiatedAt: now, cause: {} } as const;
      return store.journal.commit({
        ...entry(one),
        leg: { leg: one, state: answeredAt === undefined ? state : { ...state, answeredAt } },
      });
    };
    await begin('queued');
    await begin('ringing');
    await begin('ringing', { createdAt: now - 2 * MINUTE_MS });
    await begin('ringing', { parentCallSid: newSid('CA'), direction: 'outbound-dial' });
    await begin('ringing', { accountSid: OTHER_SID });
    await end(now - 1, now - 2);
    await end(now - 4 * MINUTE_MS);
    await end(now - 5 * MINUTE_MS, now - 6 * MINUTE_MS);
    const numbers = await store.repositories.stats.numbersOf(ACCOUNT_SID);
    const { live, callsLastMinute, ended, answered } = numbers;
    assert.deepEqual(
      [live, callsLastMinute, ended, answered],
      [{ queued: 1, ringing: 2, 'in-progress': 0 }, 2, 2, 1],
    );
  });

  it('count what it owes, what went wrong, and name its clients', async () => {
    const { store, clock } = the();
    const now = clock.now();
    const owed = [
      callback(newSid('CA'), { createdAt: now - 9 }),
      callback(newSid('CA'), { createdAt: now - 5 }),
    ];
    await store.journal.commit({
      subjectSid: newSid('CA'),
      accountSid: ACCOUNT_SID,
      callbacks: [...owed, callback(newSid('CA'), { accountSid: OTHER_SID, createdAt: now - 99 })],
      notifications: [
        notification({ at: now, errorCode: 12100, level: 'warning' }),
        notification({ at: now - 1 }),
        notification({ at: now - 2 }),
        notification({ at: now - 60 * MINUTE_MS }),
        notification({ at: now, accountSid: OTHER_SID }),
      ],
    });
    await store.repositories.accounts.insert(account());
    await store.repositories.clients.insert(client({ login: 'Bob' }));
    const { callbacks, problems, clients } = await store.repositories.stats.numbersOf(ACCOUNT_SID);
    assert.deepEqual(callbacks, { pending: 2, oldestAt: now - 9 });
    assert.deepEqual(problems, [
      { errorCode: 11200, level: 'error', count: 2 },
      { errorCode: 12100, level: 'warning', count: 1 },
    ]);
    assert.deepEqual(clients, ['bob']);
  });
});

describeOnBoth('The destinations of callbacks', (the) => {
  it('are hosts and paths without identifiers, most pending first, with how it went there', async () => {
    const { store, clock } = the();
    const call = newSid('CA');
    const [one, other] = [
      callback(call, { url: 'http://a.example/calls/123', createdAt: clock.now() - 5_000 }),
      callback(call, { url: 'http://b.example/status', createdAt: clock.now() }),
    ];
    const third = callback(newSid('CA'), { url: 'http://a.example/calls/456', createdAt: clock.now() });
    const strangers = callback(newSid('CA'), { accountSid: OTHER_SID, createdAt: clock.now() });
    for (const owed of [one, other, third, strangers]) {
      await store.journal.commit({
        subjectSid: owed.callSid,
        accountSid: owed.accountSid,
        callbacks: [owed],
      });
    }
    const claimed = await claimAll(store.callbackQueue, {
      now: clock.steady(),
      claimUntil: clock.steady() + MINUTE_MS,
      limit: 10,
    });
    assert.equal(claimed.length, 4);
    const tried = (owed: typeof one, more: object) => ({
      callbackSid: owed.sid,
      at: clock.now(),
      durationMs: 7,
      ...more,
    });
    const dueAt = clock.steady() + 30_000;
    await store.callbackQueue.settle(tried(one, { status: 500 }), { state: 'pending', dueAt });
    await store.callbackQueue.settle(tried(other, { status: 204 }), { state: 'delivered' });
    const found = await store.repositories.callbacks.destinations(ACCOUNT_SID, clock.now() - 1);
    assert.deepEqual(
      found.map(({ destination, pending, failures, durations, lastError }) => [
        destination,
        pending,
        failures,
        durations,
        lastError,
      ]),
      [
        ['a.example/calls/*', 2, 1, [7], { at: clock.now(), text: 'HTTP 500' }],
        ['b.example/status', 0, 0, [7], undefined],
      ],
    );
    assert.equal(found[0]?.oldestAt, clock.now() - 5_000);
    assert.deepEqual(
      await store.repositories.callbacks
        .destinations(ACCOUNT_SID, clock.now() + 1)
        .then((later) => later.map(({ destination, durations }) => [destination, durations])),
      [['a.example/calls/*', []]],
    );
  });
});
