import assert from 'node:assert/strict';
import type { Leg } from '../../../src/call/leg/leg.ts';
import type { CallFilter, CallRecord } from '../../../src/records/repositories.ts';
import { COUNTED_UP_TO } from '../../../src/records/page.ts';
import { newSid } from '../../../src/call/sids.ts';
import { callQuery, orderOf } from '../../../src/store/tables/calls.ts';
import { rowsOf } from '../../../src/store/rows.ts';
import { describeOnBoth } from '../both-databases.ts';
import { describeOnEvery } from '../every-store.ts';
import {
  ACCOUNT_SID,
  account,
  callback,
  callEvent,
  endedEntry,
  entry,
  fullLeg,
  leg,
  NOON,
} from '../records.ts';

const OTHER_SID = `AC${'2'.repeat(32)}`;

describeOnEvery('Calls', (the) => {
  it('are read with everything that REST shows', async () => {
    const written = fullLeg();
    const state = {
      phase: 'ended',
      status: 'completed',
      endedAt: NOON + 9_000,
      initiatedAt: NOON + 1_000,
      answeredAt: NOON + 4_000,
      cause: { sipStatus: 200 },
    } as const;
    await the().journal.commit({
      subjectSid: written.sid,
      accountSid: ACCOUNT_SID,
      leg: { leg: written, state },
    });
    const expected: CallRecord = {
      sid: written.sid,
      accountSid: ACCOUNT_SID,
      ...(written.parentCallSid === undefined ? {} : { parentCallSid: written.parentCallSid }),
      direction: 'outbound-dial',
      from: '+15551',
      to: "o'hara",
      callerName: 'Älice "A" ☎',
      forwardedFrom: '+4930',
      ...(written.phoneNumberSid === undefined ? {} : { phoneNumberSid: written.phoneNumberSid }),
      ...(written.trunkSid === undefined ? {} : { trunkSid: written.trunkSid }),
      status: 'completed',
      dateCreated: NOON,
      dateUpdated: the().clock.now(),
      startTime: NOON + 1_000,
      answerTime: NOON + 4_000,
      endTime: NOON + 9_000,
      duration: 5,
      ringDuration: 3,
      endCause: '200',
      problemCount: 0,
      recordingCount: 0,
      legCount: 1,
    };
    assert.deepEqual(await calls().find(ACCOUNT_SID, written.sid), expected);
    assert.equal(await calls().find(OTHER_SID, written.sid), undefined);
  });

  it('have no start, answer, end or durations while they are queued', async () => {
    const written = leg({ direction: 'outbound-api' });
    await the().journal.commit({
      subjectSid: written.sid,
      accountSid: ACCOUNT_SID,
      leg: { leg: written, state: { phase: 'queued' } },
    });
    assert.deepEqual(await calls().find(ACCOUNT_SID, written.sid), {
      sid: written.sid,
      accountSid: ACCOUNT_SID,
      direction: 'outbound-api',
      from: 'alice',
      to: '1000',
      status: 'queued',
      dateCreated: NOON,
      dateUpdated: the().clock.now(),
      problemCount: 0,
      recordingCount: 0,
      legCount: 1,
    });
  });

  it('are listed newest first, page by page, also those of the same millisecond', async () => {
    const written = await make(25, (n) => ({ createdAt: NOON + Math.floor(n / 5) }));
    const pages = await allPages(10, {});
    assert.deepEqual(
      pages.map((page) => page.length),
      [10, 10, 5],
    );
    assert.deepEqual(pages.flat(), sorted(written));
    const second = await calls().list(ACCOUNT_SID, { page: 1, pageSize: 10 }, {});
    assert.deepEqual(
      second.items.map((call) => call.sid),
      pages[1],
    );
    assert.equal(second.total, 25);
    assert.deepEqual((await calls().list(ACCOUNT_SID, { page: 3, pageSize: 10 }, {})).items, []);
    assert.deepEqual((await calls().list(OTHER_SID, { page: 0, pageSize: 10 }, {})).items, []);
  });

  it('stay on their page when others come while somebody pages by key', async () => {
    const written = await make(20, (n) => ({ createdAt: NOON + n }));
    const pages = await allPages(6, {}, () => make(3, () => ({ createdAt: NOON + 1_000 })));
    assert.deepEqual(pages.flat(), sorted(written));
  });

  it('are not upset by a key that nobody has given out', async () => {
    await make(2, () => ({}));
    for (const key of ['', '_', 'x_y', "'; drop table calls", '99999999999999999999_CA']) {
      await calls().list(ACCOUNT_SID, { page: 0, pageSize: 10, key }, {});
    }
  });

  for (const [title, filter, changes] of [
    ['to', { to: 'bob' }, { to: 'bob' }],
    ['from', { from: 'carol' }, { from: 'carol' }],
    ['parent', { parentCallSid: 'CA1' }, { parentCallSid: 'CA1' }],
    ['start, not before', { startTimeFrom: NOON + 500 }, { createdAt: NOON + 500 }],
    ['start, before', { startTimeBefore: NOON - 500 }, { createdAt: NOON - 501 }],
    ['start and to', { startTimeFrom: NOON + 500, to: 'bob' }, { createdAt: NOON + 500, to: 'bob' }],
  ] as const satisfies readonly (readonly [string, CallFilter, Partial<Leg>])[]) {
    it(`are found by ${title}, in pages as well`, async () => {
      await make(3, () => ({}));
      const wanted = await make(5, () => changes);
      assert.deepEqual((await allPages(2, filter)).flat(), sorted(wanted));
      assert.equal((await calls().list(ACCOUNT_SID, { page: 0, pageSize: 2 }, filter)).total, 5);
    });
  }

  it('are found by the time of their end', async () => {
    const live = leg();
    const over = await Promise.all(
      [1, 2, 3].map(async (minute) => {
        const one = leg({ createdAt: NOON + minute * 60_000 });
        await the().journal.commit(endedEntry(one));
        return one.sid;
      }),
    );
    await the().journal.commit(entry(live));
    const found = (filter: CallFilter) => allPages(2, filter).then((pages) => pages.flat());
    assert.deepEqual(await found({ endTimeFrom: NOON }), over.toReversed());
    assert.deepEqual(await found({ endTimeFrom: NOON + 120_000, endTimeBefore: NOON + 180_000 }), [over[1]]);
    assert.deepEqual(await found({ sort: { by: 'endTime', direction: 'asc' } }), over);
  });

  it('are sorted by a text, in pages as well, those that are alike by their creation', async () => {
    const names = ['bob', "o'hara", 'älice', 'bob', '_:~', ''];
    const made = await make(6, (n) => ({
      from: names[n] ?? '',
      to: names[5 - n] ?? '',
      createdAt: NOON + n,
    }));
    for (const by of ['from', 'to', 'status'] as const) {
      for (const direction of ['asc', 'desc'] as const) {
        const sort = { by, direction };
        const whole = (await allPages(100, { sort })).flat();
        assert.equal(new Set(whole).size, made.length);
        assert.deepEqual((await allPages(2, { sort })).flat(), whole);
        if (by === 'status') continue;
        const values = whole.map((sid) => made.find((one) => one.sid === sid)?.[by]);
        const bobs = whole.filter((_sid, index) => values[index] === 'bob');
        const byTime = bobs.map((sid) => made.find((one) => one.sid === sid)?.createdAt ?? 0);
        assert.deepEqual(
          byTime,
          byTime.toSorted((a, b) => (direction === 'asc' ? a - b : b - a)),
        );
      }
    }
  });

  it('are found by status', async () => {
    const [live, over] = [leg(), leg()];
    await the().journal.commit(entry(live));
    await the().journal.commit(endedEntry(over));
    const found = await calls().list(ACCOUNT_SID, { page: 0, pageSize: 10 }, { status: 'completed' });
    assert.deepEqual(
      found.items.map((call) => call.sid),
      [over.sid],
    );
  });

  it('are removed when they are over, with what belongs to them, but not what is still owed', async () => {
    const [live, over] = [leg(), leg()];
    await the().journal.commit(entry(live));
    const [delivered, owed] = [callback(over.sid), callback(over.sid)];
    await the().journal.commit(
      endedEntry(over, { events: [callEvent(over.sid)], callbacks: [delivered, owed] }),
    );
    await the().callbackQueue.settle(
      { callbackSid: delivered.sid, at: NOON, durationMs: 1 },
      { state: 'delivered' },
    );
    assert.equal(await calls().remove(ACCOUNT_SID, live.sid), false);
    assert.equal(await calls().remove(OTHER_SID, over.sid), false);
    assert.equal(await calls().remove(ACCOUNT_SID, over.sid), true);
    assert.equal(await calls().remove(ACCOUNT_SID, over.sid), false);
    assert.equal(await calls().find(ACCOUNT_SID, over.sid), undefined);
    const { timeline } = the().repositories;
    assert.deepEqual(await timeline.eventsOf(over.sid), []);
    assert.deepEqual(
      (await timeline.callbacksOf(over.sid)).map((one) => one.sid),
      [owed.sid],
    );
  });

  function calls() {
    return the().repositories.calls;
  }

  async function make(count: number, changes: (n: number) => Partial<Leg>): Promise<readonly Leg[]> {
    const legs = Array.from({ length: count }, (_, n) => leg(changes(n)));
    for (let start = 0; start < count; start += 5_000) {
      await Promise.all(legs.slice(start, start + 5_000).map((one) => the().journal.commit(entry(one))));
    }
    return legs;
  }

  async function allPages(
    pageSize: number,
    filter: CallFilter,
    between?: () => Promise<unknown>,
  ): Promise<string[][]> {
    const pages: string[][] = [];
    let key: string | undefined;
    do {
      const page = await calls().list(
        ACCOUNT_SID,
        { page: 0, pageSize, ...(key === undefined ? {} : { key }) },
        filter,
      );
      pages.push(page.items.map((call) => call.sid));
      key = page.nextKey;
      await between?.();
    } while (key !== undefined);
    return pages;
  }
});

