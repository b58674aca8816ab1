import assert from 'node:assert/strict';
import type { CallbackRecord } from '../../src/records/call-history.ts';
import { newSid } from '../../src/call/sids.ts';
import { CommandError, operateCallbacks, USAGE } from '../../src/main/callbacks/callback-operations.ts';
import { putCallback } from '../support/api-records.ts';
import { type FakeApi, startFakeApi } from '../support/fake-api.ts';

describe('npm run callbacks', () => {
  let api: FakeApi;
  beforeEach(async () => {
    api = await startFakeApi();
  });
  afterEach(() => api.close());

  const put = (more: Partial<CallbackRecord> = {}) =>
    putCallback(api, {
      parameters: [],
      state: 'failed',
      attempts: [{ at: 1, durationMs: 2, status: 500 }],
      ...more,
    }).sid;

  async function run(...args: readonly string[]): Promise<readonly string[]> {
    const lines: string[] = [];
    const { sid: accountSid, authToken } = api.main;
    await operateCallbacks(args, { url: api.url, accountSid, authToken }, (line) => lines.push(line));
    return lines;
  }
  const stateOf = (sid: string) =>
    api.repositories.timeline.callbacks.find((callback) => callback.sid === sid)?.state;

  it('lists them by state, over all pages, up to a limit', async () => {
    for (let count = 0; count < 120; count += 1) put();
    const delivered = put({ state: 'delivered' });
    assert.equal((await run('list', '--state', 'failed', '--limit', '1000')).length, 120);
    assert.equal((await run('list')).length, 50);
    const [line] = await run('list', '--state', 'delivered');
    assert.match(
      String(line),
      new RegExp(`2026 12:00:00 \\+0000  ${delivered}  CA\\w+  delivered  1 tried  500  http`),
    );
  });

  it('shows one with its attempts', async () => {
    const sid = put();
    const [text] = await run('show', sid);
    assert.equal((JSON.parse(String(text)) as { sid: string }).sid, sid);
  });

  it('replays those that are named, or all of a state', async () => {
    const [one, two, three] = [put(), put(), put({ state: 'delivered' })];
    assert.equal((await run('replay', one)).at(-1), '1 put back to pending');
    assert.deepEqual([one, two, three].map(stateOf), ['pending', 'failed', 'delivered']);
    await run('replay', '--state', 'failed');
    assert.deepEqual([one, two, three].map(stateOf), ['pending', 'pending', 'delivered']);
  });

  it('looks at a sub-account’s', async () => {
    const sid = put({ accountSid: api.sub.sid });
    assert.equal((await run('list')).length, 0);
    assert.match(String((await run('list', '--account', api.sub.sid))[0]), new RegExp(sid));
  });

  it('says how it is used, and what Legwork has against it', async () => {
    for (const args of [[], ['forget'], ['show'], ['replay'], ['list', '--all'], ['list', 'x']]) {
      await assert.rejects(run(...args), new CommandError(USAGE));
    }
    await assert.rejects(run('list', '--state', 'late'), /^CommandError: State must be one of pending/);
    await assert.rejects(run('show', newSid('CB')), /^CommandError: Callback CB\w+ was not found$/);
    const nowhere = { url: 'http://127.0.0.1:9', accountSid: 'AC', authToken: '' };
    await assert.rejects(
      operateCallbacks(['list'], nowhere, assert.fail),
      /^CommandError: Legwork does not answer at/,
    );
  });
});
