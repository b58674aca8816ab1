import assert from 'node:assert/strict';
import { EventReader } from '../support/event-reader.ts';
import { basic } from '../support/fake-api.ts';
import { faultStories } from '../support/fault-stories.ts';
import { openSqliteFile } from '../support/sqlite-file.ts';
import { orderCall } from '../support/live-rest-calls.ts';
import { waitUntil } from '../support/wait-until.ts';

const OWN_PAGE = { 'Sec-Fetch-Site': 'same-origin', 'X-Legwork-Console': '1' };

faultStories('Legwork is killed while somebody watches', (story) => {
  function open(lastEventId?: string): Promise<EventReader> {
    const { url, accountSid, authToken } = story().stack.connection;
    return EventReader.open({
      url: `${url}/2012-04-24/Accounts/${accountSid}/Live?Events=call`,
      authorization: basic(accountSid, authToken),
      lastEventId,
    });
  }

  it('the reader is told that everything may have changed, and sees what comes then', async () => {
    const before = await open();
    const { id } = await before.waitFor('hello');
    await story().stack.restart();
    await waitUntil('the stream is broken', () => before.isOver);
    const after = await open(id);
    assert.deepEqual((await after.waitFor('reset')).data, { reason: 'restart' });
    await story().client('bob');
    const sid = await orderCall(story());
    // Bob is registered nowhere: it fails at once, maybe before anybody was told that it began.
    await waitUntil('its end is told', () =>
      after
        .named('call.created', 'call.updated')
        .some(({ data }) => data['sid'] === sid && data['status'] === 'failed'),
    );
    after.break();
  });

  it('whoever has signed in to the console stays signed in', async () => {
    const { accountSid, authToken } = story().stack.connection;
    const session = () => `${story().stack.connection.url}/console/session`;
    const body = new URLSearchParams({ AccountSid: accountSid, AuthToken: authToken });
    const signedIn = await fetch(session(), { method: 'POST', headers: OWN_PAGE, body });
    assert.equal(signedIn.status, 201);
    const [cookie = ''] = (signedIn.headers.get('set-cookie') ?? '').split(';');
    await story().stack.restart();
    const again = await fetch(session(), { headers: { ...OWN_PAGE, Cookie: cookie } });
    assert.equal(again.status, 200);
    assert.equal(((await again.json()) as { readonly account_sid: string }).account_sid, accountSid);
  });

  it('a job that sends callbacks again goes on', async () => {
    const { stack } = story();
    const job = await stack.rest('POST', '/Callbacks.json', { Replay: 'true', State: 'failed' });
    const state = async () =>
      (await stack.rest('GET', `/Jobs/${String(job.json['sid'])}.json`)).json['state'];
    await waitUntil('it is over', async () => (await state()) === 'completed');
    await stack.crash();
    // Nothing is to be sent again, so it would be over before the process could die.
    const file = openSqliteFile(stack);
    await file('jobs').update({ state: 'running' });
    await file.destroy();
    await stack.start();
    await waitUntil('it is over again', async () => (await state()) === 'completed');
  });
});
