import assert from 'node:assert/strict';
import type { CallRecord } from '../../src/records/repositories.ts';
import { NOON, putCall } from '../support/api-records.ts';
import { type FakeApi, sidsIn, startFakeApi } from '../support/fake-api.ts';

describe('The list of calls', () => {
  let api: FakeApi;
  beforeEach(async () => {
    api = await startFakeApi();
  });
  afterEach(() => api.close());

  const put = (more: Partial<CallRecord> = {}) => putCall(api, more);

  async function sidsOf(query: string): Promise<readonly string[]> {
    return sidsIn(await api.request('GET', `Calls.json?${query}`), 'calls');
  }

  it('lists by status, by either side and by parent', async () => {
    const parent = put({ dateCreated: NOON + 2 });
    const busy = put({ status: 'busy', to: 'bob', parentCallSid: parent.sid, dateCreated: NOON + 1 });
    assert.deepEqual(await sidsOf(''), [parent.sid, busy.sid]);
    assert.deepEqual(await sidsOf('Status=busy'), [busy.sid]);
    assert.deepEqual(await sidsOf('Status=Completed'), [parent.sid]);
    assert.deepEqual(await sidsOf('To=bob'), [busy.sid]);
    assert.deepEqual(await sidsOf('From=alice&To=1000'), [parent.sid]);
    assert.deepEqual(await sidsOf('From=nobody'), []);
    assert.deepEqual(await sidsOf(`ParentCallSid=${parent.sid}`), [busy.sid]);
  });

  const PARTIES: readonly (readonly [query: string, party: string])[] = [
    ['client:nobody', 'nobody'],
    ['sip:carol@pbx.example:5070;transport=tcp', 'carol'],
    ["sip:o'neil@pbx.example", "o'neil"],
    ['+15551234567', '+15551234567'],
    ['%2B15551234567', '+15551234567'],
    ['+1+(555)+123-4567', '+15551234567'],
    ['tel:%2B1-555-123-4567', '+15551234567'],
    ['4711', '4711'],
  ];
  for (const [written, party] of PARTIES) {
    it(`finds by To=${written} and From=${written} what a call with it shows as ${party}`, async () => {
      put({ to: 'another', from: 'another' });
      const to = put({ to: party });
      const from = put({ from: party });
      assert.deepEqual(await sidsOf(`To=${written}`), [to.sid]);
      assert.deepEqual(await sidsOf(`From=${written}`), [from.sid]);
    });
  }

  const TIMES: readonly (readonly [query: string, found: readonly number[]])[] = [
    ['StartTime=2026-01-15', [15]],
    ['StartTime=2026-01-15T12:00:00Z', [15]],
    ['StartTime=2026-01-15T13:00:00%2B01:00', [15]],
    // What Twilio's libraries make of a date.
    ['StartTime=2026-01-15T00:00:00Z', [15]],
    ['StartTime=2026-01-15T00:00:00.000Z', [15]],
    ['StartTime=2026-01-15T00:00:00%2B00:00', [15]],
    ['StartTime=Thu, 15 Jan 2026 00:00:00 %2B0000', [15]],
    ['StartTime<=2026-01-15T00:00:00Z', [14]],
    ['StartTime>=2026-01-15T00:00:00Z', [16, 15]],
    ['StartTime>2026-01-15T00:00:00Z', [16, 15]],
    ['StartTime=2026-01-15T12:00:01Z', []],
    ['StartTime>=2026-01-15', [16, 15]],
    ['StartTime%3E=2026-01-15T12:00:00Z', [16, 15]],
    ['StartTime%3E%3D=2026-01-15', [16, 15]],
    ['StartTime>2026-01-15', [16]],
    ['StartTime<=2026-01-15', [15, 14]],
    ['StartTime%3C=2026-01-15T12:00:00Z', [15, 14]],
    ['StartTime<2026-01-15', [14]],
    ['StartTime>=2026-01-15&StartTime<2026-01-16', [15]],
    ['StartTime=', [16, 15, 14]],
  ];
  for (const [query, days] of TIMES) {
    it(`lists by ${query}`, async () => {
      const sids = new Map<number, string>();
      for (const day of [14, 15, 16]) {
        const startTime = Date.UTC(2026, 0, day, 12);
        sids.set(day, put({ startTime, dateCreated: startTime }).sid);
      }
      const found = await sidsOf(query);
      assert.deepEqual(
        found,
        days.map((day) => sids.get(day)),
      );
    });
  }

  const NOON_FORMS = [
    'StartTime=Thu, 15 Jan 2026 12:00:00 %2B0000',
    'StartTime=15 Jan 2026 12:00:00 GMT',
    'StartTime=2026-01-15T12:00:00Z',
    'StartTime=2026-01-15T12:00:00.000Z',
    'StartTime=2026-01-15T12:00:00',
    'StartTime=2026-01-15T14:00:00%2B02:00',
    'EndTime=2026-01-15T12:01:00Z',
    'EndTime%3E=2026-01-15T12:00:30Z&EndTime%3C=2026-01-15',
    'EndTime%3E2026-01-14&EndTime%3C2026-01-16',
    'StartTime=2026-01-15&EndTime=2026-01-15',
  ];
  for (const query of NOON_FORMS) {
    it(`understands ${query}`, async () => {
      const at = (startTime: number) => put({ startTime, endTime: startTime + 60_000 });
      at(NOON - 86_400_000);
      const { sid } = at(Date.UTC(2026, 0, 15, 12));
      at(Date.UTC(2026, 0, 16, 12));
      put({ status: 'queued' });
      assert.deepEqual(await sidsOf(query), [sid]);
    });
  }

  it('sorts by what SortBy says', async () => {
    const carol = put({ from: 'carol', dateCreated: 1, endTime: 9 }).sid;
    const bob = put({ from: 'bob', dateCreated: 2 }).sid;
    const alice = put({ from: 'alice', dateCreated: 3, endTime: 8 }).sid;
    assert.deepEqual(await sidsOf('SortBy=From'), [alice, bob, carol]);
    assert.deepEqual(await sidsOf('SortBy=from:desc'), [carol, bob, alice]);
    assert.deepEqual(await sidsOf('SortBy=DateCreated:asc'), [carol, bob, alice]);
    assert.deepEqual(await sidsOf('SortBy=EndTime'), [alice, carol]);
    const first = await api.request('GET', 'Calls.json?SortBy=From:desc&PageSize=2');
    assert.match(String(first.json?.['next_page_uri']), /\?SortBy=From%3Adesc&Page=1/);
  });

  const BAD_QUERIES: readonly (readonly [query: string, message: RegExp])[] = [
    ['Status=gone', /^Status must be one of queued, ringing, in-progress, completed, busy/],
    ['ParentCallSid=CA1', /^ParentCallSid must be CA and 32/],
    ['StartTime=yesterday', /^StartTime must be a date such as 2026-01-31/],
    ['StartTime>x', /^StartTime must be/],
    ['StartTime=2026-13-40', /^StartTime must be/],
    ['StartTime=Thu, 99 Jan 2026 12:00:00 %2B0000', /^StartTime must be/],
    ['EndTime=later', /^EndTime must be a date such as 2026-01-31/],
    ['SortBy=Price', /^SortBy must be DateCreated, StartTime, EndTime, From, To or Status, followed by :asc/],
    ['SortBy=From:up', /^SortBy must be/],
    ['Page=-1', /^Page must be a whole number from 0 to/],
    ['PageSize=0', /^PageSize must be a whole number from 1 to 1000$/],
    ['PageSize=1001', /^PageSize must be/],
    ['PageToken=%20', /^PageToken must be taken from a next_page_uri$/],
  ];
  for (const [query, message] of BAD_QUERIES) {
    it(`refuses to list by ${query}`, async () => {
      const reply = await api.request('GET', `Calls.json?${query}`);
      assert.deepEqual([reply.status, reply.json?.['code']], [400, 20001]);
      assert.match(String(reply.json?.['message']), message);
    });
  }

  it('pages newest first, with links that keep the filters, by key', async () => {
    const sids = [5, 4, 3, 2, 1].map((age) => put({ dateCreated: NOON + age }).sid);
    put({ status: 'busy' });
    const base = `/2012-04-24/Accounts/${api.main.sid}/Calls.json`;
    const first = await api.request('GET', 'Calls.json?Status=completed&PageSize=2');
    const { calls, ...page } = first.json ?? {};
    const request = { page: 0, pageSize: 2 };
    const { nextKey } = await api.repositories.calls.list(api.main.sid, request, { status: 'completed' });
    assert.equal((calls as unknown[]).length, 2);
    assert.deepEqual(page, {
      page: 0,
      page_size: 2,
      num_pages: 3,
      total: 5,
      start: 0,
      end: 1,
      uri: `${base}?Status=completed&Page=0&PageSize=2`,
      first_page_uri: `${base}?Status=completed&Page=0&PageSize=2`,
      previous_page_uri: null,
      next_page_uri: `${base}?Status=completed&Page=1&PageSize=2&PageToken=${nextKey}`,
      last_page_uri: `${base}?Status=completed&Page=2&PageSize=2`,
    });
    const seen: unknown[] = [];
    for (let uri: unknown = page['next_page_uri']; typeof uri === 'string'; ) {
      const reply = await api.request('GET', uri);
      seen.push([
        reply.json?.['page'],
        reply.json?.['start'],
        reply.json?.['end'],
        reply.json?.['previous_page_uri'],
      ]);
      uri = reply.json?.['next_page_uri'];
    }
    assert.deepEqual(seen, [
      [1, 2, 3, `${base}?Status=completed&Page=0&PageSize=2`],
      [2, 4, 4, `${base}?Status=completed&Page=1&PageSize=2`],
    ]);
    assert.deepEqual(await sidsOf('Status=completed&PageSize=2&Page=2'), [sids[4]]);
  });

  it('shows an empty list as one', async () => {
    const reply = await api.request('GET', 'Calls.json');
    const uri = `/2012-04-24/Accounts/${api.main.sid}/Calls.json?Page=0&PageSize=50`;
    assert.deepEqual(reply.json, {
      page: 0,
      page_size: 50,
      num_pages: 0,
      total: 0,
      start: 0,
      end: 0,
      uri,
      first_page_uri: uri,
      previous_page_uri: null,
      next_page_uri: null,
      last_page_uri: uri,
      calls: [],
    });
  });

  it('leaves the total open when nobody has counted that far', async () => {
    const { sid } = put();
    const list = api.repositories.calls.list.bind(api.repositories.calls);
    api.repositories.calls.list = async (...ask) => ({
      ...(await list(...ask)),
      total: undefined,
      nextKey: sid,
    });
    const reply = await api.request('GET', 'Calls.json');
    const { total, num_pages: pages, last_page_uri: last } = reply.json ?? {};
    assert.deepEqual([total, pages, last], [null, null, null]);
    assert.match(String(reply.json?.['next_page_uri']), new RegExp(`Page=1&PageSize=50&PageToken=${sid}$`));
  });
});
