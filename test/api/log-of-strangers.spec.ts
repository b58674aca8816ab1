import assert from 'node:assert/strict';
import { StoreUnavailableError } from '../../src/records/repositories.ts';
import { type FakeApi, startFakeApi } from '../support/fake-api.ts';

/** Enough to show the bound, few enough for the address' rate limit. */
const FLOOD = 400;
/** The ten lines of a kind, each with at most 200 bytes of path. */
const MOST_BYTES = 8_000;

describe('The log of requests that no account answers for', () => {
  let api: FakeApi;

  beforeEach(async () => {
    api = await startFakeApi();
  });

  afterEach(() => api.close());

  const flood = async (path: string, token: string, times = FLOOD) => {
    for (let n = 0; n < times; n += 1) {
      const headers = { Authorization: `Basic ${Buffer.from(token).toString('base64')}` };
      await api.request('GET', path, { headers });
    }
  };

  const shown = () => api.log.lines.filter((line) => !line.startsWith('debug '));

  for (const [what, path] of [
    ['wrong tokens', 'Calls.json'],
    ['long paths', `/${'x'.repeat(8_000)}`],
  ] as const) {
    it(`does not grow with ${what}: ten lines a minute, and one that says how many more there were`, async () => {
      await flood(path, 'nobody:wrong');
      assert.equal(shown().filter((line) => line.includes('HTTP request')).length <= 20, true);
      assert.equal(shown().join('\n').length < 2 * MOST_BYTES, true, `${shown().join('\n').length} bytes`);
      await api.clock.advance(60_000);
      await api.request('GET', '/health');
      const summaries = shown().filter((line) => line.includes('left out'));
      const leftOut = summaries.map((line) => Number(/"leftOut":(\d+)/.exec(line)?.[1]));
      const written = shown().filter((line) => line.includes('HTTP request')).length;
      assert.equal(
        leftOut.reduce((sum, n) => sum + n, written),
        FLOOD,
      );
    });
  }

  it('does not grow while the database is away', async () => {
    api.repositories.accounts.find = async () => {
      throw new StoreUnavailableError(new Error('locked'));
    };
    await flood('Calls.json', `${api.main.sid}:any`);
    assert.equal(shown().filter((line) => line.includes('database is not available')).length, 10);
    assert.equal(shown().filter((line) => line.includes('HTTP request')).length, 10);
  });

  it('leaves nothing out of what an account asks for', async () => {
    for (let n = 0; n < 50; n += 1) await api.request('GET', 'Calls.json');
    assert.equal(shown().filter((line) => line.includes('"status":200')).length, 50);
  });

  it('does not grow with what an account asks too often', async () => {
    const limits = { perSecond: 1, burst: 5 };
    const strict = await startFakeApi({ rateLimits: { perAddress: limits, perAccount: limits } });
    for (let n = 0; n < 100; n += 1) await strict.request('GET', 'Calls.json');
    const refused = strict.log.lines.filter((line) => line.includes('"status":429'));
    assert.equal(refused.filter((line) => !line.startsWith('debug ')).length, 10);
    await strict.close();
  });
});
