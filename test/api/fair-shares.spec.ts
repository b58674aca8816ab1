import assert from 'node:assert/strict';
import { type FakeApi, startFakeApi } from '../support/fake-api.ts';
import { waitUntil } from '../support/wait-until.ts';

const ROWS = 200;

describe('What one account asks for', () => {
  let api: FakeApi;
  beforeEach(async () => {
    api = await startFakeApi({
      rateLimits: { perAddress: { perSecond: 100, burst: 100 }, perAccount: { perSecond: 1, burst: 3 } },
    });
  });
  afterEach(() => api.close());

  const listAs = (as: FakeApi['main'], query = '') =>
    api.request('GET', `/2012-04-24/Accounts/${as.sid}/Calls.json${query}`, { as });

  it('counts as several requests when the reply is long; other accounts do not wait for that', async () => {
    const sides = { direction: 'inbound', from: 'a'.repeat(200), to: 'b', status: 'completed' } as const;
    const dates = { dateCreated: api.clock.now(), dateUpdated: api.clock.now() };
    for (let row = 0; row < ROWS; row += 1) {
      const sid = `CA${String(row).padStart(32, '0')}`;
      api.repositories.calls.put({ sid, accountSid: api.main.sid, ...sides, ...dates });
    }
    const long = await listAs(api.main, `?PageSize=${ROWS}`);
    assert.equal(long.status, 200);
    const refused = await listAs(api.main, '?PageSize=1');
    const extra = Math.floor(JSON.stringify(long.json).length / 32_768);
    assert.deepEqual([refused.status, refused.headers.get('retry-after')], [429, String(extra - 1)]);
    assert.equal((await listAs(api.sub)).status, 200);
  });

  it('is listed one after the other; the lists of other accounts come meanwhile', async () => {
    const { calls } = api.repositories;
    const list = calls.list.bind(calls);
    const asked: string[] = [];
    const held: (() => void)[] = [];
    calls.list = async (accountSid, ...more) => {
      asked.push(accountSid);
      if (accountSid === api.main.sid) await new Promise<void>((resolve) => held.push(resolve));
      return list(accountSid, ...more);
    };
    const waiting = [listAs(api.main), listAs(api.main)];
    await waitUntil('the first list is read', () => held.length === 1);
    assert.equal((await listAs(api.sub)).status, 200);
    assert.deepEqual(asked, [api.main.sid, api.sub.sid]);
    held.shift()?.();
    await waitUntil('the second list is read', () => held.length === 1);
    held.shift()?.();
    assert.deepEqual(
      (await Promise.all(waiting)).map(({ status }) => status),
      [200, 200],
    );
  });
});
