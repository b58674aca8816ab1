import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NotificationRecord } from '../../src/call/journal-store.ts';
import { LegJournal } from '../../src/call/leg/journal.ts';
import type { LiveLeg } from '../../src/call/leg/live-leg.ts';
import type { Leg } from '../../src/call/leg/leg.ts';
import { newSid } from '../../src/call/sids.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { leg } from '../store/records.ts';
import { type ApiOnStore, type Json, startApiOn } from '../support/api-on-store.ts';
import { FakeLog } from '../support/fake-api.ts';
import { FakeClock } from '../support/fake-clock.ts';

describe('What the console asks of calls', () => {
  const clock = new FakeClock();
  let folder: string;
  let store: Store;
  let api: ApiOnStore;
  let journal: LegJournal;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'legwork-api-'));
    const logger = new FakeLog();
    store = await openStore({ kind: 'sqlite', path: join(folder, 'legwork.db') }, { clock, logger });
    api = await startApiOn(store, clock);
    journal = new LegJournal({
      store: store.journal,
      clock,
      onLost: (_sid, error) => assert.fail(String(error)),
    });
  });
  after(async () => {
    await api.close();
    await store.close();
    await rm(folder, { recursive: true });
  });

  function begin(more: Partial<Leg> = {}): Promise<LiveLeg> {
    const of = leg({ accountSid: api.account.sid, createdAt: clock.now(), ...more });
    return journal.begin(of, of.direction === 'inbound' ? { type: 'arrive' } : { type: 'place' });
  }

  const read = async (sid: string): Promise<Json> => (await api.send('GET', `Calls/${sid}.json`))[1];

  async function found(query: string): Promise<readonly unknown[]> {
    const [status, list] = await api.send('GET', `Calls.json?${query}`);
    assert.equal(status, 200, JSON.stringify(list));
    return (list['calls'] as Json[]).map(({ sid }) => sid);
  }

  function problem(live: LiveLeg): Promise<void> {
    const notification: NotificationRecord = {
      sid: newSid('NO'),
      accountSid: api.account.sid,
      callSid: live.sid,
      at: clock.now(),
      level: 'error',
      errorCode: 11200,
      message: 'no document',
    };
    return journal.note(live, { notifications: [notification] });
  }

  it('tells who ended a call, and why', async () => {
    const [caller, callee] = [await begin(), await begin({ direction: 'outbound-api' })];
    const known = ({ ended_by: by, end_cause: cause }: Json) => [by, cause];
    assert.deepEqual(known(await read(caller.sid)), [null, null]);
    await journal.apply(caller, { type: 'answer' });
    caller.endsBy('document');
    caller.endsBy('api');
    await journal.apply(caller, { type: 'end', q850: 16, why: 'Normal Clearing' });
    await journal.apply(callee, { type: 'end', sipStatus: 486 });
    assert.deepEqual(known(await read(caller.sid)), ['document', 'Normal Clearing']);
    assert.deepEqual(known(await read(callee.sid)), ['callee', '486 Busy Here']);
    // What is written of it afterwards does not take that away.
    await journal.redirectCallbacks(caller, {
      kind: 'leg',
      url: 'http://app.example/',
      method: 'POST',
      events: [],
    });
    assert.deepEqual(known(await read(caller.sid)), ['document', 'Normal Clearing']);
  });

  it('counts the legs of the call and the notifications of the leg', async () => {
    const parent = await begin();
    const child = await begin({ direction: 'outbound-dial', parentCallSid: parent.sid });
    await problem(child);
    await problem(child);
    const counts = ({ problem_count: problems, leg_count: legs }: Json) => [problems, legs];
    assert.deepEqual(counts(await read(parent.sid)), [0, 2]);
    assert.deepEqual(counts(await read(child.sid)), [2, 2]);
    assert.deepEqual(counts(await read((await begin()).sid)), [0, 1]);
    const [, list] = await api.send('GET', `Calls.json?ParentCallSid=${parent.sid}`);
    assert.deepEqual((list['calls'] as Json[]).map(counts), [[2, 2]]);
  });

  it('lists calls by number, by trunk, and by whether there was a problem', async () => {
    const [phoneNumberSid, trunkSid] = [newSid('PN'), newSid('TK')];
    const [one, other] = [await begin({ phoneNumberSid }), await begin({ phoneNumberSid, trunkSid })];
    await problem(one);
    const both = `PhoneNumberSid=${phoneNumberSid}`;
    assert.deepEqual(new Set(await found(both)), new Set([one.sid, other.sid]));
    assert.deepEqual(await found(`TrunkSid=${trunkSid}`), [other.sid]);
    assert.equal((await found(`${both}&Direction=inbound`)).length, 2);
    assert.deepEqual(await found(`${both}&Direction=outbound-dial`), []);
    assert.deepEqual(await found(`${both}&HasProblem=true`), [one.sid]);
    assert.deepEqual(await found(`${both}&HasProblem=false`), [other.sid]);
    assert.deepEqual(await found(`${both}&Status=ringing&HasProblem=true`), [one.sid]);
    assert.equal((await api.send('GET', 'Calls.json?HasProblem=perhaps'))[0], 400);
  });

  it('finds calls by a part of a number or name, and by the SID of any leg', async () => {
    const parent = await begin({ from: '+15557654321', callerName: 'Zoë O’Hara_50%' });
    const child = await begin({
      direction: 'outbound-dial',
      parentCallSid: parent.sid,
      from: 'x',
      to: 'Xaver',
    });
    assert.deepEqual(await found('Q=7654'), [parent.sid]);
    assert.deepEqual(await found('Q=xAVE'), [child.sid]);
    assert.deepEqual(await found(`Q=${encodeURIComponent('hara_50%')}`), [parent.sid]);
    assert.deepEqual(
      await found(`Q=${encodeURIComponent('hara%50')}`),
      [],
      'nothing stands for something else',
    );
    for (const { sid } of [parent, child]) {
      assert.deepEqual(new Set(await found(`Q=${sid}`)), new Set([parent.sid, child.sid]));
    }
    assert.deepEqual(await found(`Q=${newSid('CA')}`), []);
  });

  it('notes something of a call, running or over, and forgets it again', async () => {
    const call = await begin();
    await journal.apply(call, { type: 'end' });
    const note = (text: string) => api.send('POST', `Calls/${call.sid}.json`, { Note: text });
    const [status, noted] = await note('Customer called back.\nAll is well.');
    assert.deepEqual([status, noted['note']], [200, 'Customer called back.\nAll is well.']);
    assert.equal((await read(call.sid))['note'], 'Customer called back.\nAll is well.');
    assert.equal((await note(''))[1]['note'], null);
    assert.equal((await note('x'.repeat(1000)))[0], 200);
    const [refused, error] = await note('x'.repeat(1001));
    assert.deepEqual([refused, error['message']], [400, 'Note must be a text of at most 1000 characters']);
  });
});
