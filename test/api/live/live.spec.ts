import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventRing } from '../../../src/api/live/event-ring.ts';
import { Live } from '../../../src/api/live/live.ts';
import { LegJournal } from '../../../src/call/leg/journal.ts';
import type { LiveLeg } from '../../../src/call/leg/live-leg.ts';
import { newSid } from '../../../src/call/sids.ts';
import { systemClock } from '../../../src/clock.ts';
import type { AccountRecord } from '../../../src/records/repositories.ts';
import { openStore, type Store } from '../../../src/store/store.ts';
import { account, leg } from '../../store/records.ts';
import { type ApiOnStore, type Json, startApiOn } from '../../support/api-on-store.ts';
import { EventReader, type ReadEvent } from '../../support/event-reader.ts';
import { basic, FakeLog } from '../../support/fake-api.ts';
import { holdAgainstContract } from '../../support/contract.ts';
import { waitUntil } from '../../support/wait-until.ts';

const BREAKS = 100;
const RING = 2_000;

describe('GET P/Live on the database', () => {
  const clock = systemClock;
  let folder: string;
  let store: Store;
  let live: Live;
  let api: ApiOnStore;
  let journal: LegJournal;
  let sub: AccountRecord;
  const readers: EventReader[] = [];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'legwork-live-'));
    const logger = new FakeLog();
    store = await openStore(
      { kind: 'sqlite', path: join(folder, 'legwork.db') },
      { clock, logger, alone: true },
    );
    const watched = {
      health: async () => ({}) as never,
      stats: async (accountSid: string) => ({ of: accountSid }),
      changedStatuses: async () => [],
    };
    const { accounts } = store.repositories;
    const ring = new EventRing(clock, undefined, RING);
    live = new Live({
      changes: store.changes,
      accounts,
      watched,
      clock,
      log: logger,
      version: '1.2.3',
      ring,
    });
    api = await startApiOn(store, clock, { live });
    sub = account({ sid: newSid('AC'), parentSid: api.account.sid, authToken: newSid('CA').slice(2) });
    await accounts.insert(sub);
    journal = new LegJournal({
      store: store.journal,
      clock,
      onLost: (_sid, error) => assert.fail(String(error)),
    });
  });
  afterEach(async () => {
    for (const reader of readers.splice(0)) reader.break();
  });
  after(async () => {
    live.close();
    await api.close();
    await store.close();
    await rm(folder, { recursive: true });
  });

  const urlOf = (query = '', accountSid = api.account.sid) =>
    `${api.url}/2012-04-24/Accounts/${accountSid}/Live?${query}`;
  const asMain = () => basic(api.account.sid, api.account.authToken);

  async function open(query = '', lastEventId?: string): Promise<EventReader> {
    const reader = await EventReader.open({ url: urlOf(query), authorization: asMain(), lastEventId });
    readers.push(reader);
    return reader;
  }

  const begin = (of: AccountRecord = api.account, parentCallSid?: string): Promise<LiveLeg> =>
    journal.begin(
      leg({
        accountSid: of.sid,
        createdAt: clock.now(),
        ...(parentCallSid === undefined ? {} : { parentCallSid, direction: 'outbound-dial' }),
        statusCallback: {
          kind: 'number',
          url: 'http://app.example/s',
          method: 'POST',
          events: ['completed'],
        },
      }),
      parentCallSid === undefined ? { type: 'arrive' } : { type: 'place' },
    );
  const isOf = (sid: string) => (data: Json) => data['sid'] === sid;
  const note = (of: LiveLeg, kind: string) =>
    journal.note(of, {
      events: [{ accountSid: of.leg.accountSid, callSid: of.sid, at: clock.now(), kind, data: { kind } }],
    });

  it('says hello, and is a stream that nobody may keep back', async () => {
    const reader = await open();
    const { data, id } = await reader.waitFor('hello');
    assert.deepEqual(data, { id, version: '1.2.3' });
    const headers = ['content-type', 'cache-control', 'x-accel-buffering', 'content-encoding'].map(
      (name) => reader.response.headers[name],
    );
    assert.deepEqual(headers, ['text/event-stream; charset=utf-8', 'no-store', 'no', undefined]);
    await waitUntil('the time to wait is told', () => reader.retryMs === 2000);
  });

  it('tells of a call from its beginning to its end, each time with what REST says of it', async () => {
    const reader = await open('Events=call');
    await reader.waitFor('hello');
    const call = await begin();
    const created = await reader.waitFor('call.created', isOf(call.sid));
    assert.deepEqual(await api.send('GET', `Calls/${call.sid}.json`), [200, created.data]);
    holdAgainstContract(
      'GET',
      `${api.url}/2012-04-24/Accounts/${api.account.sid}/Calls/${call.sid}.json`,
      200,
      created.data,
    );
    await journal.apply(call, { type: 'answer' });
    await journal.apply(call, { type: 'end', sipStatus: 200 });
    const last = await reader.waitFor(
      'call.updated',
      ({ sid, status }) => sid === call.sid && status === 'completed',
    );
    assert.deepEqual(await api.send('GET', `Calls/${call.sid}.json`), [200, last.data]);
    assert.equal(last.data['ended_by'], 'caller');
  });

  it('tells of callbacks, and of each attempt to deliver them', async () => {
    const reader = await open('Events=callback');
    await reader.waitFor('hello');
    const call = await begin();
    await journal.apply(call, { type: 'end' });
    const pending = await reader.waitFor('callback.updated', (data) => data['call_sid'] === call.sid);
    assert.deepEqual([pending.data['state'], pending.data['attempts']], ['pending', []]);
    const sid = String(pending.data['sid']);
    const claim = { now: clock.steady(), claimUntil: clock.steady() + 60_000 };
    const owed = await store.callbackQueue.owed('', 1000);
    await store.callbackQueue.claim({
      ...claim,
      from: owed.map(({ destination }) => ({ destination, most: 9 })),
    });
    const attempt = { callbackSid: sid, at: clock.now(), durationMs: 7, status: 204 };
    await store.callbackQueue.settle(attempt, { state: 'delivered' });
    const done = await reader.waitFor('callback.updated', (data) => data['state'] === 'delivered');
    assert.deepEqual(await api.send('GET', `Callbacks/${sid}.json`), [200, done.data]);
  });

  it('tells only of its account, and with SubAccounts of those below', async () => {
    const [own, all] = [await open('Events=call'), await open('Events=call&SubAccounts=true')];
    await Promise.all([own.waitFor('hello'), all.waitFor('hello')]);
    const theirs = await begin(sub);
    await all.waitFor('call.created', isOf(theirs.sid));
    const ours = await begin();
    await own.waitFor('call.created', isOf(ours.sid));
    assert.equal(
      own.events.some(({ data }) => data['sid'] === theirs.sid),
      false,
    );
  });

  it('tells of one call with all its legs, by any of them', async () => {
    const call = await begin();
    const [callee, other] = [await begin(api.account, call.sid), await begin()];
    const reader = await open(`CallSid=${callee.sid}`);
    await reader.waitFor('hello');
    await note(other, 'verb');
    await note(call, 'verb');
    const later = await begin(api.account, call.sid);
    await note(later, 'document');
    await reader.waitFor('call.event', ({ kind }) => kind === 'document');
    await reader.waitFor('call.created', isOf(later.sid));
    const sids = new Set(reader.named('call.event').map(({ data }) => data['call_sid']));
    assert.deepEqual(sids, new Set([call.sid, later.sid]));
  });

  it(`goes on without loss over ${BREAKS} breaks: it has the lines that REST has`, async () => {
    const call = await begin();
    const query = `CallSid=${call.sid}`;
    const heard: ReadEvent[] = [];
    let reader = await open(query);
    await reader.waitFor('hello');
    const { json } = { json: (await api.send('GET', `Calls/${call.sid}/Events.json?PageSize=1000`))[1] };
    const lines = new Map((json['events'] as Json[]).map((line) => [line['n'], line]));
    for (let round = 0; round < BREAKS; round += 1) {
      await note(call, `verb ${round}`);
      reader.break();
      heard.push(...reader.events);
      const lastId = reader.lastId ?? heard.findLast(({ id }) => id !== undefined)?.id;
      await note(call, `state ${round}`);
      reader = await open(query, lastId);
      if (round % 10 === 0) await reader.waitFor('call.event', ({ kind }) => kind === `state ${round}`);
    }
    await note(call, 'over');
    await reader.waitFor('call.event', ({ kind }) => kind === 'over');
    heard.push(...reader.events);
    for (const { name, data } of heard) if (name === 'call.event') lines.set(data['n'], data);
    assert.deepEqual(
      heard.filter(({ name }) => name === 'reset'),
      [],
    );
    const [, all] = await api.send('GET', `Calls/${call.sid}/Events.json?PageSize=1000`);
    const expected = all['events'] as Json[];
    assert.equal(expected.length, 2 * BREAKS + 2);
    const byNumber = [...lines.values()].toSorted((one, other) => Number(one['n']) - Number(other['n']));
    assert.deepEqual(byNumber, expected);
    const ids = heard.flatMap(({ id, name }) => (id === undefined || name === 'hello' ? [] : [id]));
    assert.equal(new Set(ids).size, ids.length, 'no event came twice');
  });

  it('tells a reader who comes back too late, or after a restart, to read everything again', async () => {
    const reader = await open('Events=call.event');
    await reader.waitFor('hello');
    const call = await begin();
    for (let n = 0; n <= RING; n += 250)
      await Promise.all(Array.from({ length: 251 }, () => note(call, 'verb')));
    await waitUntil('all lines came', () => reader.named('call.event').length > RING);
    const [first] = reader.events;
    const late = await open('Events=call.event', first?.id);
    assert.deepEqual((await late.waitFor('reset')).data, { reason: 'too-old' });
    const restarted = await open(`Events=call.event&LastEventId=before.17`);
    assert.deepEqual((await restarted.waitFor('reset')).data, { reason: 'restart' });
  });

  it('cuts off a reader who does not read, and tells it to read everything again', async () => {
    await waitUntil('those of other tests are gone', () => live.size === 0);
    const reader = await open('Events=call.event');
    await reader.waitFor('hello');
    reader.response.pause();
    const call = await begin();
    const text = 'x'.repeat(60_000);
    const events = [
      { accountSid: api.account.sid, callSid: call.sid, at: clock.now(), kind: 'verb', data: { text } },
    ];
    // The network takes some megabytes before anybody notices.
    for (let n = 0; n < 400 && live.size > 0; n += 1) await journal.note(call, { events });
    await waitUntil('it is cut off', () => live.size === 0);
    reader.response.resume();
    const { data } = await reader.waitFor('reset');
    assert.deepEqual(data, { reason: 'slow' });
    await waitUntil('it is closed', () => reader.isOver);
  });

  it('lets an account have 20 streams, and another one when one has ended', async () => {
    await waitUntil('those of other tests are gone', () => live.size === 0);
    for (let n = 0; n < 20; n += 1) await open('Events=health');
    const refused = await EventReader.answer(request());
    assert.deepEqual([refused.statusCode, refused.headers['retry-after']], [429, '30']);
    refused.destroy();
    readers[0]?.break();
    await waitUntil('there is room again', async () => (await statusOfOneMore()) === 200);
  });

  const request = () => ({ url: urlOf('Events=health'), authorization: asMain() });

  async function statusOfOneMore(): Promise<number | undefined> {
    const response = await EventReader.answer(request());
    response.destroy();
    return response.statusCode;
  }

  it('ends when its account is suspended', async () => {
    const reader = await EventReader.open({
      url: urlOf('Events=call', sub.sid),
      authorization: basic(sub.sid, sub.authToken),
    });
    readers.push(reader);
    await reader.waitFor('hello');
    const [status] = await api.send('POST', `/2012-04-24/Accounts/${sub.sid}.json`, { Status: 'suspended' });
    assert.equal(status, 200);
    await waitUntil('it is closed', () => reader.isOver);
    const refused = await EventReader.answer({
      url: urlOf('', sub.sid),
      authorization: basic(sub.sid, sub.authToken),
    });
    assert.equal(refused.statusCode, 403);
    refused.destroy();
  });

  it('refuses what it does not know, calls that are not there, and other methods', async () => {
    const path = `/2012-04-24/Accounts/${api.account.sid}/Live`;
    assert.equal((await api.send('GET', `${path}.json?Events=nothing`))[0], 400);
    assert.equal((await api.send('GET', `${path}.json?CallSid=${newSid('CA')}`))[0], 404);
    assert.equal((await api.send('GET', `/2012-04-24/Accounts/${newSid('AC')}/Live.json`))[0], 404);
    assert.equal((await api.send('POST', `${path}.json`, {}))[0], 405);
  });
});
