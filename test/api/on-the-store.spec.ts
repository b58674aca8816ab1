import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore, type Store } from '../../src/store/store.ts';
import { type ApiOnStore, type Json, startApiOn } from '../support/api-on-store.ts';
import { FakeLog } from '../support/fake-api.ts';
import { FakeClock } from '../support/fake-clock.ts';

type Form = Readonly<Record<string, string>>;

/** The other tests keep their records in memory; here is the real database behind the same routes. */
describe('The API on the database', () => {
  const clock = new FakeClock();
  const logger = new FakeLog();
  let folder: string;
  let store: Store;
  let api: ApiOnStore;
  const send: ApiOnStore['send'] = (...request) => api.send(...request);

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'legwork-api-'));
    store = await openStore({ kind: 'sqlite', path: join(folder, 'legwork.db') }, { clock, logger });
    api = await startApiOn(store, clock);
  });
  after(async () => {
    await api.close();
    await store.close();
    await rm(folder, { recursive: true });
  });

  const RESOURCES: readonly (readonly [collection: string, form: Form, change: Form, effect: Json])[] = [
    [
      'IncomingPhoneNumbers',
      {
        PhoneNumber: '+15551234567',
        VoiceUrl: 'http://app.example/v',
        StatusCallback: 'http://app.example/s',
      },
      { VoiceUrl: '', VoiceMethod: 'GET' },
      { voice_url: null, voice_method: 'GET' },
    ],
    [
      'Clients',
      { Login: 'Alice', Password: '12345678', VoiceUrl: 'http://app.example/v' },
      { Status: '0', VoiceUrl: '' },
      { status: 0, voice_url: null },
    ],
    [
      'Applications',
      { FriendlyName: 'App', VoiceFallbackUrl: 'http://app.example/f' },
      { VoiceFallbackUrl: '', VoiceUrl: 'http://app.example/v' },
      { voice_fallback_url: null, voice_url: 'http://app.example/v', rcml_url: 'http://app.example/v' },
    ],
    [
      'SipTrunks',
      { Host: '192.0.2.1', AllowedAddresses: '192.0.2.2,192.0.2.0/24', Prefix: '+49' },
      { AllowedAddresses: '', Priority: '2' },
      { allowed_addresses: [], priority: 2 },
    ],
    [
      'IncomingPhoneNumbers',
      { PhoneNumber: '+4930*', VoiceUrl: 'http://app.example/v' },
      { PhoneNumber: '*' },
      { phone_number: '*' },
    ],
    [
      'OutgoingCallerIds',
      { PhoneNumber: '+4930123456' },
      { FriendlyName: 'Head office' },
      { friendly_name: 'Head office' },
    ],
    ['DialingPermissions', { Country: 'DE' }, { Permission: 'deny' }, { permission: 'deny' }],
    ['DialingPermissions', { Prefix: '+49' }, { FriendlyName: 'Home' }, { friendly_name: 'Home' }],
    ['Keys', { FriendlyName: 'CI', Scope: 'read' }, { FriendlyName: 'Other' }, { friendly_name: 'Other' }],
  ];

  for (const [collection, form, change, effect] of RESOURCES) {
    it(`${collection}: what was created is read, changed, listed and removed`, async () => {
      const [created, { secret: _shownOnce, ...made }] = await send('POST', `${collection}.json`, form);
      assert.equal(created, 201);
      const path = String(made['uri']);
      assert.deepEqual(await send('GET', path), [200, made]);
      const changed = { ...made, ...effect };
      assert.deepEqual(await send('POST', path, change), [200, changed]);
      assert.deepEqual(await send('GET', path), [200, changed]);
      const [, list] = await send('GET', `${collection}.json`);
      assert.deepEqual(Object.values(list).filter(Array.isArray), [[changed]]);
      assert.deepEqual(await send('DELETE', path), [204, {}]);
      assert.equal((await send('GET', path))[0], 404);
    });
  }

  it('refuses what is taken', async () => {
    await send('POST', 'IncomingPhoneNumbers.json', { PhoneNumber: '+1000' });
    const [number, numberError] = await send('POST', 'IncomingPhoneNumbers.json', { PhoneNumber: '1000' });
    assert.deepEqual([number, numberError['code']], [400, 21422]);
    await send('POST', 'Clients.json', { Login: 'Bob', Password: '12345678' });
    const [client, clientError] = await send('POST', 'Clients.json', { Login: 'bOB', Password: '12345678' });
    assert.deepEqual([client, clientError['code']], [400, 20001]);
    assert.match(String(clientError['message']), /^Login is already in use/);
  });

  it('finds a number with and without the +, and a client in any case', async () => {
    for (const written of ['1000', '+1000', '%2B1000', '1-0(00)', 'tel:1000']) {
      const [, numbers] = await send('GET', `IncomingPhoneNumbers.json?PhoneNumber=${written}`);
      assert.equal(numbers['total'], 1, written);
    }
    const [, clients] = await send('GET', 'Clients.json?Login=BOB');
    assert.equal(clients['total'], 1);
  });

  it('goes from page to page by the links', async () => {
    for (let count = 0; count < 5; count += 1) {
      await send('POST', 'Applications.json', { FriendlyName: `App ${count}` });
    }
    const names: unknown[] = [];
    for (let uri: unknown = 'Applications.json?PageSize=2'; typeof uri === 'string'; ) {
      const [status, page] = await send('GET', uri);
      assert.equal(status, 200);
      names.push(...(page['applications'] as Json[]).map((application) => application['friendly_name']));
      uri = page['next_page_uri'];
    }
    assert.equal(names.length, 5);
    assert.deepEqual(new Set(names), new Set(['App 0', 'App 1', 'App 2', 'App 3', 'App 4']));
  });

  it('takes a made-up page token for some page', async () => {
    for (const token of ['x', '_', '1_AP', '9999999999999999999_x']) {
      assert.equal((await send('GET', `Applications.json?PageToken=${token}`))[0], 200);
    }
  });

  it('lists calls by every filter', async () => {
    const query = `Status=completed&To=a&From=b&ParentCallSid=CA${'0'.repeat(32)}&StartTime%3E=2026-01-01`;
    const [status, list] = await send('GET', `Calls.json?${query}`);
    assert.deepEqual([status, list['calls'], list['total']], [200, [], 0]);
  });
});
