import assert from 'node:assert/strict';
import { aliceTalksToBob } from '../../support/dial-story.ts';
import { basic } from '../../support/fake-api.ts';
import { EventReader } from '../../support/event-reader.ts';
import { type LiveStory, stories } from '../../support/live-story.ts';
import { waitUntil } from '../../support/wait-until.ts';

type Json = Readonly<Record<string, unknown>>;

function liveOf({ stack }: LiveStory, events: string) {
  const { url, accountSid, authToken } = stack.legwork;
  return {
    url: `${url}/2012-04-24/Accounts/${accountSid}/Live?Events=${events}`,
    authorization: basic(accountSid, authToken),
  };
}

stories('A client that somebody watches', (story) => {
  it('is told when it is made, when its phone is there, and when it has left', async () => {
    const reader = await EventReader.open(liveOf(story(), 'client'));
    await reader.waitFor('hello');
    const is =
      (registered: boolean) =>
      ({ login, registered: now }: Json) =>
        login === 'bob' && now === registered;
    await story().client('bob');
    await reader.waitFor('client.updated', is(false));
    const bob = await story().anotherPhone('bob', '127.0.0.1');
    const { data } = await reader.waitFor('client.updated', is(true));
    assert.match(String((data['contacts'] as readonly string[])[0]), /^sip:bob@127\.0\.0\.1/);
    const before = reader.events.length;
    await bob.unregister();
    await waitUntil('it is told that he has left', () =>
      reader.events.slice(before).some((event) => is(false)(event.data)),
    );
    reader.break();
  });
});

stories('A call that somebody watches', (story) => {
  it('is told from the INVITE to its last callback, and then REST has nothing more to say', async () => {
    const reader = await EventReader.open(liveOf(story(), 'call,call.event,callback'));
    await reader.waitFor('hello');

    const { call } = await aliceTalksToBob(
      story(),
      '<Dial><Client statusCallback="/bob">Bob</Client></Dial>',
    );
    const arrived = await reader.waitFor('call.created', ({ to }) => to === '1000');
    await reader.waitFor('call.created', ({ parent_call_sid: parent }) => parent === arrived.data['sid']);
    await call.hangUp();
    await story().quiet();

    const legs = await story().calls();
    assert.equal(legs.length, 2);
    for (const { sid, status } of legs) {
      await reader.waitFor('call.updated', (data) => data['sid'] === sid && data['status'] === status);
    }
    const told = new Map<unknown, Json>();
    const timeline = async () => {
      const { json } = await story().rest(
        'GET',
        `/Calls/${String(arrived.data['sid'])}/Events.json?PageSize=1000`,
      );
      return json['events'] as readonly Json[];
    };
    const whole = await timeline();
    await waitUntil('every line was told as REST has it now', () => {
      for (const { data } of reader.named('call.event')) told.set(data['n'], data);
      return whole.every((line) => JSON.stringify(told.get(line['n'])) === JSON.stringify(line));
    });
    assert.equal(told.size, whole.length, 'and nothing else');

    const { json } = await story().rest('GET', '/Callbacks.json?PageSize=1000');
    const sids = new Set<unknown>(legs.map(({ sid }) => sid));
    const callbacks = (json['callbacks'] as readonly Json[]).filter((one) => sids.has(one['call_sid']));
    assert.equal(callbacks.length, 7, 'three of the number, four of the leg to Bob');
    for (const callback of callbacks) {
      const { data } =
        reader.named('callback.updated').findLast((event) => event.data['sid'] === callback['sid']) ?? {};
      assert.deepEqual(data, callback);
    }
    assert.deepEqual(
      legs.map(({ to, ended_by: endedBy }) => [to, endedBy]),
      [
        ['1000', 'caller'],
        ['Bob', 'caller'],
      ],
    );
    reader.break();
  });
});
