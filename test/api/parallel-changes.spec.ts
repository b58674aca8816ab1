import assert from 'node:assert/strict';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { type Store, storeOn } from '../../src/store/store.ts';
import { describeOnBoth, quiet } from '../store/both-databases.ts';
import { type ApiOnStore, type Json, startApiOn } from '../support/api-on-store.ts';

type Form = Readonly<Record<string, string>>;

const ROUNDS = 10;

/** What is made, the changes that are made of it at one time, and what must be there afterwards: all of them. */
const RESOURCES: readonly (readonly [
  collection: string,
  made: Form,
  changes: readonly (readonly [form: Form, effect: Json])[],
])[] = [
  [
    'IncomingPhoneNumbers',
    { PhoneNumber: '+15550100' },
    [
      [{ FriendlyName: 'Hotline' }, { friendly_name: 'Hotline' }],
      [{ VoiceUrl: 'http://app.example/voice' }, { voice_url: 'http://app.example/voice' }],
      [{ StatusCallbackMethod: 'GET' }, { status_callback_method: 'GET' }],
    ],
  ],
  [
    'Clients',
    { Login: 'bob', Password: '12345678' },
    [
      [{ Status: '0' }, { status: 0 }],
      [{ FriendlyName: 'Bob' }, { friendly_name: 'Bob' }],
      [{ VoiceFallbackUrl: 'http://app.example/f' }, { voice_fallback_url: 'http://app.example/f' }],
    ],
  ],
  [
    'Applications',
    { FriendlyName: 'Shop' },
    [
      [{ FriendlyName: 'Store' }, { friendly_name: 'Store' }],
      [
        { RcmlUrl: 'http://app.example/voice' },
        { rcml_url: 'http://app.example/voice', voice_url: 'http://app.example/voice' },
      ],
      [{ VoiceMethod: 'GET' }, { voice_method: 'GET' }],
    ],
  ],
  [
    'SipTrunks',
    { Host: '192.0.2.1' },
    [
      [{ Prefix: '+49' }, { prefix: '+49' }],
      [{ Priority: '3' }, { priority: 3 }],
      [{ MaxChannels: '5' }, { max_channels: 5 }],
    ],
  ],
  [
    '/2012-04-24/Accounts',
    { FriendlyName: 'Branch' },
    [
      [{ FriendlyName: 'Office' }, { friendly_name: 'Office' }],
      [{ EmailAddress: 'office@example.com' }, { email_address: 'office@example.com' }],
      [{ Status: 'suspended' }, { status: 'suspended' }],
    ],
  ],
];

describeOnBoth('Changes that come at one time', (the) => {
  /** Two processes on one database. */
  let apis: readonly [ApiOnStore, ApiOnStore];
  let second: { readonly database: Database; readonly store: Store };
  beforeEach(async () => {
    const { store, clock, url } = the();
    const database = await openDatabase(url, quiet);
    second = {
      database,
      store: await storeOn(database, { clock, logger: quiet, owner: '2', asteriskId: '' }),
    };
    apis = [await startApiOn(store, clock), await startApiOn(second.store, clock)];
  });
  afterEach(async () => {
    for (const api of apis) await api.close();
    await second.store.close();
  });

  for (const [collection, made, changes] of RESOURCES) {
    it(`are all made, none undoes another one: ${collection.replace(/^.*\//, '')}`, async () => {
      const [one, other] = apis;
      for (let round = 0; round < ROUNDS; round += 1) {
        const [, { uri, ...before }] = await one.send('POST', `${collection}.json`, made);
        const replies = await Promise.all(
          changes.map(([form], index) => (index % 2 === 0 ? one : other).send('POST', String(uri), form)),
        );
        assert.deepEqual(
          replies.map(([status]) => status),
          changes.map(() => 200),
        );
        const effects = changes.map(([, effect]) => effect);
        const [, after] = await one.send('GET', String(uri));
        assert.deepEqual(after, Object.assign({ uri, ...before }, ...effects));
        await remove(one, String(uri));
      }
    });
  }

  /** Makes room for the next round; an account cannot be removed over REST. */
  async function remove(api: ApiOnStore, uri: string): Promise<void> {
    const [status] = await api.send('DELETE', uri);
    if (status === 405) await the().database.writer('accounts').whereNotNull('parent_sid').del();
    else assert.equal(status, 204);
  }

  it('of something that is removed meanwhile say that it is not there', async () => {
    const [one, other] = apis;
    for (let round = 0; round < ROUNDS; round += 1) {
      const [, { uri }] = await one.send('POST', 'Applications.json', { FriendlyName: 'Shop' });
      const [[removed], [changed]] = await Promise.all([
        one.send('DELETE', String(uri)),
        other.send('POST', String(uri), { FriendlyName: 'Store' }),
      ]);
      assert.equal(removed, 204);
      assert.ok([200, 404].includes(changed), String(changed));
      assert.equal((await one.send('POST', String(uri), { FriendlyName: 'Store' }))[0], 404);
    }
  });
});
