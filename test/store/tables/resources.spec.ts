import assert from 'node:assert/strict';
import { type Repository, TakenError } from '../../../src/records/repositories.ts';
import { newSid } from '../../../src/call/sids.ts';
import { describeOnBoth } from '../both-databases.ts';
import { describeOnEvery } from '../every-store.ts';
import {
  ACCOUNT_SID,
  account,
  application,
  client,
  fullClient,
  fullNumber,
  fullTrunk,
  NOON,
  number,
  trunk,
} from '../records.ts';

const OTHER_SID = `AC${'2'.repeat(32)}`;

describeOnEvery('Numbers, clients, applications and trunks', (the) => {
  beforeEach(async () => {
    const { accounts } = the().repositories;
    await accounts.insert(account());
    await accounts.insert(account({ sid: OTHER_SID, parentSid: ACCOUNT_SID }));
  });

  for (const [title, records, of] of [
    ['number', [number({ phoneNumber: '1000' }), fullNumber()], 'numbers'],
    ['client', [client({ login: 'carol' }), fullClient()], 'clients'],
    ['application', [application()], 'applications'],
    [
      'trunk',
      [trunk(), trunk({ allowedAddresses: [], transport: 'tcp', prefix: '+49' }), fullTrunk()],
      'trunks',
    ],
  ] as const) {
    it(`are read as they were written: ${title}`, async () => {
      const repository = the().repositories[of] as unknown as Repository<(typeof records)[number]>;
      for (const record of records) await repository.insert(record);
      for (const record of records) {
        assert.deepEqual(await repository.find(ACCOUNT_SID, record.sid), record);
        const changed = { ...record, friendlyName: "O'Hara", dateUpdated: NOON + 60_000 };
        assert.deepEqual(await repository.update(ACCOUNT_SID, record.sid, () => changed), changed);
        assert.deepEqual(await repository.find(ACCOUNT_SID, record.sid), changed);
      }
      assert.deepEqual(
        (await repository.all()).map((one) => one.sid).sort(),
        records.map((one) => one.sid).sort(),
      );
      for (const { sid } of records) {
        assert.equal(await repository.remove(ACCOUNT_SID, sid), true);
        assert.equal(await repository.remove(ACCOUNT_SID, sid), false);
        assert.equal(await repository.find(ACCOUNT_SID, sid), undefined);
      }
    });
  }

  it('lose a field that a change leaves out', async () => {
    const { numbers } = the().repositories;
    const full = fullNumber();
    await numbers.insert(full);
    const bare = number({ sid: full.sid });
    await numbers.update(ACCOUNT_SID, full.sid, () => bare);
    assert.deepEqual(await numbers.find(ACCOUNT_SID, full.sid), bare);
  });

  it('are not there for another account', async () => {
    const { numbers } = the().repositories;
    const mine = number();
    await numbers.insert(mine);
    assert.equal(await numbers.find(OTHER_SID, mine.sid), undefined);
    assert.equal(await numbers.remove(OTHER_SID, mine.sid), false);
    const steal = () => assert.fail('there is nothing to change');
    assert.equal(await numbers.update(OTHER_SID, mine.sid, steal), undefined);
    assert.deepEqual(await numbers.find(ACCOUNT_SID, mine.sid), mine);
    assert.deepEqual((await numbers.list(OTHER_SID, { page: 0, pageSize: 10 })).items, []);
  });

  for (const taken of ['+15550100', '15550100']) {
    it(`cannot have the number ${taken} twice in the installation, with or without +`, async () => {
      const { numbers } = the().repositories;
      await numbers.insert(number({ phoneNumber: '+15550100' }));
      const second = number({ phoneNumber: taken, accountSid: OTHER_SID });
      await assert.rejects(numbers.insert(second), new TakenError('phoneNumber'));
      await numbers.insert({ ...second, phoneNumber: '2000' });
      const take = numbers.update(OTHER_SID, second.sid, () => second);
      await assert.rejects(take, new TakenError('phoneNumber'));
      assert.equal((await numbers.find(OTHER_SID, second.sid))?.phoneNumber, '2000');
    });
  }

  for (const taken of ['bob', 'BOB', 'Bob']) {
    it(`cannot have the login ${taken} when Bob is there`, async () => {
      const { clients } = the().repositories;
      const bob = client({ login: 'Bob' });
      await clients.insert(bob);
      await assert.rejects(
        clients.insert(client({ login: taken, accountSid: OTHER_SID })),
        new TakenError('login'),
      );
      // Its own login is not taken.
      await clients.update(ACCOUNT_SID, bob.sid, (current) => ({ ...current, login: taken }));
      assert.equal((await clients.find(ACCOUNT_SID, bob.sid))?.login, taken);
    });
  }

  it('give a login to one of those who ask for it at once', async () => {
    const { clients } = the().repositories;
    const outcomes = await Promise.allSettled(
      ['bob', 'BOB', 'Bob'].map((login) => clients.insert(client({ login }))),
    );
    assert.deepEqual(
      outcomes.map((outcome) => outcome.status),
      ['fulfilled', 'rejected', 'rejected'],
    );
  });

  it('are listed newest first and filtered, as far as the filter is known', async () => {
    const { numbers, clients } = the().repositories;
    const [old, young] = [
      number({ phoneNumber: '1000' }),
      number({ phoneNumber: '+1001', dateCreated: NOON + 1 }),
    ];
    await numbers.insert(young);
    await numbers.insert(old);
    const page = { page: 0, pageSize: 10 };
    assert.deepEqual(await numbers.list(ACCOUNT_SID, page), {
      items: [young, old],
      total: 2,
      nextKey: undefined,
    });
    assert.deepEqual((await numbers.list(ACCOUNT_SID, page, { phoneNumber: '1001' })).items, [young]);
    assert.deepEqual((await numbers.list(ACCOUNT_SID, page, { friendlyName: 'nobody' })).items, []);
    assert.deepEqual((await numbers.list(ACCOUNT_SID, page, { unknown: 'x' })).items, [young, old]);
    const bob = client({ login: 'Bob' });
    await clients.insert(bob);
    assert.deepEqual((await clients.list(ACCOUNT_SID, page, { login: 'BOB', status: 'enabled' })).items, [
      bob,
    ]);
  });
});

describeOnBoth('What an account owns', (the) => {
  it('needs that account', async () => {
    await assert.rejects(
      the().store.repositories.numbers.insert(number({ accountSid: newSid('AC') })),
      /constraint/i,
    );
  });
});
