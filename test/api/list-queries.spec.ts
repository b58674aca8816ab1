import assert from 'node:assert/strict';
import { pathOf } from '../../src/api/http/router.ts';
import { newSid } from '../../src/call/sids.ts';
import { putCall, putClient, putConference } from '../support/api-records.ts';
import { ROUTES } from '../support/contract.ts';
import { type FakeApi, startFakeApi } from '../support/fake-api.ts';

/** What the account has, so that the lists below a call and a conference are there. */
const CALL = newSid('CA');
const ROOM = newSid('CF');
const CLIENT = newSid('CL');

const LISTS = ROUTES.filter(({ reply }) => reply.kind === 'list').map((route) =>
  pathOf(route)
    .replace(/:sid|:callSid/, CALL)
    .replace(':room', ROOM)
    .replace(':queue', 'support')
    .replace(':client', CLIENT),
);

describe('A filter that a list does not have', () => {
  let api: FakeApi;
  before(async () => {
    api = await startFakeApi();
    putCall(api, { sid: CALL });
    await putConference(api, { sid: ROOM });
    await putClient(api, { sid: CLIENT });
    await api.request('POST', 'Queues', { form: { FriendlyName: 'support' } });
  });
  after(() => api.close());

  const ask = (list: string, query: string) =>
    api.request('GET', `/2012-04-24${list.replace(':accountSid', api.main.sid)}.json?${query}`);

  for (const list of LISTS) {
    it(`is refused, and does not list everything: ${list.replace(CALL, '{CA}').replace(ROOM, '{CF}').replace(CLIENT, '{CL}')}`, async () => {
      assert.equal((await ask(list, 'PageSize=5')).status, 200);
      for (const name of ['Colour', 'datecreated', 'DateCreatedBefore', 'Colour%3E', 'constructor']) {
        const { status, json } = await ask(list, `${name}=2020-01-01`);
        assert.deepEqual([status, json?.['code']], [400, 20001], name);
        assert.match(String(json?.['message']), /^\S+ is not a filter of this list; it has /);
      }
    });
  }

  it('is told what the list has instead', async () => {
    const { json } = await ask('/Accounts/:accountSid/Recordings', 'Colour=red');
    assert.equal(
      json?.['message'],
      'Colour is not a filter of this list; it has CallSid, ConferenceSid, DateCreated (also with >= and <=), Page, PageSize and PageToken',
    );
  });

  it('does not hide behind a call: its recordings and notifications have no CallSid', async () => {
    for (const list of ['Recordings', 'Notifications']) {
      const { status } = await ask(`/Accounts/:accountSid/Calls/${CALL}/${list}`, `CallSid=${newSid('CA')}`);
      assert.equal(status, 400);
    }
  });

  it('or that has no value, as from a variable that is not set, is refused where it is a SID', async () => {
    for (const query of ['Recordings?CallSid=', 'Calls?ParentCallSid=', 'Callbacks?CallSid=']) {
      const [list, filter = ''] = query.split('?');
      const { status, json } = await ask(`/Accounts/:accountSid/${list}`, filter);
      assert.equal(status, 400, query);
      assert.match(String(json?.['message']), /CallSid must be CA and 32 hexadecimal digits/);
    }
  });
});
