import assert from 'node:assert/strict';
import type { ConsoleSession } from '../../src/records/console-session.ts';
import { putSession } from '../support/api-records.ts';
import { type FakeApi, startFakeApi } from '../support/fake-api.ts';

const HOUR_MS = 3_600_000;

describe('Sessions of the console, over REST,', () => {
  let api: FakeApi;
  beforeEach(async () => {
    api = await startFakeApi();
  });
  afterEach(() => api.close());

  const put = (more: Partial<ConsoleSession> = {}) => putSession(api, more);

  async function listed() {
    const { json } = await api.request('GET', 'Sessions.json');
    return json?.['sessions'] as readonly Readonly<Record<string, unknown>>[];
  }

  it('are listed while they last, without what one could sign in with', async () => {
    const now = api.clock.now();
    const older = await put({ access: 'read', usedAt: now - 1_000 });
    const sid = await put();
    await put({ usedAt: now - HOUR_MS });
    await put({ createdAt: now - 12 * HOUR_MS });
    await put({ accountSid: api.stranger.sid });
    const [first, second, ...more] = await listed();
    assert.deepEqual(first, {
      sid,
      account_sid: api.main.sid,
      access: 'write',
      date_used: 'Sat, 31 Jan 2026 12:00:00 +0000',
      date_expires: 'Sat, 31 Jan 2026 23:00:00 +0000',
      api_version: '2012-04-24',
      date_created: 'Sat, 31 Jan 2026 11:00:00 +0000',
      date_updated: 'Sat, 31 Jan 2026 12:00:00 +0000',
      uri: `/2012-04-24/Accounts/${api.main.sid}/Sessions/${sid}.json`,
    });
    assert.deepEqual([second?.['sid'], second?.['access'], more], [older, 'read', []]);
  });

  it('end when somebody says so, each once, and those of others not', async () => {
    const [sid, kept] = [await put(), await put()];
    const others = await put({ accountSid: api.stranger.sid });
    const end = async (which: string) => (await api.request('DELETE', `Sessions/${which}.json`)).status;
    assert.deepEqual([await end(sid), await end(sid), await end(others)], [204, 404, 404]);
    assert.deepEqual(
      (await listed()).map((one) => one['sid']),
      [kept],
    );
  });

  it('are not open to API keys', async () => {
    const { json } = await api.request('POST', 'Keys.json', { form: {} });
    const credentials = `${String(json?.['sid'])}:${String(json?.['secret'])}`;
    const Authorization = `Basic ${Buffer.from(credentials).toString('base64')}`;
    const reply = await api.request('GET', 'Sessions.json', { as: '', headers: { Authorization } });
    assert.equal(reply.status, 403);
  });
});
