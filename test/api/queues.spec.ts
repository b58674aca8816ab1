import assert from 'node:assert/strict';
import { newSid } from '../../src/call/sids.ts';
import { type FakeApi, startFakeApi } from '../support/fake-api.ts';

const DATE = 'Sat, 31 Jan 2026 12:00:00 +0000';

describe('P/Queues', () => {
  let api: FakeApi;
  beforeEach(async () => {
    api = await startFakeApi();
  });
  afterEach(() => api.close());

  /** Somebody waits in a queue of the main account. */
  async function wait(name = 'support', callSid = newSid('CA')): Promise<string> {
    const place = await api.queues.join({ accountSid: api.main.sid, callSid, name });
    assert(typeof place !== 'string');
    return callSid;
  }
  const make = (form: Readonly<Record<string, string>>) => api.request('POST', 'Queues.json', { form });
  const sidOf = (name: string) => api.queues.find(api.main.sid, name)?.record.sid ?? '';

  it('makes one', async () => {
    const reply = await make({ FriendlyName: ' support ', MaxSize: '20' });
    assert.equal(reply.status, 201);
    const sid = sidOf('support');
    const uri = `/2012-04-24/Accounts/${api.main.sid}/Queues/${sid}`;
    const expected = {
      sid,
      account_sid: api.main.sid,
      friendly_name: 'support',
      current_size: 0,
      max_size: 20,
      average_wait_time: 0,
      status_callback: null,
      status_callback_method: 'POST',
      status_callback_event: [],
      date_created: DATE,
      date_updated: DATE,
      api_version: '2012-04-24',
      uri: `${uri}.json`,
      subresource_uris: { members: `${uri}/Members.json` },
    };
    assert.deepEqual(reply.json, expected);
    assert.deepEqual((await api.request('GET', `Queues/${sid}.json`)).json, expected);
    assert.deepEqual((await api.request('GET', 'Queues/support.json')).json, expected);
    assert.equal((await make({ FriendlyName: 'sales' })).json?.['max_size'], 1000);
  });

  const wrong: readonly (readonly [form: Readonly<Record<string, string>>, message: RegExp])[] = [
    [{}, /^FriendlyName is required$/],
    [{ FriendlyName: 'x'.repeat(65) }, /^FriendlyName must be 1 to 64 characters/],
    [{ FriendlyName: 'a', MaxSize: '0' }, /^MaxSize must be a whole number from 1 to 5000$/],
    [{ FriendlyName: 'a', MaxSize: '5001' }, /^MaxSize must be a whole number from 1 to 5000$/],
    [{ FriendlyName: 'taken' }, /^FriendlyName must be unique in the account/],
  ];
  for (const [form, message] of wrong) {
    it(`makes none with ${JSON.stringify(form).slice(0, 50)}`, async () => {
      await make({ FriendlyName: 'taken' });
      const { status, json } = await make(form);
      assert.deepEqual([status, json?.['code']], [400, 20001]);
      assert.match(String(json?.['message']), message);
    });
  }

  it('makes no more than the account may have', async () => {
    for (let n = 0; n < 10; n += 1) assert.equal((await make({ FriendlyName: `q${n}` })).status, 201);
    assert.equal((await make({ FriendlyName: 'one more' })).status, 400);
  });

  it('tells how many wait, and for how long on average', async () => {
    await wait();
    await api.clock.advance(10_000);
    await wait();
    await api.clock.advance(10_000);
    const { json } = await api.request('GET', 'Queues/support.json');
    assert.deepEqual([json?.['current_size'], json?.['average_wait_time']], [2, 15]);
    const list = await api.request('GET', 'Queues.json?FriendlyName=support');
    const [listed] = (list.json?.['queues'] ?? []) as { readonly current_size: number }[];
    assert.equal(listed?.current_size, 2);
  });

  it('changes name and size, also under the current size, which only stops new ones', async () => {
    await wait();
    await wait();
    await make({ FriendlyName: 'sales' });
    const path = `Queues/${sidOf('support')}.json`;
    const reply = await api.request('POST', path, { form: { FriendlyName: 'help', MaxSize: '1' } });
    assert.deepEqual(
      [reply.status, reply.json?.['friendly_name'], reply.json?.['max_size']],
      [200, 'help', 1],
    );
    assert.equal(
      await api.queues.join({ accountSid: api.main.sid, callSid: newSid('CA'), name: 'help' }),
      'full',
    );
    const taken = await api.request('POST', path, { form: { FriendlyName: 'sales' } });
    assert.equal(taken.status, 400);
    assert.equal((await api.request('POST', path, { form: {} })).status, 400);
  });

  it('has a status callback, of those who join and leave by default, which can be changed and removed', async () => {
    const StatusCallback = 'http://app.example/queue';
    const shown = ({ json }: Awaited<ReturnType<typeof make>>) => [
      json?.['status_callback'],
      json?.['status_callback_method'],
      json?.['status_callback_event'],
    ];
    const change = (form: Readonly<Record<string, string>>) =>
      api.request('POST', 'Queues/support.json', { form });
    const made = await make({ FriendlyName: 'support', StatusCallback, StatusCallbackMethod: 'GET' });
    assert.deepEqual(shown(made), [StatusCallback, 'GET', ['join', 'leave']]);
    assert.deepEqual(shown(await change({ MaxSize: '3' })), [StatusCallback, 'GET', ['join', 'leave']]);
    const full = await change({ StatusCallbackEvent: 'full' });
    assert.deepEqual(shown(full), [StatusCallback, 'GET', ['full']]);
    assert.deepEqual(shown(await change({ StatusCallback: '' })), [null, 'POST', []]);
    assert.equal((await change({ StatusCallback, StatusCallbackEvent: 'gone' })).json?.['code'], 21626);
    assert.equal((await change({ StatusCallback: 'x' })).json?.['code'], 21502);
  });

  it('removes one in which nobody is', async () => {
    const callSid = await wait();
    const path = `Queues/${sidOf('support')}.json`;
    assert.equal((await api.request('DELETE', path)).status, 400);
    await api.queues.placeOf(callSid)?.leave('leave');
    assert.equal((await api.request('DELETE', path)).status, 204);
    assert.equal((await api.request('GET', path)).status, 404);
  });

  it('lists the members in their order', async () => {
    const first = await wait();
    await api.clock.advance(4000);
    const second = await wait();
    await api.clock.advance(1000);
    const sid = sidOf('support');
    const { json } = await api.request('GET', `Queues/${sid}/Members.json`);
    const uri = `/2012-04-24/Accounts/${api.main.sid}/Queues/${sid}/Members/`;
    const both = { queue_sid: sid, account_sid: api.main.sid };
    const expected = [
      {
        call_sid: first,
        ...both,
        position: 1,
        wait_time: 5,
        date_enqueued: DATE,
        uri: `${uri}${first}.json`,
      },
      {
        call_sid: second,
        ...both,
        position: 2,
        wait_time: 1,
        date_enqueued: 'Sat, 31 Jan 2026 12:00:04 +0000',
        uri: `${uri}${second}.json`,
      },
    ];
    assert.deepEqual(json?.['queue_members'], expected);
    assert.deepEqual((await api.request('GET', 'Queues/support/Members/Front.json')).json, expected[0]);
    assert.deepEqual((await api.request('GET', `Queues/${sid}/Members/${second}.json`)).json, expected[1]);
  });

  it('takes the one at the front, and gives it a document', async () => {
    const [first, second] = [await wait(), await wait()];
    await api.clock.advance(3000);
    const sid = sidOf('support');
    const form = { Url: 'http://app.example/agent', Method: 'GET' };
    const reply = await api.request('POST', `Queues/${sid}/Members/Front.json`, { form });
    assert.deepEqual([reply.status, reply.json?.['call_sid'], reply.json?.['position']], [200, first, 1]);
    assert.deepEqual(api.calls.modified, [
      [
        api.main.sid,
        first,
        {
          document: { kind: 'url', url: 'http://app.example/agent', method: 'GET' },
          moveConnected: false,
          parameters: [
            ['QueueSid', sid],
            ['QueueTime', '3'],
          ],
        },
      ],
    ]);
    const { json } = await api.request('GET', `Queues/${sid}/Members/Front.json`);
    assert.deepEqual([json?.['call_sid'], json?.['position']], [second, 1]);
    const again = await api.request('POST', `Queues/${sid}/Members/${first}.json`, { form });
    assert.deepEqual([again.status, again.json?.['code']], [404, 20404]);
  });

  it('takes two different ones with two requests at once, and then nobody', async () => {
    const all = [await wait(), await wait()];
    const form = { Rcml: '<Response/>' };
    const take = () => api.request('POST', 'Queues/support/Members/Front.json', { form });
    const replies = await Promise.all([take(), take(), take()]);
    const taken = replies.flatMap(({ status, json }) => (status === 200 ? [String(json?.['call_sid'])] : []));
    assert.deepEqual(taken.toSorted(), all.toSorted());
    assert.deepEqual(replies.filter(({ status }) => status === 404).length, 1);
  });

  it('takes nobody without a document, and says so when the caller has just hung up', async () => {
    const callSid = await wait();
    const path = `Queues/support/Members/${callSid}.json`;
    const { status, json } = await api.request('POST', path, { form: {} });
    assert.deepEqual([status, json?.['code']], [400, 21402]);
    assert.equal((await api.request('GET', path)).status, 200);
    api.calls.modifyReply = 'already-over';
    const form = { Url: 'http://app.example/agent' };
    assert.equal((await api.request('POST', path, { form })).status, 404);
  });

  it('gives a member another position', async () => {
    const [first, second, third] = [await wait(), await wait(), await wait()];
    const order = async () => {
      const { json } = await api.request('GET', 'Queues/support/Members.json');
      return ((json?.['queue_members'] ?? []) as { readonly call_sid: string }[]).map(
        ({ call_sid: sid }) => sid,
      );
    };
    const move = (callSid: string, form: Readonly<Record<string, string>>) =>
      api.request('POST', `Queues/support/Members/${callSid}.json`, { form });
    const { status, json } = await move(third, { Position: '1' });
    assert.deepEqual([status, json?.['call_sid'], json?.['position']], [200, third, 1]);
    assert.deepEqual(await order(), [third, first, second]);
    assert.equal((await move(third, { Position: '99' })).json?.['position'], 3);
    assert.deepEqual(await order(), [first, second, third]);
    assert.equal((await move(second, { Position: '2' })).json?.['position'], 2);
    // Whoever is taken and comes back has its old place among the others.
    const taken = await api.queues.find(api.main.sid, 'support')?.take(newSid('CA'), AbortSignal.abort());
    assert.equal(taken?.callSid, first);
    await move(third, { Position: '1' });
    await api.queues.placeOf(first)?.goBack();
    assert.deepEqual(await order(), [first, third, second]);
    const fourth = await wait();
    assert.deepEqual(await order(), [first, third, second, fourth]);
    const url = 'http://app.example/';
    assert.equal((await move(third, { Position: '1', Url: url })).status, 400);
    assert.equal((await move(third, { Position: '0' })).status, 400);
    assert.equal((await move('Front', { Position: '1' })).status, 400);
    assert.equal((await move(newSid('CA'), { Position: '1' })).status, 404);
  });

  it('makes a member leave', async () => {
    const callSid = await wait();
    const place = api.queues.placeOf(callSid);
    const path = `Queues/support/Members/${callSid}.json`;
    assert.equal((await api.request('DELETE', path)).status, 204);
    assert.equal(place?.isDismissed, true);
    assert.equal((await api.request('DELETE', path)).status, 404);
  });

  it('has no member that is not there', async () => {
    await wait();
    for (const member of [newSid('CA'), 'front', 'x']) {
      assert.equal((await api.request('GET', `Queues/support/Members/${member}.json`)).status, 404, member);
    }
  });
});
