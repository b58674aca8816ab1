import assert from 'node:assert/strict';
import { describeOnBoth } from './both-databases.ts';
import { ACCOUNT_SID, account, application, client, number } from './records.ts';

const OWN = { voiceMethod: 'POST', voiceFallbackMethod: 'GET', statusCallbackMethod: 'POST' } as const;

/** What every directory promises: test/main/sip/sip-directory.spec.ts. */
describeOnBoth('The directory', (the) => {
  beforeEach(() => the().store.repositories.accounts.insert(account()));

  it('has no client that is disabled', async () => {
    const { directory, repositories } = the().store;
    const bob = client({ login: 'Bob' });
    await repositories.clients.insert(bob);
    const expected = { sid: bob.sid, accountSid: ACCOUNT_SID, login: 'bob', voice: OWN };
    assert.deepEqual(await directory.client('BOB'), expected);
    await repositories.clients.update(ACCOUNT_SID, bob.sid, () => ({ ...bob, status: 'disabled' }));
    assert.equal(await directory.client('bob'), undefined);
  });

  it('gives the voice settings of the application that a number or client names', async () => {
    const { directory, repositories } = the().store;
    const app = application();
    await repositories.applications.insert(app);
    const voice = await directory.application(ACCOUNT_SID, app.sid);
    assert.equal(voice?.voiceUrl, 'http://a/voice');
    const own = { voiceUrl: 'http://own/', voiceApplicationSid: app.sid };
    await repositories.numbers.insert(number({ ...own, phoneNumber: '1' }));
    assert.deepEqual((await directory.number('1'))?.voice, voice);
    const status = { statusCallback: 'http://own/status', statusCallbackMethod: 'POST' } as const;
    await repositories.numbers.insert(number({ ...own, ...status, phoneNumber: '2' }));
    assert.deepEqual((await directory.number('2'))?.voice, { ...voice, ...status });
    await repositories.clients.insert(client({ ...own, login: 'ann' }));
    assert.deepEqual((await directory.client('ann'))?.voice, voice);
    await repositories.applications.remove(ACCOUNT_SID, app.sid);
    assert.deepEqual((await directory.number('1'))?.voice, { ...OWN, voiceUrl: 'http://own/' });
  });
});
