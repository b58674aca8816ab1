import assert from 'node:assert/strict';
import { ReplayJobs } from '../../src/api/jobs/replay-jobs.ts';
import { newSid } from '../../src/call/sids.ts';
import { StoreUnavailableError } from '../../src/records/repositories.ts';
import { NOON, putCallback } from '../support/api-records.ts';
import { type FakeApi, FakeLog, type Reply, startFakeApi } from '../support/fake-api.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { MemoryJobs } from '../support/memory-jobs.ts';
import { waitUntil } from '../support/wait-until.ts';

const HOUR_MS = 3_600_000;

describe('Sending many callbacks again', () => {
  let api: FakeApi;
  beforeEach(async () => {
    api = await startFakeApi();
  });
  afterEach(() => api.close());

  const replay = (form: Readonly<Record<string, string>>) =>
    api.request('POST', 'Callbacks.json', { form: { Replay: 'true', ...form } });

  async function done(started: Reply): Promise<Readonly<Record<string, unknown>>> {
    const uri = String(started.json?.['uri']);
    let json: Readonly<Record<string, unknown>> = {};
    await waitUntil('the job is over', async () => {
      json = (await api.request('GET', uri)).json ?? {};
      return json['state'] !== 'running';
    });
    return json;
  }

  it('is a job, which finds what a list finds and is read until it is over', async () => {
    const failed = Array.from({ length: 30 }, () => putCallback(api, { state: 'failed' }));
    const delivered = putCallback(api, { state: 'delivered' });
    const reply = await replay({ State: 'failed' });
    assert.deepEqual([reply.status, reply.json?.['matched']], [201, 30]);
    const job = await done(reply);
    assert.deepEqual([job['state'], job['replayed'], job['account_sid']], ['completed', 30, api.main.sid]);
    const states = await Promise.all(
      [...failed, delivered].map(
        async ({ sid }) => (await api.repositories.callbacks.find(api.main.sid, sid))?.state,
      ),
    );
    assert.deepEqual(states, [...failed.map(() => 'pending'), 'delivered']);
  });

  it('begins at a time', async () => {
    putCallback(api, { state: 'failed', createdAt: NOON - HOUR_MS });
    const late = putCallback(api, { state: 'failed', createdAt: NOON });
    const job = await done(await replay({ Since: '2026-01-15T12:00:00Z' }));
    assert.deepEqual([job['matched'], job['replayed']], [1, 1]);
    assert.equal((await api.repositories.callbacks.find(api.main.sid, late.sid))?.state, 'pending');
  });

  it('is never of everything, nor of what is not meant', async () => {
    const message = async (form: Readonly<Record<string, string>>) => (await replay(form)).json?.['message'];
    assert.equal(await message({}), 'One of CallSid, State, Url and Since is required');
    assert.equal(await message({ State: 'failed', Replay: 'yes' }), 'Replay must be true');
    assert.match(String(await message({ Since: 'yesterday' })), /^Since must be a date such as/);
  });

  it('is not there for others, and ends only once', async () => {
    putCallback(api, { state: 'failed' });
    const reply = await replay({ State: 'failed' });
    await done(reply);
    const uri = String(reply.json?.['uri']);
    assert.equal(
      (await api.request('GET', uri.replace(api.main.sid, api.sub.sid), { as: api.sub })).status,
      404,
    );
    assert.equal((await api.request('GET', uri.replace(/JO\w+/, newSid('JO')))).status, 404);
    const ended = await api.request('DELETE', uri);
    assert.deepEqual([ended.status, ended.json?.['code']], [400, 21220]);
  });
});

