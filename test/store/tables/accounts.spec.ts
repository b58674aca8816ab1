import assert from 'node:assert/strict';
import { TakenError } from '../../../src/records/repositories.ts';
import { isSid } from '../../../src/call/sids.ts';
import { openStore } from '../../../src/store/store.ts';
import { describeOnBoth, quiet } from '../both-databases.ts';
import { describeOnEvery } from '../every-store.ts';
import { ACCOUNT_SID, account } from '../records.ts';

const SUB = `AC${'2'.repeat(32)}`;
const SUB_SUB = `AC${'3'.repeat(32)}`;

describeOnEvery('Accounts', (the) => {
  it('are read as they were written, by SID and by e-mail address in any case', async () => {
    const { accounts } = the().repositories;
    const parent = account();
    const sub = account({
      sid: SUB,
      parentSid: ACCOUNT_SID,
      emailAddress: 'Ann@Example.com',
      status: 'suspended',
    });
    await accounts.insert(parent);
    await accounts.insert(sub);
    assert.deepEqual(await accounts.find(ACCOUNT_SID), parent);
    assert.deepEqual(await accounts.findByEmail('ann@example.COM'), sub);
    assert.equal(await accounts.find(SUB_SUB), undefined);
    await accounts.update(sub.sid, (one) => ({ ...one, status: 'closed' }));
    assert.equal((await accounts.find(SUB))?.status, 'closed');
  });

  it('do not share an e-mail address', async () => {
    const { accounts } = the().repositories;
    await accounts.insert(account({ emailAddress: 'ann@example.com' }));
    await assert.rejects(
      accounts.insert(account({ sid: SUB, emailAddress: 'ANN@example.com' })),
      new TakenError('emailAddress'),
    );
  });

  it('are within themselves and their ancestors, and nowhere else', async () => {
    const { accounts } = the().repositories;
    await accounts.insert(account());
    await accounts.insert(account({ sid: SUB, parentSid: ACCOUNT_SID }));
    await accounts.insert(account({ sid: SUB_SUB, parentSid: SUB }));
    for (const [ancestor, sid, expected] of [
      [ACCOUNT_SID, ACCOUNT_SID, true],
      [ACCOUNT_SID, SUB_SUB, true],
      [SUB, SUB_SUB, true],
      [SUB, ACCOUNT_SID, false],
      [SUB_SUB, SUB, false],
      [ACCOUNT_SID, `AC${'9'.repeat(32)}`, false],
      [`AC${'9'.repeat(32)}`, `AC${'9'.repeat(32)}`, false],
    ] as const) {
      assert.equal(await accounts.isWithin(ancestor, sid), expected, `${sid} in ${ancestor}`);
    }
  });
});

describeOnEvery('A list of accounts', (the) => {
  it('has the account itself and all below it, newest first, by page and filter', async () => {
    const { accounts } = the().repositories;
    const top = account();
    const sub = account({ sid: SUB, parentSid: ACCOUNT_SID, dateCreated: top.dateCreated + 1 });
    const below = account({
      sid: SUB_SUB,
      parentSid: SUB,
      friendlyName: 'Below',
      status: 'suspended',
      dateCreated: top.dateCreated + 2,
    });
    const stranger = account({ sid: `AC${'9'.repeat(32)}` });
    for (const one of [top, sub, below, stranger]) await accounts.insert(one);
    const page = { page: 0, pageSize: 2 };
    const first = await accounts.list(ACCOUNT_SID, page, {});
    assert.deepEqual([first.items, first.total], [[below, sub], 3]);
    const second = await accounts.list(ACCOUNT_SID, { ...page, key: first.nextKey ?? '' }, {});
    assert.deepEqual(second, { items: [top], total: 3, nextKey: undefined });
    assert.deepEqual((await accounts.list(SUB, page, {})).items, [below, sub]);
    assert.deepEqual((await accounts.list(ACCOUNT_SID, page, { friendlyName: 'Below' })).items, [below]);
    assert.deepEqual((await accounts.list(ACCOUNT_SID, page, { status: 'active' })).items, [sub, top]);
    assert.deepEqual((await accounts.list(SUB_SUB, page, { status: 'closed' })).items, []);
  });

  it('keeps the token before a rotation, and when it ends', async () => {
    const { accounts } = the().repositories;
    const rotated = account({ previousToken: { token: 'old', until: 1_800_000_000_000 } });
    await accounts.insert(rotated);
    assert.deepEqual(await accounts.find(ACCOUNT_SID), rotated);
    await accounts.update(ACCOUNT_SID, () => account());
    assert.deepEqual(await accounts.find(ACCOUNT_SID), account());
  });
});

