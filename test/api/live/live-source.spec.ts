import assert from 'node:assert/strict';
import { EventRing } from '../../../src/api/live/event-ring.ts';
import { Live } from '../../../src/api/live/live.ts';
import { type LiveEventName, LIVE_EVENTS, type Subscription } from '../../../src/api/live/live-event.ts';
import type { Leg, LegState } from '../../../src/call/leg/leg.ts';
import type { JournalEntry } from '../../../src/call/journal-store.ts';
import { newSid } from '../../../src/call/sids.ts';
import type { StreamRecord } from '../../../src/call/stream/stream-record.ts';
import type { AccountRepository, CallRecord } from '../../../src/records/repositories.ts';
import { account, ACCOUNT_SID, callEvent, leg } from '../../store/records.ts';
import { FakeLog } from '../../support/fake-api.ts';
import { FakeChanges } from '../../support/fake-changes.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { FakeEventSink } from '../../support/fake-event-sink.ts';
import { memoryRepositories } from '../../support/memory-repositories.ts';

const WINDOW_MS = 125;
const CALL_EACH_MS = 250;
const CALLS: readonly LiveEventName[] = ['call.created', 'call.updated'];

describe('What the database takes', () => {
  let clock: FakeClock;
  let changes: FakeChanges;
  let live: Live;
  let log: FakeLog;
  let accounts: AccountRepository;
  beforeEach(async () => {
    clock = new FakeClock();
    changes = new FakeChanges();
    log = new FakeLog();
    ({ accounts } = memoryRepositories());
    await accounts.insert(account());
    const nothing = async () => ({}) as never;
    const watched = { health: nothing, stats: nothing, changedStatuses: async () => [] };
    live = new Live({
      changes,
      accounts,
      watched,
      clock,
      log,
      version: '1',
      ring: new EventRing(clock, 'i'),
      limits: { ofAccount: 60, all: 60 },
    });
  });
  afterEach(() => {
    live.close();
    assert.equal(clock.timers, 0, 'a timer was left');
  });

  async function open(names: readonly LiveEventName[] = CALLS, more: Partial<Subscription> = {}) {
    const sink = new FakeEventSink();
    const subscription: Subscription = {
      accountSid: ACCOUNT_SID,
      subAccounts: false,
      names: new Set(names),
      root: undefined,
      prefix: '/2012-04-24',
      ...more,
    };
    const reader = { askingSid: ACCOUNT_SID, isAllowed: async () => true, lastEventId: undefined };
    const end = await live.open(subscription, reader, () => sink);
    return { sink, end };
  }

  function write(of: Leg, status: CallRecord['status'], more: Partial<JournalEntry> = {}): void {
    const { sid, accountSid, direction, from, to, parentCallSid, createdAt } = of;
    changes.rows.set(sid, {
      sid,
      accountSid,
      direction,
      from,
      to,
      status,
      dateCreated: createdAt,
      dateUpdated: clock.now(),
      ...(parentCallSid === undefined ? {} : { parentCallSid }),
    });
    const state: LegState =
      status === 'completed'
        ? { phase: 'ended', status, endedAt: clock.now(), cause: {} }
        : { phase: 'ringing', initiatedAt: createdAt, ringingAt: createdAt };
    changes.tell({ kind: 'entry', entry: { subjectSid: sid, accountSid, leg: { leg: of, state }, ...more } });
  }

  const statuses = (sink: FakeEventSink) =>
    [...sink.written.join('').matchAll(/event: (call\.\w+)\n.*?"status":"([\w-]+)"/g)].map(
      ([, name, status]) => `${name} ${status}`,
    );
  const newLeg = (more: Partial<Leg> = {}) => leg({ createdAt: clock.now(), ...more });

  it('is not even heard while nobody listens, and is heard for five minutes after the last one', async () => {
    assert.equal(changes.isHeard, false);
    const { end } = await open();
    assert.equal(changes.isHeard, true);
    end();
    await clock.advance(299_999);
    assert.equal(changes.isHeard, true);
    await clock.advance(1);
    assert.deepEqual([changes.isHeard, clock.timers, changes.reads], [false, 0, []]);
  });

  it('is told to nobody when Legwork stops: streams end, and no others begin', async () => {
    const { sink } = await open();
    live.close();
    assert.equal(sink.isEnded, true);
    await assert.rejects(open(), { status: 503, headers: { 'Retry-After': '30' } });
    assert.deepEqual([changes.isHeard, live.size], [false, 0]);
  });

  it('is told in fewer, larger portions while more than fifty read', async () => {
    const readers = await Promise.all(Array.from({ length: 51 }, () => open()));
    write(newLeg(), 'ringing');
    await clock.advance(2 * WINDOW_MS - 1);
    assert.deepEqual(
      readers.flatMap(({ sink }) => statuses(sink)),
      [],
    );
    await clock.advance(1);
    for (const { sink } of readers) assert.deepEqual(statuses(sink), ['call.created ringing']);
    for (const { end } of readers) end();
  });

  it('is told as it can be read by then', async () => {
    const { sink } = await open();
    const one = newLeg();
    write(one, 'ringing');
    assert.deepEqual(statuses(sink), []);
    changes.rows.set(one.sid, { ...(changes.rows.get(one.sid) ?? assert.fail()), status: 'in-progress' });
    await clock.advance(WINDOW_MS);
    assert.deepEqual(statuses(sink), ['call.created in-progress']);
  });

  it('tells of a queue as it can be read by then, once for all who came', async () => {
    const { sink } = await open(['queue.updated']);
    const sid = newSid('QU');
    const record = {
      sid,
      accountSid: ACCOUNT_SID,
      friendlyName: 'support',
      maxSize: 5,
      nextNumber: 3,
      nextSequence: 0,
      madeBy: 'document' as const,
      usedAt: 0,
      dateCreated: 0,
      dateUpdated: 0,
    };
    changes.queueRows.set(sid, { ...record, size: 2, averageWaitS: 4 });
    const entry = { subjectSid: sid, accountSid: ACCOUNT_SID, queue: record };
    changes.tell({ kind: 'entry', entry });
    changes.tell({ kind: 'entry', entry });
    await clock.advance(WINDOW_MS);
    const told = [...sink.written.join('').matchAll(/event: queue\.updated\n.*?"current_size":(\d+)/g)];
    assert.deepEqual(
      told.map(([, size]) => size),
      ['2'],
    );
  });

  it('tells of a stream that begins, stops or fails, as REST shows it', async () => {
    const { sink } = await open(['stream.updated']);
    const one = newLeg();
    const record: StreamRecord = {
      sid: newSid('MZ'),
      accountSid: ACCOUNT_SID,
      callSid: one.sid,
      name: 'agent',
      status: 'in-progress',
      direction: 'bidirectional',
      track: 'inbound_track',
      url: 'wss://agent.example/audio',
      nextSequence: 1,
      dateCreated: 0,
      dateUpdated: 0,
    };
    write(one, 'in-progress', { streams: [record] });
    write(one, 'completed', { streams: [{ ...record, status: 'stopped', errorCode: 31941 }] });
    await clock.advance(WINDOW_MS);
    const told = [...sink.written.join('').matchAll(/event: stream\.updated\ndata: (.*)\n/g)].map(
      ([, json]) => JSON.parse(json ?? '') as Record<string, unknown>,
    );
    assert.deepEqual(
      told.map(({ sid, call_sid: callSid, status, error_code: code }) => ({ sid, callSid, status, code })),
      [
        { sid: record.sid, callSid: one.sid, status: 'in-progress', code: null },
        { sid: record.sid, callSid: one.sid, status: 'stopped', code: 31941 },
      ],
    );
  });

  it('tells of the same call every 250 ms at most, and always of its last state', async () => {
    const { sink } = await open();
    const one = newLeg();
    write(one, 'ringing');
    await clock.advance(WINDOW_MS);
    for (let n = 0; n < 9; n += 1) {
      write(one, 'in-progress');
      await clock.advance(10);
    }
    write(one, 'completed');
    await clock.advance(CALL_EACH_MS - 91);
    assert.deepEqual(statuses(sink), ['call.created ringing']);
    await clock.advance(WINDOW_MS);
    assert.deepEqual(statuses(sink), ['call.created ringing', 'call.updated completed']);
    await clock.advance(10_000);
    assert.equal(statuses(sink).length, 2);
  });

  it('tells of calls that were there before as changed, and of each new one once as created', async () => {
    const [before] = [newLeg()];
    await clock.advance(1);
    const { sink } = await open();
    write(before, 'in-progress');
    const after = newLeg();
    write(after, 'ringing');
    await clock.advance(WINDOW_MS + CALL_EACH_MS);
    write(after, 'in-progress');
    await clock.advance(WINDOW_MS);
    assert.deepEqual(statuses(sink), [
      'call.updated in-progress',
      'call.created ringing',
      'call.updated in-progress',
    ]);
  });

  it('tells that a call has one more leg', async () => {
    const parent = newLeg();
    write(parent, 'in-progress');
    const { sink } = await open();
    write(newLeg({ parentCallSid: parent.sid, direction: 'outbound-dial' }), 'ringing');
    await clock.advance(WINDOW_MS);
    assert.deepEqual(statuses(sink).toSorted(), ['call.created ringing', 'call.updated in-progress']);
  });

  it('is read again when the database could not be asked, and nothing is lost', async () => {
    const { sink } = await open();
    const one = newLeg();
    changes.failure = new Error('away');
    write(one, 'ringing');
    await clock.advance(WINDOW_MS);
    assert.deepEqual(statuses(sink), []);
    assert.match(log.lines.join('\n'), /cannot be read for those who watch/);
    changes.failure = undefined;
    write(one, 'in-progress');
    await clock.advance(1_000);
    assert.deepEqual(statuses(sink), ['call.created in-progress']);
  });

  it('has the lines of a timeline for those who watch the call, of all its legs and of no other', async () => {
    const [parent, other] = [newLeg(), newLeg()];
    const child = newLeg({ parentCallSid: parent.sid, direction: 'outbound-dial' });
    for (const one of [parent, child, other]) write(one, 'in-progress');
    addLine(parent.sid, 'before');
    const { sink } = await open(LIVE_EVENTS, { root: parent.sid });
    for (const [sid, kind] of [
      [child.sid, 'verb'],
      [other.sid, 'document'],
      [parent.sid, 'notice'],
    ] as const) {
      addLine(sid, kind);
      changes.tell({
        kind: 'entry',
        entry: { subjectSid: sid, accountSid: ACCOUNT_SID, events: [callEvent(sid)] },
      });
    }
    await clock.advance(WINDOW_MS);
    const lines = [...sink.written.join('').matchAll(/event: call\.event\ndata: (.*)/g)];
    assert.deepEqual(
      lines
        .map(([, json = '']) => JSON.parse(json) as Record<string, unknown>)
        .map(({ n, kind }) => [n, kind]),
      [
        ['2', 'verb'],
        ['4', 'notice'],
      ],
    );
  });

  it('has no lines, and reads none, for those who want all calls', async () => {
    await open();
    changes.tell({
      kind: 'entry',
      entry: { subjectSid: newSid('CA'), accountSid: ACCOUNT_SID, events: [callEvent(newSid('CA'))] },
    });
    await clock.advance(WINDOW_MS);
    assert.deepEqual(changes.reads, []);
  });

  it('reads nothing of accounts to which nobody listens, once it knows them', async () => {
    const stranger = account({ sid: `AC${'9'.repeat(32)}` });
    await accounts.insert(stranger);
    const { sink } = await open();
    const theirs = newLeg({ accountSid: stranger.sid });
    write(theirs, 'ringing');
    await clock.advance(WINDOW_MS);
    const before = changes.reads.length;
    write(theirs, 'in-progress');
    await clock.advance(CALL_EACH_MS + WINDOW_MS);
    assert.deepEqual([changes.reads.slice(before), statuses(sink)], [[], []]);
  });

  function addLine(callSid: string, kind: string): void {
    const id = changes.lines.length + 1;
    changes.lines.push({ id, callSid, at: clock.now(), kind, data: {}, accountSid: ACCOUNT_SID });
  }
});
