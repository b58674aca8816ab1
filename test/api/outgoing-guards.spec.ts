import assert from 'node:assert/strict';
import type { AccountRecord } from '../../src/records/repositories.ts';
import { describeOnBoth } from '../store/both-databases.ts';
import { account } from '../store/records.ts';
import { type FakeApi, startFakeApi } from '../support/fake-api.ts';
import { newSid } from '../../src/call/sids.ts';

describe('OutgoingCallerIds and DialingPermissions', () => {
  let api: FakeApi;
  beforeEach(async () => {
    api = await startFakeApi();
  });
  afterEach(() => api.close());

  const post = (collection: string, form: Record<string, string>, as?: AccountRecord, owner = api.main) =>
    api.request('POST', `/2012-04-24/Accounts/${owner.sid}/${collection}.json`, {
      form,
      ...(as === undefined ? {} : { as }),
    });

  it('show a caller id', async () => {
    const { status, json } = await post('OutgoingCallerIds', { PhoneNumber: '+49 30 123456' });
    const { sid, ...rest } = json as { sid: string };
    assert.equal(status, 201);
    assert.match(sid, /^PN/);
    assert.deepEqual(rest, {
      account_sid: api.main.sid,
      friendly_name: '+4930123456',
      phone_number: '+4930123456',
      date_created: 'Sat, 31 Jan 2026 12:00:00 +0000',
      date_updated: 'Sat, 31 Jan 2026 12:00:00 +0000',
      uri: `/2012-04-24/Accounts/${api.main.sid}/OutgoingCallerIds/${sid}.json`,
    });
  });

  it('refuse a caller id that is no number, and one that the account has already', async () => {
    const bad = await post('OutgoingCallerIds', { PhoneNumber: 'alice' });
    assert.deepEqual([bad.status, bad.json?.['code']], [400, 21421]);
    await post('OutgoingCallerIds', { PhoneNumber: '+4930123456' });
    const twice = await post('OutgoingCallerIds', { PhoneNumber: '4930123456' });
    assert.deepEqual(
      [twice.status, twice.json?.['code'], twice.json?.['message']],
      [400, 21450, 'The account has this PhoneNumber as a caller id already'],
    );
    assert.equal(
      (await post('OutgoingCallerIds', { PhoneNumber: '+4930123456' }, undefined, api.sub)).status,
      201,
    );
  });

  it('show a permission of a country, and one of a prefix', async () => {
    const { json: country } = await post('DialingPermissions', { Country: 'jm', Permission: 'deny' });
    const { json: prefix } = await post('DialingPermissions', { Prefix: '+49', FriendlyName: 'Home' });
    const shown = (json: typeof country) =>
      ['friendly_name', 'permission', 'country', 'prefix', 'prefixes'].map((name) => json?.[name]);
    assert.deepEqual(shown(country), ['JM', 'deny', 'JM', null, ['+1658', '+1876']]);
    assert.deepEqual(shown(prefix), ['Home', 'allow', null, '+49', ['+49']]);
    assert.match(String(prefix?.['sid']), /^DP/);
  });

  for (const [form, message] of [
    [{}, 'One of Prefix and Country is required, not both'],
    [{ Prefix: '+49', Country: 'DE' }, 'One of Prefix and Country is required, not both'],
    [{ Country: 'XX' }, 'Country must be a country as two letters of ISO 3166, such as DE'],
    [
      { Prefix: '*31#' },
      'Prefix must be 1 to 15 digits, with a + in front if they begin with a country code',
    ],
    [{ Prefix: '+49', Permission: 'maybe' }, 'Permission must be one of allow, deny'],
  ] as const) {
    it(`refuse the permission ${JSON.stringify(form)}`, async () => {
      const { status, json } = await post('DialingPermissions', form);
      assert.deepEqual([status, json?.['code'], json?.['message']], [400, 20001, message]);
    });
  }

  for (const [collection, form] of [
    ['OutgoingCallerIds', { PhoneNumber: '+4930123456' }],
    ['DialingPermissions', { Country: 'DE' }],
  ] as const) {
    it(`let nobody change the ${collection} that limit it, only an account above`, async () => {
      const own = await post(collection, form, api.sub, api.sub);
      assert.deepEqual(
        [own.status, own.json?.['code'], own.json?.['message']],
        [
          403,
          20006,
          `Only an account above ${api.sub.sid} can change this: ask with its AccountSid and AuthToken`,
        ],
      );
      const made = await post(collection, form, api.main, api.sub);
      assert.equal(made.status, 201);
      const path = String(made.json?.['uri']);
      assert.equal((await api.request('GET', path, { as: api.sub })).status, 200);
      const change = { as: api.sub, form: { FriendlyName: 'x' } };
      assert.equal((await api.request('POST', path, change)).status, 403);
      assert.equal((await api.request('DELETE', path, { as: api.sub })).status, 403);
      assert.equal((await api.request('DELETE', path)).status, 204);
    });
  }
});

describeOnBoth('What the directory knows of an account’s calls', (the) => {
  const dated = { dateCreated: 1, dateUpdated: 1, friendlyName: 'x' };

  it('a number is a caller id of its account, with or without plus', async () => {
    const { directory, repositories } = the().store;
    const [own, other] = [newSid('AC'), newSid('AC')];
    await repositories.callerIds.insert({
      sid: newSid('PN'),
      accountSid: own,
      phoneNumber: '+4930123456',
      ...dated,
    });
    assert.deepEqual(
      await Promise.all([
        directory.isCallerId(own, '+4930123456'),
        directory.isCallerId(own, '4930123456'),
        directory.isCallerId(other, '+4930123456'),
        directory.isCallerId(own, 'alice'),
      ]),
      [true, true, false, false],
    );
  });

  it('the rules of an account are its own and those of all above it, as they are now', async () => {
    const { directory, repositories } = the().store;
    const above = account({ sid: newSid('AC') });
    const own = account({ sid: newSid('AC'), parentSid: above.sid });
    for (const one of [above, own]) await repositories.accounts.insert(one);
    const none = [above, own].map(({ sid }) => ({ accountSid: sid, rules: [] })).toReversed();
    assert.deepEqual(await directory.dialingRules(own.sid), none);
    const [germany, premium] = [newSid('DP'), newSid('DP')];
    const permissions = repositories.dialingPermissions;
    await permissions.insert({ sid: germany, accountSid: above.sid, country: 'DE', allows: true, ...dated });
    await permissions.insert({ sid: premium, accountSid: own.sid, prefix: '+4990', allows: false, ...dated });
    assert.deepEqual(await directory.dialingRules(own.sid), [
      { accountSid: own.sid, rules: [{ prefix: '+4990', allows: false }] },
      { accountSid: above.sid, rules: [{ country: 'DE', allows: true }] },
    ]);
    await permissions.remove(own.sid, premium);
    await permissions.update(above.sid, germany, (one) => ({ ...one, allows: false }));
    assert.deepEqual(await directory.dialingRules(own.sid), [
      { accountSid: own.sid, rules: [] },
      { accountSid: above.sid, rules: [{ country: 'DE', allows: false }] },
    ]);
    assert.deepEqual(await directory.dialingRules(newSid('AC')), []);
  });
});
