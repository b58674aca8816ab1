import assert from 'node:assert/strict';
import { Phone, SipFailure } from '../../../src/phone/phone.ts';
import { type LiveStory, stories } from '../../support/live-story.ts';

/** A softphone that says this name and password, whether there is such a client or not. */
async function softphone(story: LiveStory, name: string, password: string): Promise<Phone> {
  const phone = await Phone.start({ name, password, server: story.stack.sip });
  story.onEnd(() => phone.stop());
  return phone;
}

async function assertRefused(phone: Phone, status = 401): Promise<void> {
  const refusedWith = (error: unknown) => error instanceof SipFailure && error.status === status;
  await assert.rejects(phone.register(), refusedWith);
  assert.equal((await (await phone.call('1000')).ended).status, status);
}

async function newClient(story: LiveStory, login: string, password: string): Promise<string> {
  const { status, json } = await story.rest('POST', '/Clients.json', { Login: login, Password: password });
  assert.equal(status, 201);
  return `/Clients/${String(json['sid'])}.json`;
}

stories('Who is not known', (story) => {
  it('gets 401 for REGISTER and INVITE, whether the name or the password is wrong, and no leg', async () => {
    story().app.reply('/voice', '<Response/>');
    await story().number('1000');
    await story().client('alice');
    await assertRefused(await softphone(story(), 'mallory', 'open-sesame'));
    await assertRefused(await softphone(story(), 'alice', 'open-sesame'));
    await assertRefused(await softphone(story(), 'alice', ''));
    await story().quiet();
    assert.deepEqual(story().requests({}), {});
    assert.deepEqual(await story().legs({}), {});
  });
});

stories('A client of the REST API', (story) => {
  it('registers as soon as it was made, in any case of its name', async () => {
    const path = await newClient(story(), 'Dora', 'first-password');
    story().onEnd(() => story().rest('DELETE', path));
    const phone = await softphone(story(), 'dora', 'first-password');
    await phone.register();
    const { json } = await story().rest('GET', path);
    assert.deepEqual(
      [json['login'], json['registered'], (json['contacts'] as string[]).length],
      ['Dora', true, 1],
    );
    await phone.unregister();
    assert.equal((await story().rest('GET', path)).json['registered'], false);
  });

  it('registers with its capitals and in lower case: it is one client, whose phones ring together', async () => {
    const path = await newClient(story(), 'Dave9', 'first-password');
    story().onEnd(() => story().rest('DELETE', path));
    const alice = await story().phone('alice');
    const phones = [
      await softphone(story(), 'Dave9', 'first-password'),
      await softphone(story(), 'dave9', 'first-password'),
    ] as const;
    for (const phone of phones) await phone.register();
    const { json } = await story().rest('GET', path);
    assert.deepEqual(
      [json['login'], json['registered'], (json['contacts'] as string[]).length],
      ['Dave9', true, 2],
    );

    const call = await alice.call('DAVE9');
    const [atFirst, atSecond] = [await phones[0].incoming(), await phones[1].incoming()];
    await atFirst.answer();
    assert.equal((await atSecond.ended).how, 'cancel');
    await call.answered;
    await call.hangUp();
    for (const phone of phones) {
      const back = await phone.call('alice');
      const atAlice = await alice.incoming();
      assert.equal(atAlice.fromUser, 'dave9');
      atAlice.reject(486, 'Busy Here');
      await back.ended;
    }
    await story().quiet();
    assert.deepEqual(
      (await story().calls()).map(({ from, to, status }) => `${from} to ${to}: ${status}`),
      [
        'alice to DAVE9: completed',
        'alice to dave9: completed',
        'dave9 to alice: busy',
        'dave9 to alice: busy',
        'dave9 to alice: busy',
        'dave9 to alice: busy',
      ],
    );

    assert.equal((await story().rest('POST', path, { Password: 'second-password' })).status, 200);
    for (const phone of phones) await assertRefused(phone);
    const renewed = await softphone(story(), 'Dave9', 'second-password');
    await renewed.register();
    assert.equal((await story().rest('POST', path, { Status: '0' })).status, 200);
    await assertRefused(renewed);
  });

  it('needs its new password at once when that is changed', async () => {
    const path = await newClient(story(), 'dora', 'first-password');
    story().onEnd(() => story().rest('DELETE', path));
    const before = await softphone(story(), 'dora', 'first-password');
    await before.register();
    assert.equal((await story().rest('POST', path, { Password: 'second-password' })).status, 200);
    const after = await softphone(story(), 'dora', 'second-password');
    await after.register();
    await assertRefused(before);
    await after.unregister();
  });

  it('is refused at once when it was removed, and cannot be called', async () => {
    const path = await newClient(story(), 'dora', 'first-password');
    const phone = await softphone(story(), 'dora', 'first-password');
    await phone.register();
    const alice = await story().phone('alice');
    assert.equal((await story().rest('DELETE', path)).status, 204);
    await assertRefused(phone);
    assert.equal((await (await alice.call('dora')).ended).status, 404);
    await story().quiet();
    assert.deepEqual(story().requests({}), {});
    assert.deepEqual(await story().legs({}), {});
  });
});
