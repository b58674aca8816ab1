import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { destinationOf, type DueCallback, type Settlement } from '../../../src/call/callbacks-queue.ts';
import type { NewCallback } from '../../../src/call/journal-store.ts';
import { newSid } from '../../../src/call/sids.ts';
import { HELD } from '../../../src/store/callbacks/callback-lines.ts';
import { earliestLines, headsOf, owedDestinations } from '../../../src/store/callbacks/claim-sql.ts';
import { destinationsMigration } from '../../../src/store/migrations/0015-destinations.ts';
import { rowsOf } from '../../../src/store/rows.ts';
import { openStore, type Store, storeOn } from '../../../src/store/store.ts';
import { describeOnBoth, quiet } from '../both-databases.ts';
import { describeOnEvery } from '../every-store.ts';
import { callback, claimAll, NOON } from '../records.ts';

const CLAIM_MS = 60_000;
const RECEIVER_A = 'http://a.example/status';
const RECEIVER_B = 'https://b.example:8443/status';

describeOnEvery('The outbox', (the) => {
  const { owe, claim, settle } = outboxOf(the);

  it('gives out a callback once, with everything that its request needs', async () => {
    const owed = callback(newSid('CA'), { url: `${RECEIVER_A}?a=1&b=%20`, method: 'GET' });
    await owe(owed);
    assert.deepEqual(await claim(), [{ ...owed, attempts: 0 }]);
    assert.deepEqual(await claim(), []);
  });

  it('gives out only the first of each leg and URL, in the order of writing', async () => {
    const [first, second] = [newSid('CA'), newSid('CA')];
    const line = [callback(first), callback(first, { createdAt: NOON - 5 })];
    const others = [callback(first, { url: RECEIVER_A }), callback(second)];
    await owe(...line, ...others);
    assert.deepEqual(sids(await claim()).sort(), sids([...line.slice(0, 1), ...others]).sort());
    await settle(line[0], { state: 'delivered' });
    assert.deepEqual(sids(await claim()), sids(line.slice(1)));
  });

  it('gives out the earliest due of a receiver first, and as many as asked for', async () => {
    const [late, early, middle] = [2, 0, 1].map((ms) => callback(newSid('CA'), { createdAt: NOON + ms }));
    await owe(late as NewCallback, early as NewCallback, middle as NewCallback);
    assert.deepEqual(sids(await claim({ now: NOON + 5, limit: 2 })), [early?.sid, middle?.sid]);
    assert.deepEqual(sids(await claim({ now: NOON + 5, limit: 2 })), [late?.sid]);
  });

  it('gives out nothing before it is due', async () => {
    const owed = callback(newSid('CA'));
    await owe(owed);
    await claim();
    await settle(owed, { state: 'pending', dueAt: NOON + 5_000 });
    assert.deepEqual(await claim({ now: NOON + 4_999 }), []);
    assert.deepEqual(await claim({ now: NOON + 5_000 }), [{ ...owed, attempts: 1 }]);
  });

  it('does not let the next of a line pass one that waits for its retry', async () => {
    const call = newSid('CA');
    const line = [callback(call), callback(call)] as const;
    await owe(...line);
    await claim();
    await settle(line[0], { state: 'pending', dueAt: NOON + 5_000 });
    assert.deepEqual(sids(await claim({ now: NOON + 6_000 })), sids([line[0]]));
  });

  for (const settlement of [{ state: 'delivered' }, { state: 'failed', reason: '410' }] as const) {
    it(`lets the next of a line go once the one before is ${settlement.state}`, async () => {
      const call = newSid('CA');
      const line = [callback(call), callback(call), callback(call)] as const;
      await owe(...line);
      for (const one of line) {
        assert.deepEqual(sids(await claim()), [one.sid]);
        await settle(one, settlement);
      }
      assert.deepEqual(await claim(), []);
    });
  }

  it('gives out a callback once, also when it is delivered while the one before it is being written down', async () => {
    const call = newSid('CA');
    const [first, second] = [callback(call), callback(call)];
    await owe(first, second);
    const from = [{ destination: destinationOf(first), most: 50 }];
    const next = async () => {
      const claimed = await the().callbackQueue.claim({ now: NOON, claimUntil: NOON + CLAIM_MS, from });
      return claimed.flatMap(({ callbacks }) => sids(callbacks));
    };
    assert.deepEqual(await next(), [first.sid]);
    await settle(first, { state: 'delivered' });
    // To count, the outbox begins to write down what became of the first.
    const counted = the().callbackQueue.pending();
    assert.deepEqual(await next(), [second.sid]);
    await settle(second, { state: 'delivered' });
    await counted;
    assert.deepEqual(await next(), []);
  });

  it('begins a line anew when something is owed after all of it was delivered', async () => {
    const call = newSid('CA');
    const [first, second] = [callback(call), callback(call)];
    await owe(first);
    await claim();
    await settle(first, { state: 'delivered' });
    await owe(second);
    assert.deepEqual(sids(await claim()), [second.sid]);
  });

  it('keeps the claim on a line when something is added to its end', async () => {
    const call = newSid('CA');
    await owe(callback(call));
    await claim();
    await owe(callback(call));
    assert.deepEqual(await claim(), []);
  });

  it('gives out again what its claimer did not settle in time', async () => {
    const owed = callback(newSid('CA'));
    await owe(owed);
    await claim();
    assert.deepEqual(await claim({ now: NOON + CLAIM_MS - 1 }), []);
    assert.deepEqual(sids(await claim({ now: NOON + CLAIM_MS })), [owed.sid]);
  });

  it('notes the attempt of a slow claimer, but keeps what the quicker one made of it', async () => {
    const call = newSid('CA');
    const [first, second] = [callback(call), callback(call)];
    await owe(first, second);
    await claim();
    await claim({ now: NOON + CLAIM_MS });
    await settle(first, { state: 'delivered' });
    assert.deepEqual(sids(await claim({ now: NOON + CLAIM_MS })), [second.sid]);
    await settle(first, { state: 'failed', reason: 'timeout' });
    assert.deepEqual(await claim({ now: NOON + CLAIM_MS }), []);
    const [kept] = await the().repositories.timeline.callbacksOf(call);
    assert.deepEqual([kept?.state, kept?.attempts.length], ['delivered', 2]);
  });

  it('gives out again at once what was released', async () => {
    const [one, two] = [callback(newSid('CA')), callback(newSid('CA'), { createdAt: NOON + 1 })];
    await owe(one, two);
    await claim({ now: NOON + 1 });
    await the().callbackQueue.release([one.sid, two.sid]);
    await the().callbackQueue.release([]);
    assert.deepEqual(await claim({ now: NOON + 1 }), [
      { ...one, attempts: 0 },
      { ...two, attempts: 0 },
    ]);
  });

  it('gives out of those receivers that are asked for, and says when more of theirs is due', async () => {
    const [a, b] = [callback(newSid('CA'), { url: RECEIVER_A }), callback(newSid('CA'), { url: RECEIVER_B })];
    const more = [1, 2].map((ms) => callback(newSid('CA'), { url: RECEIVER_A, createdAt: NOON + ms }));
    await owe(a, b, ...more);
    const { callbackQueue } = the();
    const [toA, toB] = [destinationOf(a), destinationOf(b)];
    const at = { now: NOON, claimUntil: NOON + CLAIM_MS };
    const ofA = { destination: toA, callbacks: [{ ...a, attempts: 0 }], nextAt: NOON + 1 };
    assert.deepEqual(await callbackQueue.claim({ ...at, from: [{ destination: toA, most: 1 }] }), [ofA]);
    const both = [toA, toB, 'nobody'].map((destination) => ({ destination, most: 7 }));
    assert.deepEqual(await callbackQueue.claim({ ...at, from: both }), [
      { destination: toA, callbacks: [], nextAt: NOON + 1 },
      { destination: toB, callbacks: [{ ...b, attempts: 0 }], nextAt: undefined },
      { destination: 'nobody', callbacks: [], nextAt: undefined },
    ]);
  });

  it('also takes a URL that is none', async () => {
    const owed = callback(newSid('CA'), { url: 'nonsense' });
    await owe(owed);
    assert.deepEqual(sids(await claim()), [owed.sid]);
  });

  it('says who is owed something and from when on, in portions', async () => {
    const { callbackQueue } = the();
    assert.deepEqual(await callbackQueue.owed('', 10), []);
    const first = callback(newSid('CA'), { url: RECEIVER_A });
    const later = callback(newSid('CA'), { url: RECEIVER_B, createdAt: NOON + 90_000 });
    await owe(first, callback(newSid('CA'), { url: RECEIVER_A, createdAt: NOON + 5 }), later);
    const toA = { destination: destinationOf(first), at: NOON };
    const toB = { destination: destinationOf(later), at: NOON + 90_000 };
    assert.deepEqual(await callbackQueue.owed('', 10), [toA, toB]);
    assert.deepEqual(await callbackQueue.owed('', 1), [toA]);
    assert.deepEqual(await callbackQueue.owed(toA.destination, 10), [toB]);
    await claim({ now: NOON + 5 });
    assert.deepEqual(await callbackQueue.owed('', 1), [{ ...toA, at: NOON + 5 + CLAIM_MS }]);
  });

  it('says when the next of a line is due once one of it is settled', async () => {
    const call = newSid('CA');
    const [first, second] = [callback(call), callback(call, { createdAt: NOON + 3 })];
    await owe(first, second);
    await claim();
    assert.equal(await settle(first, { state: 'pending', dueAt: NOON + 1_000 }), NOON + 1_000);
    assert.equal(await settle(first, { state: 'delivered' }), NOON + 3);
    assert.equal(await settle(second, { state: 'delivered' }), undefined);
  });

  it('is owed in even time: the clock of the machine may be set as anybody likes', async () => {
    const { clock, repositories } = the();
    const began = clock.steady();
    for (const hours of [-1, 25]) {
      clock.jump(hours * 3_600_000);
      const owed = callback(newSid('CA'), { createdAt: clock.now() });
      await owe(owed);
      assert.deepEqual(await claim({ now: began }), [{ ...owed, attempts: 0, createdAt: began }]);
      const [kept] = await repositories.timeline.callbacksOf(owed.callSid);
      assert.equal(kept?.createdAt, owed.createdAt, 'people read the time of the clock');
      clock.jump(hours * -3_600_000);
    }
  });

  it('counts what is owed', async () => {
    const { callbackQueue } = the();
    assert.deepEqual(await callbackQueue.pending(), { count: 0 });
    const owed = callback(newSid('CA'));
    await owe(owed, callback(newSid('CA'), { createdAt: NOON + 1 }));
    assert.deepEqual(await callbackQueue.pending(), { count: 2, oldestAt: NOON });
    await settle(owed, { state: 'failed', reason: '410' });
    assert.deepEqual(await callbackQueue.pending(), { count: 1, oldestAt: NOON + 1 });
  });

  it('settles many at once, each as it says', async () => {
    const owed = Array.from({ length: 30 }, () => callback(newSid('CA')));
    await owe(...owed);
    await claim();
    const settlements: readonly Settlement[] = [
      { state: 'delivered' },
      { state: 'failed', reason: '404' },
      { state: 'pending', dueAt: NOON + 1 },
    ];
    await Promise.all(owed.map((one, index) => settle(one, settlements[index % 3] as Settlement)));
    const again = await claim({ now: NOON + 1 });
    assert.deepEqual(sids(again).sort(), sids(owed.filter((_, index) => index % 3 === 2)).sort());
  });

  it('ignores the settlement of a callback that is no longer there', async () => {
    await settle(callback(newSid('CA')), { state: 'delivered' });
    assert.deepEqual(await the().callbackQueue.pending(), { count: 0 });
  });
});

