import assert from 'node:assert/strict';
import type { AccountRecord } from '../../src/records/repositories.ts';
import { putCall } from '../support/api-records.ts';
import { basic, type FakeApi, type Reply, sidsIn, startFakeApi } from '../support/fake-api.ts';

const LIST = '/2012-04-24/Accounts.json';
const DAY_MS = 86_400_000;

type Form = Readonly<Record<string, string>>;

describe('Accounts', () => {
  let api: FakeApi;
  beforeEach(async () => {
    api = await startFakeApi();
  });
  afterEach(() => api.close());

  const pathOf = (sid: string) => `/2012-04-24/Accounts/${sid}.json`;
  const change = (of: AccountRecord, form: Form, as = api.main) =>
    api.request('POST', pathOf(of.sid), { form, as });
  const create = (form: Form, as = api.main) => api.request('POST', LIST, { form, as });
  const tokenWorks = async (sid: string, token: string) =>
    (await api.request('GET', pathOf(sid), { as: basic(sid, token) })).status === 200;
  const errorOf = (reply: Reply) => [reply.status, reply.json?.['code'], reply.json?.['message']];

  it('are created below the account that asks, with a token of their own', async () => {
    const reply = await create({ FriendlyName: 'Branch', EmailAddress: 'Branch@example.com' });
    assert.equal(reply.status, 201);
    const { sid, auth_token: token } = reply.json as { sid: string; auth_token: string };
    assert.match(sid, /^AC[0-9a-f]{32}$/);
    assert.match(token, /^[0-9a-f]{32}$/);
    const { owner_account_sid: owner, friendly_name: name, status, uri } = reply.json ?? {};
    assert.deepEqual([owner, name, status, uri], [api.main.sid, 'Branch', 'active', pathOf(sid)]);
    assert.ok(await tokenWorks(sid, token));
    assert.deepEqual((await api.request('GET', pathOf(sid))).json, reply.json);
  });

  it('have their SID as name when nobody named them', async () => {
    const { json } = await create({});
    assert.equal(json?.['friendly_name'], json?.['sid']);
  });

  it('are listed: the account that asks and all below it', async () => {
    const sid = String((await create({}, api.sub)).json?.['sid']);
    const all = await api.request('GET', LIST);
    assert.deepEqual(new Set(sidsIn(all, 'accounts')), new Set([api.main.sid, api.sub.sid, sid]));
    assert.equal(all.json?.['uri'], `${LIST}?Page=0&PageSize=50`);
    const ofSub = await api.request('GET', LIST, { as: api.sub });
    assert.deepEqual(new Set(sidsIn(ofSub, 'accounts')), new Set([api.sub.sid, sid]));
    const named = await api.request('GET', `${LIST}?FriendlyName=sub@example.com&Status=active`);
    assert.deepEqual(sidsIn(named, 'accounts'), [api.sub.sid]);
    assert.deepEqual(sidsIn(await api.request('GET', `${LIST}?Status=closed`), 'accounts'), []);
    assert.match((await api.request('GET', '/2012-04-24/Accounts')).text, /<Accounts page="0"/);
  });

  it('are nested five deep at most', async () => {
    let owner = api.sub;
    for (let depth = 3; depth <= 5; depth += 1) {
      const reply = await create({}, owner);
      assert.equal(reply.status, 201);
      owner = { ...owner, sid: String(reply.json?.['sid']), authToken: String(reply.json?.['auth_token']) };
    }
    assert.deepEqual(errorOf(await create({}, owner)), [400, 20001, 'Accounts can be nested 5 deep at most']);
  });

  it('do not share an e-mail address', async () => {
    const taken = 'EmailAddress is already in use in this installation; choose another one';
    assert.deepEqual(errorOf(await create({ EmailAddress: 'Else@example.com' })), [400, 20001, taken]);
    assert.deepEqual(errorOf(await change(api.sub, { EmailAddress: 'else@example.com' })), [
      400,
      20001,
      taken,
    ]);
    assert.equal((await create({ EmailAddress: 'nobody' })).status, 400);
  });

  it('are suspended and made active again by the account above', async () => {
    const suspended = await change(api.sub, { Status: 'suspended', FriendlyName: 'Late payer' });
    assert.deepEqual(
      [suspended.json?.['status'], suspended.json?.['friendly_name']],
      ['suspended', 'Late payer'],
    );
    const refused = await api.request('GET', pathOf(api.sub.sid), { as: api.sub });
    assert.deepEqual([refused.status, refused.json?.['code']], [403, 20005]);
    assert.equal((await change(api.sub, { Status: 'active' })).json?.['status'], 'active');
    assert.ok(await tokenWorks(api.sub.sid, api.sub.authToken));
  });

  it('are closed for good, and their calls end', async () => {
    const call = putCall(api, { accountSid: api.sub.sid, status: 'in-progress' });
    putCall(api, { status: 'in-progress' });
    assert.equal((await change(api.sub, { Status: 'closed' })).json?.['status'], 'closed');
    assert.deepEqual(api.calls.ended, [[api.sub.sid, call.sid, 'completed']]);
    const message = 'A closed account cannot be changed or opened again';
    for (const form of [{ Status: 'active' }, { RotateAuthToken: 'true' }, { FriendlyName: 'x' }]) {
      assert.deepEqual(errorOf(await change(api.sub, form)), [400, 20001, message]);
    }
    assert.equal((await api.request('GET', pathOf(api.sub.sid))).status, 200);
  });

  it('cannot change their own status', async () => {
    const message = 'Status can be changed only by an account above this one';
    for (const as of [api.main, api.sub]) {
      assert.deepEqual(errorOf(await change(as, { Status: 'suspended' }, as)), [400, 20001, message]);
    }
  });

  describe('whose AuthToken is rotated', () => {
    it('have a new one, and a day to bring it everywhere', async () => {
      const reply = await change(api.sub, { RotateAuthToken: 'true' }, api.sub);
      const fresh = String(reply.json?.['auth_token']);
      assert.notEqual(fresh, api.sub.authToken);
      assert.equal(reply.json?.['previous_auth_token_expires'], 'Sun, 01 Feb 2026 12:00:00 +0000');
      const works = () =>
        Promise.all([fresh, api.sub.authToken].map((token) => tokenWorks(api.sub.sid, token)));
      assert.deepEqual(await works(), [true, true]);
      await api.clock.advance(DAY_MS - 1);
      assert.deepEqual(await works(), [true, true]);
      await api.clock.advance(1);
      assert.deepEqual(await works(), [true, false]);
      // What signs requests.
      assert.equal((await api.repositories.accounts.find(api.sub.sid))?.authToken, fresh);
    });

    it('have none of the old ones with a grace period of nothing, which helps against thieves', async () => {
      await change(api.sub, { RotateAuthToken: 'true' });
      const second = await api.repositories.accounts.find(api.sub.sid);
      await change(api.sub, { RotateAuthToken: 'true', AuthTokenGracePeriod: '0' });
      assert.equal(await tokenWorks(api.sub.sid, api.sub.authToken), false);
      assert.equal(await tokenWorks(api.sub.sid, String(second?.authToken)), false);
    });

    it('have the last two, never more', async () => {
      await change(api.sub, { RotateAuthToken: 'true', AuthTokenGracePeriod: '60' });
      await change(api.sub, { RotateAuthToken: 'true', AuthTokenGracePeriod: '60' });
      assert.equal(await tokenWorks(api.sub.sid, api.sub.authToken), false);
    });

    const REFUSED: readonly (readonly [Form, RegExp])[] = [
      [{ AuthTokenGracePeriod: '60' }, /^AuthTokenGracePeriod needs RotateAuthToken=true$/],
      [
        { RotateAuthToken: 'true', AuthTokenGracePeriod: '604801' },
        /^AuthTokenGracePeriod must be a whole number of seconds from 0 to 604800$/,
      ],
      [{ RotateAuthToken: 'yes' }, /^RotateAuthToken must be true or false$/],
    ];
    for (const [form, message] of REFUSED) {
      it(`refuse ${JSON.stringify(form)}`, async () => {
        const reply = await change(api.sub, form);
        assert.equal(reply.status, 400);
        assert.match(String(reply.json?.['message']), message);
        assert.ok(await tokenWorks(api.sub.sid, api.sub.authToken));
      });
    }
  });

  it('are changed one change after another: none undoes another', async () => {
    await Promise.all([
      change(api.sub, { FriendlyName: 'Named' }),
      change(api.sub, { RotateAuthToken: 'true' }),
      change(api.sub, { EmailAddress: 'new@example.com' }),
    ]);
    const record = await api.repositories.accounts.find(api.sub.sid);
    assert.deepEqual([record?.friendlyName, record?.emailAddress], ['Named', 'new@example.com']);
    assert.notEqual(record?.authToken, api.sub.authToken);
  });

  it('are not there for siblings and strangers', async () => {
    for (const as of [api.sub, api.stranger]) {
      assert.equal((await change(api.main, { FriendlyName: 'x' }, as)).status, 404);
      assert.equal((await change(api.main, { FriendlyName: '' }, as)).status, 404);
    }
  });
});