/** The SIDs as a list gives them: newest first, and by SID within a millisecond. */
function sorted(legs: readonly Leg[]): string[] {
  const newestFirst = (a: Leg, b: Leg) => b.createdAt - a.createdAt || (a.sid < b.sid ? 1 : -1);
  return [...legs].sort(newestFirst).map((one) => one.sid);
}

describeOnEvery("A call's timeline", (the) => {
  it('holds what happened on it and on all legs below it, in order', async () => {
    const parent = leg();
    const child = leg({ parentCallSid: parent.sid, direction: 'outbound-dial' });
    const grandchild = leg({ parentCallSid: child.sid, direction: 'outbound-dial' });
    const { journal, repositories } = the();
    const at = (sid: string, ms: number) => ({ events: [callEvent(sid, { at: NOON + ms, data: { ms } })] });
    await journal.commit(entry(parent, at(parent.sid, 1)));
    await Promise.all([
      journal.commit(entry(child, { ...at(child.sid, 4), callbacks: [callback(child.sid)] })),
      journal.commit(entry(grandchild, at(grandchild.sid, 3))),
      journal.commit({
        subjectSid: parent.sid,
        accountSid: ACCOUNT_SID,
        ...at(parent.sid, 2),
        callbacks: [callback(parent.sid)],
      }),
      journal.commit(entry(leg(), at(newSid('CA'), 5))),
    ]);
    const times = async (sid: string) =>
      (await repositories.timeline.eventsOf(sid)).map((event) => event.data.ms);
    assert.deepEqual(await times(parent.sid), [1, 2, 3, 4]);
    assert.deepEqual(await times(child.sid), [3, 4]);
    assert.deepEqual(await times(grandchild.sid), [3]);
    const [first] = await repositories.timeline.eventsOf(grandchild.sid);
    assert.deepEqual(
      { ...first, id: 0 },
      { id: 0, callSid: grandchild.sid, at: NOON + 3, kind: 'state', data: { ms: 3 } },
    );
    const owed = await repositories.timeline.callbacksOf(parent.sid);
    assert.deepEqual(
      owed.map((one) => one.callSid),
      [child.sid, parent.sid],
    );
  });
});