describeOnBoth('The outbox in a database', (the, dialect) => {
  const { owe, claim, settle } = outboxOf(() => the().store);

  for (const settlement of [{ state: 'delivered' }, { state: 'failed', reason: '410' }] as const) {
    it(`has no line left when all of it is ${settlement.state}`, async () => {
      const owed = callback(newSid('CA'));
      await owe(owed);
      await claim();
      await settle(owed, settlement);
      await the().store.callbackQueue.pending();
      assert.deepEqual(await the().database.reader('callback_lines').select(), []);
    });
  }

  it('finds what was owed before an update, when a destination was a host', async () => {
    const owed = Array.from({ length: 3 }, (_, n) => callback(newSid('CA'), { url: `${RECEIVER_A}/${n}` }));
    await owe(...owed);
    const { database, store } = the();
    await store.callbackQueue.pending();
    await database.writer('callback_lines').update({ destination: 'a.example' });
    await destinationsMigration.up(database.writer);
    const destination = destinationOf(owed[0] as NewCallback);
    assert.deepEqual(await store.callbackQueue.owed('', 10), [{ destination, at: NOON }]);
    assert.deepEqual(sids(await claim()).sort(), sids(owed).sort());
  });

  it('keeps each attempt with its reply', async () => {
    const call = newSid('CA');
    const owed = callback(call);
    await owe(owed);
    await the().store.callbackQueue.settle(
      { callbackSid: owed.sid, at: NOON, durationMs: 30, error: 'ECONNREFUSED' },
      { state: 'pending', dueAt: NOON + 1_000 },
    );
    await the().store.callbackQueue.settle(
      { callbackSid: owed.sid, at: NOON + 1_000, durationMs: 12, status: 200, responseHead: 'ok\0' },
      { state: 'delivered' },
    );
    assert.deepEqual(await the().store.repositories.timeline.callbacksOf(call), [
      {
        ...owed,
        state: 'delivered',
        settledAt: NOON + 1_012,
        attempts: [
          { at: NOON, durationMs: 30, error: 'ECONNREFUSED' },
          { at: NOON + 1_000, durationMs: 12, status: 200, responseHead: 'ok\uFFFD' },
        ],
      },
    ]);
  });

  it('reads a few rows of an index however many callbacks wait', async () => {
    const { database } = the();
    const plans: string[] = [];
    for (const { sql, values } of [
      earliestLines(database.dialect, {
        now: NOON,
        claimUntil: NOON,
        from: ['x', 'y'].map((destination) => ({ destination, most: 9 })),
      }),
      owedDestinations('x', 50),
      headsOf(['x', 'y']),
    ]) {
      const explain = database.dialect === 'sqlite' ? 'explain query plan ' : 'explain ';
      const plan = await database.writer.transaction(async (trx) => {
        // Empty tables are read whole whatever indexes they have.
        if (database.dialect === 'postgres') await trx.raw('set local enable_seqscan = off');
        return rowsOf<object>(await trx.raw(explain + sql, values));
      });
      plans.push(plan.flatMap((row) => Object.values(row)).join('\n'));
    }
    // Recursion and its result are no tables; each table must be reached through an index.
    const whole = /SCAN (callback|[lnhc]\b)(?!.* USING)|Seq Scan on callback/;
    for (const plan of plans) assert.doesNotMatch(plan, whole);
    assert.match(plans[0] ?? '', /callback_lines_ready/);
    assert.match(plans[1] ?? '', /callback_lines_ready/);
    assert.match(plans[2] ?? '', /callbacks_pending_by_line/);
  });

  it('finds a line that a dead process marked as its own after this one had begun', async () => {
    const { database, clock } = the();
    const store = await alone();
    const owed = callback(newSid('CA'));
    await the().store.journal.commit(owing(owed));
    await the().store.callbackQueue.pending();
    await database.writer('callback_lines').update({ ready_at: HELD });
    const { claim: claimAlone } = outboxOf(() => store);
    assert.deepEqual(await claimAlone(), []);
    await clock.advance(60_000);
    assert.deepEqual(sids(await claimAlone()), [owed.sid]);
  });

  it('leaves lines alone whose callbacks are being sent from memory', async () => {
    const store = await alone();
    const { owe: oweAlone, claim: claimAlone } = outboxOf(() => store);
    await oweAlone(callback(newSid('CA')));
    assert.equal((await claimAlone()).length, 1);
    await the().clock.advance(60_000);
    await store.callbackQueue.owed('', 10);
    const [line] = await the().database.reader('callback_lines').select('ready_at');
    assert.equal((line as { ready_at: number }).ready_at, HELD);
  });

  it('does not ask the table for what waits there for a retry', async () => {
    const store = await alone();
    const own = outboxOf(() => store);
    const [again, next] = [callback(newSid('CA')), callback(newSid('CA'))];
    await own.owe(again);
    await own.claim();
    await own.settle(again, { state: 'pending', dueAt: NOON + 5_000 });
    const from = [{ destination: destinationOf(again), most: 5 }];
    const ask = () => store.callbackQueue.claim({ now: NOON, claimUntil: NOON + CLAIM_MS, from });
    const writes = async () => (await the().database.reader('journal_writers').max('batch as batch'))[0];
    await own.owe(next);
    const before = await writes();
    const [first, second] = [await ask(), await ask()];
    assert.deepEqual(await writes(), before);
    assert.deepEqual(sids([...first, ...second].flatMap(({ callbacks }) => callbacks)), [next.sid]);
    assert.equal(second[0]?.nextAt, NOON + 5_000);
  });

  /** A store on the same database that has it for itself. */
  function alone(): Promise<Store> {
    const { database, clock } = the();
    return storeOn({ ...database, close: () => Promise.resolve() }, { clock, logger: quiet, alone: true });
  }

  if (dialect === 'postgres') {
    it('hands each callback to one of several processes', async () => {
      const options = { clock: the().clock, logger: quiet };
      const others = await Promise.all([openStore(the().url, options), openStore(the().url, options)]);
      try {
        const owed = Array.from({ length: 60 }, () =>
          callback(newSid('CA'), { url: `http://${randomBytes(1).toString('hex')}.example/` }),
        );
        await owe(...owed);
        const queues = [the().store, ...others].map((store) => store.callbackQueue);
        const request = { now: NOON, claimUntil: NOON + CLAIM_MS, limit: 1 };
        const claimed: DueCallback[] = [];
        while (claimed.length < owed.length) {
          const round = await Promise.all(queues.map((queue) => claimAll(queue, request)));
          claimed.push(...round.flat());
          assert.notEqual(round.flat().length, 0);
        }
        assert.deepEqual(sids(claimed).sort(), sids(owed).sort());
      } finally {
        for (const store of others) await store.close();
      }
    });

    it('loses nothing when a line grows while its last callback is settled by another process', async () => {
      const other = await openStore(the().url, { clock: the().clock, logger: quiet });
      try {
        const lines = Array.from({ length: 40 }, () => newSid('CA'));
        const firsts = lines.map((call) => callback(call));
        const seconds = lines.map((call) => callback(call));
        await owe(...firsts);
        await claim({ limit: 100 });
        await Promise.all(
          lines.flatMap((_, index) => [
            settle(firsts[index], { state: 'delivered' }),
            other.journal.commit(owing(seconds[index])),
          ]),
        );
        await other.callbackQueue.pending();
        assert.deepEqual(sids(await claim({ limit: 100 })).sort(), sids(seconds).sort());
      } finally {
        await other.close();
      }
    });
  } else {
    it('forgets the claims of a process that has ended', async () => {
      const owed = callback(newSid('CA'));
      await owe(owed);
      await claim();
      const next = await openStore(the().url, { clock: the().clock, logger: quiet });
      try {
        assert.deepEqual(sids(await outboxOf(() => next).claim()), [owed.sid]);
      } finally {
        await next.close();
      }
    });
  }
});

/** What the tests do with an outbox. */
function outboxOf(store: () => Pick<Store, 'journal' | 'callbackQueue'>) {
  return {
    owe: async (...callbacks: readonly NewCallback[]): Promise<void> => {
      for (const one of callbacks) await store().journal.commit(owing(one));
    },
    claim: ({ now = NOON, limit = 50 }: { now?: number; limit?: number } = {}) =>
      claimAll(store().callbackQueue, { now, claimUntil: now + CLAIM_MS, limit }),
    settle: async (one: NewCallback | undefined, settlement: Settlement): Promise<number | undefined> => {
      assert.ok(one);
      const attempt = { callbackSid: one.sid, at: NOON, durationMs: 1, status: 200 };
      return await store().callbackQueue.settle(attempt, settlement);
    },
  };
}

function owing(one: NewCallback | undefined) {
  assert.ok(one);
  return { subjectSid: one.callSid, accountSid: one.accountSid, callbacks: [one] };
}

function sids(callbacks: readonly { readonly sid: string }[]): string[] {
  return callbacks.map((one) => one.sid);
}
