import assert from 'node:assert/strict';
import { healthRoute } from '../../src/api/health.ts';
import { type FakeApi, startFakeApi } from '../support/fake-api.ts';
import { waitUntil } from '../support/wait-until.ts';

const WELL = {
  status: 'up',
  pid: 4711,
  version: '1.2.3',
  asterisk: 'up',
  sip: 'up',
  database: 'up',
  callbacks: { pending: 2, oldest_s: 7 },
};

describe('GET /health', () => {
  let api: FakeApi;
  beforeEach(async () => {
    api = await startFakeApi();
  });
  afterEach(() => api.close());

  const ask = () => api.request('GET', '/health', { as: '' });

  it('says 200 when everything is up, without authentication', async () => {
    const reply = await ask();
    assert.deepEqual([reply.status, reply.json], [200, WELL]);
  });

  for (const part of ['asterisk', 'sip', 'database'] as const) {
    it(`says 503 when ${part} is down`, async () => {
      api.probes[part] = async () => false;
      const reply = await ask();
      assert.deepEqual([reply.status, reply.json], [503, { ...WELL, status: 'down', [part]: 'down' }]);
    });
  }

  it('says why the database is down, when that is known', async () => {
    api.probes.database = async () => false;
    api.probes.databaseTrouble = () => 'SQLITE_FULL';
    const reply = await ask();
    const down = { ...WELL, status: 'down', database: 'down', reason: 'SQLITE_FULL' };
    assert.deepEqual([reply.status, reply.json], [503, down]);
  });

  it('says why there are no streams, which is no reason to be down', async () => {
    api.probes.streamsTrouble = () => 'No module';
    const reply = await ask();
    assert.deepEqual([reply.status, reply.json], [200, { ...WELL, streams: 'No module' }]);
  });

  it('says why phones cannot transfer calls, unless Asterisk does not say which it is', async () => {
    api.probes.transfersTrouble = async () => 'off, Asterisk 22.10.1';
    const reply = await ask();
    assert.deepEqual([reply.status, reply.json], [200, { ...WELL, transfers: 'off, Asterisk 22.10.1' }]);
    api.probes.transfersTrouble = () => Promise.reject(new Error('no answer'));
    assert.deepEqual((await ask()).json, WELL);
  });

  it('takes a probe that fails for down', async () => {
    api.probes.database = async () => {
      throw new Error('locked');
    };
    api.probes.callbacks = api.probes.database as never;
    const reply = await ask();
    assert.deepEqual(
      [reply.status, reply.json],
      [503, { ...WELL, status: 'down', database: 'down', callbacks: null }],
    );
  });

  it('takes a probe that does not answer within two seconds for down', async () => {
    api.probes.sip = () => new Promise(() => undefined);
    const reply = ask();
    await waitUntil('the probe is waited for', () => api.clock.timers > 0);
    await api.clock.advance(2000);
    const { status, json } = await reply;
    assert.deepEqual([status, json], [503, { ...WELL, status: 'down', sip: 'down' }]);
  });

  it('says that no callback waits', async () => {
    api.probes.callbacks = async () => ({ pending: 0 });
    assert.deepEqual((await ask()).json, { ...WELL, callbacks: { pending: 0, oldest_s: null } });
  });

  it('looks once for all who ask at one time, and again for the next', async () => {
    let looks = 0;
    api.probes.sip = async () => {
      looks += 1;
      return true;
    };
    const route = healthRoute({ probes: api.probes, clock: api.clock, pid: 1, version: '1' });
    const visit = async () => route({ path: '/health', method: 'GET' } as never, async () => undefined);
    await Promise.all([visit(), visit(), visit()]);
    assert.equal(looks, 1);
    await visit();
    assert.equal(looks, 2);
  });

  it('says how many entries of the journal were put aside, when there are some', async () => {
    api.probes.rejectedEntries = async () => 3;
    assert.deepEqual((await ask()).json, { ...WELL, journal_rejected: 3 });
  });
});