describeOnBoth('Calls of an account and of those below it', (the) => {
  it('are found together, and only where that is asked for', async () => {
    const { repositories, journal } = the().store;
    const below = account({ sid: newSid('AC'), parentSid: ACCOUNT_SID });
    const deeper = account({ sid: newSid('AC'), parentSid: below.sid });
    for (const one of [account(), below, deeper, account({ sid: OTHER_SID })]) {
      await repositories.accounts.insert(one);
    }
    const owners = [ACCOUNT_SID, below.sid, deeper.sid, OTHER_SID];
    const legs = owners.map((accountSid, n) => leg({ accountSid, createdAt: NOON + n }));
    for (const one of legs) await journal.commit(entry(one));
    const found = async (filter: CallFilter) =>
      (await repositories.calls.list(ACCOUNT_SID, { page: 0, pageSize: 9 }, filter)).items.map(
        ({ sid }) => sid,
      );
    assert.deepEqual(await found({ subAccounts: true }), sorted(legs.slice(0, 3)));
    assert.deepEqual(await found({ subAccounts: false }), sorted(legs.slice(0, 1)));
  });
});

describeOnBoth('Many calls', (the) => {
  it('are counted exactly up to ten thousand', async () => {
    const fill = `with recursive n (i) as (select 1 union all select i + 1 from n where i < ?)
      insert into calls (sid, account_sid, root_call_sid, direction, from_party, to_party, sip_headers,
        created_at, phase, status, updated_at)
      select 'CA' || i, ?, 'CA' || i, 'inbound', 'a', 'b', '[]', i, 'queued', 'queued', i from n`;
    await the().database.writer.raw(fill, [COUNTED_UP_TO, ACCOUNT_SID]);
    const count = async () =>
      (await the().store.repositories.calls.list(ACCOUNT_SID, { page: 0, pageSize: 1 }, {})).total;
    assert.equal(await count(), COUNTED_UP_TO);
    await the().store.journal.commit(entry(leg()));
    assert.equal(await count(), undefined);
  });

  for (const [filter, index] of [
    [{}, 'calls_by_account'],
    [{ status: 'completed' }, 'calls_by_status'],
    [{ to: 'bob' }, 'calls_by_to'],
    [{ from: 'bob' }, 'calls_by_from'],
    [{ parentCallSid: 'CA1' }, 'calls_by_parent'],
    [{ startTimeFrom: NOON }, 'calls_by_start'],
    [{ endTimeFrom: NOON }, 'calls_by_end'],
    [{ sort: { by: 'endTime', direction: 'desc' } }, 'calls_by_end'],
    [{ sort: { by: 'startTime', direction: 'desc' } }, 'calls_by_start'],
  ] as const satisfies readonly (readonly [CallFilter, string])[]) {
    it(`are read in the order of the index ${index}, without sorting`, async () => {
      const { database } = the();
      const plan = await database.reader.transaction(async (trx) => {
        // Small tables are sorted whatever indexes they have.
        if (database.dialect === 'postgres')
          await trx.raw(
            'set local enable_sort = off; set local enable_seqscan = off; set local enable_bitmapscan = off',
          );
        const { column } = orderOf(filter);
        const query = callQuery(trx, ACCOUNT_SID, filter)
          .whereRaw(`(${column}, sid) < (?, ?)`, [NOON, 'CA'])
          .orderBy([
            { column, order: 'desc' },
            { column: 'sid', order: 'desc' },
          ])
          .limit(50);
        const { sql, bindings } = query.toSQL();
        const explain = database.dialect === 'sqlite' ? 'explain query plan ' : 'explain ';
        return rowsOf<object>(await trx.raw(explain + sql, bindings as string[]));
      });
      const text = plan.flatMap((row) => Object.values(row)).join('\n');
      assert.match(text, new RegExp(`(USING|using) (INDEX )?${index}`));
      assert.doesNotMatch(text, /TEMP B-TREE|Sort /);
    });
  }
});
