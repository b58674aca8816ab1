import assert from 'node:assert/strict';
import type { LogLine } from '../../src/records/log-lines.ts';
import { type FakeApi, startFakeApi } from '../support/fake-api.ts';

const LINE: LogLine = {
  n: 7,
  at: Date.UTC(2026, 0, 31, 12, 0, 0, 250),
  level: 'error',
  message: 'The disk is full',
  fields: { code: 'ENOSPC' },
};

describe('P/Log', () => {
  let api: FakeApi;
  const asked: (readonly [string, number])[] = [];
  beforeEach(async () => {
    asked.length = 0;
    api = await startFakeApi({
      logLines: {
        last(level, most) {
          asked.push([level, most]);
          return [LINE];
        },
      },
    });
  });
  afterEach(() => api.close());

  it('shows the last lines from warnings on, or of the level that is asked for', async () => {
    const reply = await api.request('GET', 'Log.json');
    assert.deepEqual(reply.json, {
      level: 'warn',
      lines: [
        {
          n: 7,
          date: 'Sat, 31 Jan 2026 12:00:00 +0000',
          time_ms: LINE.at,
          level: 'error',
          message: 'The disk is full',
          fields: { code: 'ENOSPC' },
        },
      ],
      uri: `/2012-04-24/Accounts/${api.main.sid}/Log.json`,
    });
    await api.request('GET', 'Log.json?Level=info&PageSize=1000');
    assert.deepEqual(asked, [
      ['warn', 50],
      ['info', 1000],
    ]);
  });

  it('refuses a level that there is not', async () => {
    const reply = await api.request('GET', 'Log.json?Level=loud');
    assert.equal(reply.status, 400);
    assert.equal(reply.json?.['message'], 'Level must be one of trace, debug, info, warn, error, fatal');
    assert.deepEqual(asked, []);
  });

  it('is for the first account alone, and not there where none is kept', async () => {
    const path = `/2012-04-24/Accounts/${api.sub.sid}/Log.json`;
    for (const as of [api.main, api.sub]) assert.equal((await api.request('GET', path, { as })).status, 404);
    const bare = await startFakeApi();
    try {
      assert.equal((await bare.request('GET', 'Log.json')).status, 404);
    } finally {
      await bare.close();
    }
  });
});
