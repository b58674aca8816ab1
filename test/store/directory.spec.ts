import assert from 'node:assert/strict';
import { newSid } from '../../src/call/sids.ts';
import { describeOnBoth } from './both-databases.ts';
import { ACCOUNT_SID, account, application, client, number, trunk } from './records.ts';

const OTHER_SID = `AC${'2'.repeat(32)}`;
const OWN = { voiceMethod: 'POST', voiceFallbackMethod: 'GET', statusCallbackMethod: 'POST' } as const;

describeOnBoth('The directory', (the) => {
  beforeEach(async () => {
    await the().store.repositories.accounts.insert(account());
    await the().store.repositories.accounts.insert(account({ sid: OTHER_SID, status: 'suspended' }));
  });

  it('knows accounts and whether they are active', async () => {
    const { directory } = the().store;
    assert.deepEqual(await directory.account(OTHER_SID), { sid: OTHER_SID, status: 'suspended' });
    assert.equal(await directory.account(newSid('AC')), undefined);
  });

  for (const [written, dialled] of [
    ['+15550100', '15550100'],
    ['15550100', '+15550100'],
    ['1000', '1000'],
    ['+1000', '+1000'],
  ] as const) {
    it(`finds ${written} when ${dialled} is dialled`, async () => {
      const record = number({ phoneNumber: written, voiceUrl: 'http://a/' });
      await the().store.repositories.numbers.insert(record);
      assert.deepEqual(await the().store.directory.number(dialled), {
        sid: record.sid,
        accountSid: ACCOUNT_SID,
        phoneNumber: written,
        voice: { ...OWN, voiceUrl: 'http://a/' },
      });
      assert.equal(await the().store.directory.number('999'), undefined);
    });
  }

  it('finds a client by its login in any case, unless it is disabled', async () => {
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
    assert.equal(await directory.application(OTHER_SID, app.sid), undefined);
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

  it('sends a number out by the longest prefix, then by the lowest priority', async () => {
    const { directory, repositories } = the().store;
    const all = trunk({ prefix: '', priority: 1 });
    const germany = trunk({ prefix: '+49', priority: 20 });
    const cheaper = trunk({ prefix: '+49', priority: 5 });
    const berlin = trunk({ prefix: '+4930', priority: 90 });
    const foreign = trunk({ prefix: '+4930123', accountSid: OTHER_SID });
    for (const one of [all, germany, cheaper, berlin, foreign]) await repositories.trunks.insert(one);
    const by = async (dialled: string) => (await directory.trunkFor(ACCOUNT_SID, dialled))?.sid;
    assert.equal(await by('+4930123'), berlin.sid);
    assert.equal(await by('+4989'), cheaper.sid);
    assert.equal(await by('911'), all.sid);
    assert.equal(await directory.trunkFor(OTHER_SID, '911'), undefined);
    const expected = { sid: all.sid, accountSid: ACCOUNT_SID, stripDigits: 1, prependDigits: '+49' };
    assert.deepEqual(await directory.trunk(all.sid), expected);
    assert.equal(await directory.trunk(newSid('TK')), undefined);
  });
});