describeOnBoth('An account', (the) => {
  it('counts as inactive as any one above it, for its numbers', async () => {
    const { accounts } = the().store.repositories;
    await accounts.insert(account({ status: 'suspended' }));
    await accounts.insert(account({ sid: SUB, parentSid: ACCOUNT_SID }));
    assert.deepEqual(await the().store.directory.account(SUB), { sid: SUB, status: 'suspended' });
  });
});

describeOnBoth('The first account', (the, dialect) => {
  it('is made with values of its own, which stay', async () => {
    const { store } = the();
    assert.equal(await store.repositories.accounts.first(), undefined);
    const first = await store.ensureFirstAccount({});
    assert.equal(first.created, true);
    assert.ok(isSid('AC', first.account.sid));
    assert.match(first.account.authToken, /^[0-9a-f]{32}$/);
    assert.deepEqual(await store.ensureFirstAccount({}), { account: first.account, created: false });
    assert.deepEqual(await store.repositories.accounts.first(), first.account);
  });

  it('is made with the values that the settings name', async () => {
    const { store } = the();
    const { account: made } = await store.ensureFirstAccount({ accountSid: ACCOUNT_SID, authToken: 'mine' });
    assert.deepEqual([made.sid, made.authToken, made.status], [ACCOUNT_SID, 'mine', 'active']);
    assert.deepEqual(await store.ensureFirstAccount({}), { account: made, created: false });
  });

  it('gets a token that was changed in the settings', async () => {
    const { store } = the();
    await store.ensureFirstAccount({ authToken: 'old' });
    const { account: changed, created } = await store.ensureFirstAccount({ authToken: 'new' });
    assert.deepEqual([changed.authToken, created], ['new', false]);
    assert.equal((await store.repositories.accounts.first())?.authToken, 'new');
  });

  it('keeps a token that was rotated over REST when the settings have not changed', async () => {
    const { store } = the();
    const { account: made } = await store.ensureFirstAccount({ authToken: 'old' });
    await store.repositories.accounts.update(made.sid, (one) => ({ ...one, authToken: 'rotated' }));
    assert.equal((await store.ensureFirstAccount({ authToken: 'old' })).account.authToken, 'rotated');
  });

  it('is another one when the settings name another one', async () => {
    const { store } = the();
    const own = await store.ensureFirstAccount({});
    const named = await store.ensureFirstAccount({ accountSid: ACCOUNT_SID });
    assert.equal(named.created, true);
    assert.equal((await store.repositories.accounts.first())?.sid, ACCOUNT_SID);
    assert.deepEqual(await store.repositories.accounts.find(own.account.sid), own.account);
    assert.equal((await the().store.ensureFirstAccount({})).account.sid, ACCOUNT_SID);
  });

  if (dialect === 'postgres') {
    it('is made once when two processes start together', async () => {
      const other = await openStore(the().url, { clock: the().clock, logger: quiet });
      const [one, two] = await Promise.all([the().store, other].map((store) => store.ensureFirstAccount({})));
      assert.equal(one?.account.sid, two?.account.sid);
      assert.notEqual(one?.created, two?.created);
      await other.close();
    });
  }
});