describe('A job that sends callbacks again', () => {
  const sids = Array.from({ length: 150 }, () => newSid('CB'));
  let clock: FakeClock;
  let log: FakeLog;
  let rows: MemoryJobs;
  /** Callbacks whose replay a test lets happen, oldest first. */
  let waiting: { readonly sid: string; readonly go: () => void }[];
  let failures: { count: number; readonly error: Error };
  let jobs: ReplayJobs;
  beforeEach(() => {
    clock = new FakeClock();
    log = new FakeLog();
    rows = new MemoryJobs();
    waiting = [];
    failures = { count: 0, error: new StoreUnavailableError('away') };
    jobs = newProcess();
  });
  afterEach(() => jobs.stop());

  const newProcess = (isAlone = true) =>
    new ReplayJobs({
      callbacks: {
        matching: async () => sids,
        async replay(_accountSid, sid) {
          if (failures.count > 0) {
            failures.count -= 1;
            throw failures.error;
          }
          await new Promise<void>((go) => waiting.push({ sid, go }));
          return true;
        },
      },
      jobs: rows,
      isAlone,
      clock,
      log,
    });

  async function letGo(count: number): Promise<readonly string[]> {
    const some = waiting.splice(0, count);
    for (const { go } of some) go();
    await clock.advance(0);
    return some.map(({ sid }) => sid);
  }

  async function letAllGo(): Promise<readonly string[]> {
    const done: string[] = [];
    while (waiting.length > 0) done.push(...(await letGo(20)));
    return done;
  }

  async function begun(): Promise<string> {
    const { sid, matched } = await jobs.begin('AC1', {});
    await clock.advance(0);
    assert.equal(matched, 150);
    return sid;
  }

  const stateOf = async (sid: string) => {
    const job = await jobs.find('AC1', sid);
    return [job?.state, job?.replayed];
  };

  it('does some at a time, and says after each portion how far it is', async () => {
    const sid = await begun();
    assert.equal(waiting.length, 20);
    await letGo(5);
    assert.equal(waiting.length, 20);
    for (let n = 0; n < 5; n += 1) await letGo(19);
    assert.deepEqual(await stateOf(sid), ['running', 100]);
    await letAllGo();
    assert.deepEqual(await stateOf(sid), ['completed', 150]);
  });

  it('does no more once it is ended', async () => {
    const sid = await begun();
    await letGo(5);
    assert.equal(await jobs.cancel(sid), true);
    assert.equal(await jobs.cancel(sid), false);
    await letAllGo();
    // Those that were under way were sent again all the same.
    assert.deepEqual(await stateOf(sid), ['canceled', 25]);
  });

  it('waits for the database however long that takes', async () => {
    failures.count = 20 * 3_600;
    const sid = await begun();
    await clock.advance(3_599_000);
    assert.deepEqual([waiting.length, await stateOf(sid)], [0, ['running', 0]]);
    await clock.advance(2_000);
    await letAllGo();
    assert.deepEqual(await stateOf(sid), ['completed', 150]);
  });

  it('fails when something else is wrong for a while', async () => {
    failures = { count: Number.POSITIVE_INFINITY, error: new Error('What is this?') };
    const sid = await begun();
    await clock.advance(31_000);
    assert.deepEqual(await stateOf(sid), ['failed', 0]);
    assert.match(log.lines.join('\n'), /A job that sends callbacks again has failed/);
  });

  it('goes on after a restart with the portion that was under way', async () => {
    const sid = await begun();
    for (let n = 0; n < 6; n += 1) await letGo(19);
    assert.deepEqual(await stateOf(sid), ['running', 100]);
    jobs.stop();
    await letAllGo();
    jobs = newProcess();
    jobs.start();
    await clock.advance(0);
    assert.deepEqual(await letAllGo(), sids.slice(100));
    assert.deepEqual(await stateOf(sid), ['completed', 150]);
    assert.match(log.lines.join('\n'), /A job that sends callbacks again goes on .*"replayed":100/);
  });

  it('begins after a restart as soon as the database can be read', async () => {
    const sid = await begun();
    jobs.stop();
    waiting = [];
    jobs = newProcess();
    const take = rows.take.bind(rows);
    rows.take = () => Promise.reject(new StoreUnavailableError('away'));
    jobs.start();
    await clock.advance(5_000);
    assert.equal(waiting.length, 0);
    rows.take = take;
    await clock.advance(1_000);
    await letAllGo();
    assert.deepEqual(await stateOf(sid), ['completed', 150]);
  });

  it('is taken over by another node when its own has died, and not before', async () => {
    jobs = newProcess(false);
    jobs.start();
    const sid = await begun();
    const other = newProcess(false);
    other.start();
    await clock.advance(600_000);
    assert.equal(waiting.length, 20);
    jobs.stop();
    waiting = [];
    await clock.advance(75_000);
    assert.equal((await letAllGo()).length, 150);
    other.stop();
    assert.deepEqual(await stateOf(sid), ['completed', 150]);
  });

  it('is one of three of its account at most', async () => {
    for (let n = 0; n < 3; n += 1) await jobs.begin('AC1', {});
    await assert.rejects(jobs.begin('AC1', {}), { status: 429 });
    await jobs.begin('AC2', {});
  });
});
