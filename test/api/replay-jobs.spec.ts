import assert from 'node:assert/strict';
import { ReplayJobs } from '../../src/api/jobs/replay-jobs.ts';
import { newSid } from '../../src/call/sids.ts';
import { NOON, putCallback } from '../support/api-records.ts';
import { type FakeApi, FakeLog, type Reply, startFakeApi } from '../support/fake-api.ts';
import { FakeClock } from '../support/fake-clock.ts';
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
  const clock = new FakeClock();
  const log = new FakeLog();
  /** Callbacks whose replay a test lets happen. */
  let waiting: (() => void)[];
  let failures: number;
  let jobs: ReplayJobs;
  beforeEach(() => {
    waiting = [];
    failures = 0;
    const sids = Array.from({ length: 50 }, () => newSid('CB'));
    jobs = new ReplayJobs({
      callbacks: {
        matching: async () => sids,
        async replay() {
          if (failures > 0) {
            failures -= 1;
            throw new Error('The database is away');
          }
          await new Promise<void>((resolve) => waiting.push(resolve));
          return true;
        },
      },
      clock,
      log,
    });
  });

  async function letGo(count: number): Promise<void> {
    for (const go of waiting.splice(0, count)) go();
    await clock.advance(0);
  }

  it('does some at a time, and no more once it is ended', async () => {
    const { sid, matched } = await jobs.begin('AC1', {});
    await clock.advance(0);
    assert.deepEqual([matched, waiting.length], [50, 20]);
    await letGo(5);
    assert.deepEqual([jobs.find('AC1', sid)?.replayed, waiting.length], [5, 20]);
    assert.equal(jobs.cancel('AC2', sid), false);
    assert.equal(jobs.cancel('AC1', sid), true);
    await letGo(20);
    assert.equal(waiting.length, 0);
    const job = jobs.find('AC1', sid);
    // Those that were under way were sent again all the same.
    assert.deepEqual([job?.state, job?.replayed], ['canceled', 25]);
  });

  it('waits for the database', async () => {
    failures = 20;
    const { sid } = await jobs.begin('AC1', {});
    await clock.advance(1_000);
    assert.equal(waiting.length, 20);
    while (waiting.length > 0) await letGo(20);
    assert.deepEqual([jobs.find('AC1', sid)?.state, jobs.find('AC1', sid)?.replayed], ['completed', 50]);
  });

  it('fails when the database stays away', async () => {
    failures = Number.POSITIVE_INFINITY;
    const { sid } = await jobs.begin('AC1', {});
    await clock.advance(31_000);
    assert.equal(jobs.find('AC1', sid)?.state, 'failed');
    assert.match(log.lines.join('\n'), /A job that sends callbacks again has failed/);
  });

  it('is one of three of its account at most', async () => {
    for (let n = 0; n < 3; n += 1) await jobs.begin('AC1', {});
    await assert.rejects(jobs.begin('AC1', {}), { status: 429 });
    await jobs.begin('AC2', {});
  });
});
