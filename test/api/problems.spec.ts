import assert from 'node:assert/strict';
import { newSid } from '../../src/call/sids.ts';
import { putNotification } from '../support/api-records.ts';
import { type FakeApi, type Reply, startFakeApi } from '../support/fake-api.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

describe('Problems', () => {
  let api: FakeApi;
  beforeEach(async () => {
    api = await startFakeApi();
  });
  afterEach(() => api.close());

  const at = (agoMs: number) => api.clock.now() - agoMs;
  const list = (query = '') => api.request('GET', `Problems.json${query}`);
  const problemsIn = ({ json }: Reply) => (json?.['problems'] ?? []) as Readonly<Record<string, unknown>>[];

  it('are notifications of one kind at one place, whatever identifiers are in it', async () => {
    const [first, last] = [newSid('CA'), newSid('CA')];
    putNotification(api, {
      callSid: first,
      at: at(3 * HOUR_MS),
      requestUrl: 'http://app.example/calls/123?x=1',
      message: 'old',
    });
    putNotification(api, {
      callSid: last,
      at: at(MINUTE_MS),
      requestUrl: 'http://app.example/calls/456',
      message: 'new',
    });
    putNotification(api, { callSid: last, at: at(2 * MINUTE_MS), requestUrl: 'http://app.example/other' });
    putNotification(api, { callSid: last, at: at(3 * MINUTE_MS), errorCode: 12100, level: 'warning' });
    putNotification(api, { accountSid: api.stranger.sid, at: at(MINUTE_MS) });
    const problems = problemsIn(await list());
    assert.deepEqual(
      problems.map(({ place, count, log, error_code: code }) => [place, count, log, code]),
      [
        ['app.example/calls/*', 2, 0, 11200],
        ['app.example/other', 1, 0, 11200],
        [null, 1, 1, 12100],
      ],
    );
    const [one] = problems;
    const perHour = Array.from({ length: 24 }, (_, hour) => (hour === 20 || hour === 23 ? 1 : 0));
    assert.deepEqual(one, {
      sid: one?.['sid'],
      account_sid: api.main.sid,
      error_code: 11200,
      log: 0,
      more_info: 'https://www.twilio.com/docs/errors/11200',
      place: 'app.example/calls/*',
      message_text: 'new',
      count: 2,
      date_first: 'Sat, 31 Jan 2026 09:00:00 +0000',
      date_last: 'Sat, 31 Jan 2026 11:59:00 +0000',
      per_hour: perHour,
      call_sids: [last, first],
      state: 'new',
      uri: `/2012-04-24/Accounts/${api.main.sid}/Problems/${String(one?.['sid'])}.json`,
    });
    assert.deepEqual((await api.request('GET', String(one?.['uri']))).json, one);
  });

  it('are those of the last seven days', async () => {
    putNotification(api, { at: at(7 * 24 * HOUR_MS + 1) });
    assert.deepEqual(problemsIn(await list()), []);
    putNotification(api, { at: at(7 * 24 * HOUR_MS) });
    assert.equal(problemsIn(await list()).length, 1);
  });

  it('stay seen or closed until they happen again', async () => {
    putNotification(api, { at: at(MINUTE_MS) });
    const [problem] = problemsIn(await list());
    const uri = String(problem?.['uri']);
    const seen = await api.request('POST', uri, { form: { State: 'seen' } });
    assert.deepEqual([seen.status, seen.json], [200, { ...problem, state: 'seen' }]);
    assert.equal((await api.request('POST', uri, { form: { State: 'closed' } })).json?.['state'], 'closed');
    assert.deepEqual(problemsIn(await list('?State=new')), []);
    assert.equal(problemsIn(await list('?State=closed')).length, 1);
    putNotification(api, { at: at(0) });
    const [again] = problemsIn(await list('?State=new'));
    assert.deepEqual([again?.['sid'], again?.['count'], again?.['state']], [problem?.['sid'], 2, 'new']);
  });

  it('are filtered by code, and refuse what is not known', async () => {
    putNotification(api, { at: at(0) });
    assert.equal(problemsIn(await list('?ErrorCode=11200')).length, 1);
    assert.deepEqual(problemsIn(await list('?ErrorCode=12100')), []);
    assert.equal((await list('?State=old')).status, 400);
    const uri = String(problemsIn(await list())[0]?.['uri']);
    assert.equal((await api.request('POST', uri, { form: {} })).status, 400);
    const made = uri.replace(/PR[0-9a-f]{32}/, `PR${'0'.repeat(32)}`);
    assert.equal((await api.request('POST', made, { form: { State: 'seen' } })).status, 404);
  });
});
