import assert from 'node:assert/strict';
import { pathOf } from '../../src/api/http/router.ts';
import { newSid } from '../../src/call/sids.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { emptyDatabase, quiet } from '../store/both-databases.ts';
import { type ApiOnStore, startApiOn } from '../support/api-on-store.ts';
import { ROUTES } from '../support/contract.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { TcpProxy } from '../support/tcp-proxy.ts';

const SIDS: Readonly<Record<string, string>> = {
  Calls: newSid('CA'),
  Recordings: newSid('RE'),
  Notifications: newSid('NO'),
  Callbacks: newSid('CB'),
  IncomingPhoneNumbers: newSid('PN'),
  Clients: newSid('CL'),
  Applications: newSid('AP'),
  SipTrunks: newSid('TK'),
  Problems: newSid('PR'),
  OutgoingCallerIds: newSid('PN'),
  DialingPermissions: newSid('DP'),
  Keys: newSid('SK'),
  SigningKeys: newSid('SK'),
  Messages: newSid('SM'),
};

const IN_NO_DATABASE = /^\/(?:Jobs|Doctor|Log$)/;
/** Every path that is read, but for those that only need the account, and what is in no database. */
const PATHS = ROUTES.filter(
  ({ method, path }) => method === 'GET' && path !== '' && !IN_NO_DATABASE.test(path),
).map((route) =>
  pathOf(route)
    .replace('/Accounts/:accountSid/', '')
    .replace(/(\w+)\/:(?:sid|callSid)/g, (_all, kind: string) => `${kind}/${SIDS[kind] ?? newSid('CA')}`)
    .replace(':room', 'sales')
    .replace(':client', newSid('CL'))
    .replace('Tokens/CA', 'Tokens/TO'),
);

describe('While PostgreSQL is away', () => {
  let proxy: TcpProxy;
  let stores: readonly Store[];
  /** The database of the first is away as a whole, of the second all but the accounts. */
  let apis: readonly [ApiOnStore, ApiOnStore];

  before(async function () {
    this.timeout(300_000);
    const made = await emptyDatabase('postgres');
    assert.equal(made.url.kind, 'postgres');
    const url = new URL(made.url.kind === 'postgres' ? made.url.url : '');
    proxy = await TcpProxy.start({ host: url.hostname, port: Number(url.port) });
    const direct = url.href;
    url.port = String(proxy.port);
    const clock = new FakeClock();
    const open = (href: string) =>
      openStore({ kind: 'postgres', url: href }, { clock, logger: quiet, owner: '1', asteriskId: '1' });
    const [away, there] = [await open(url.href), await open(direct)];
    stores = [away, there];
    const { accounts } = there.repositories;
    apis = [
      await startApiOn(away, clock),
      await startApiOn(there, clock, { repositories: { ...away.repositories, accounts } }),
    ];
  });
  afterEach(() => proxy.restore());
  after(async () => {
    for (const api of apis) await api.close();
    for (const store of stores) await store.close();
    await proxy.stop();
  });

  const UNAVAILABLE = [503, 20503, 'The database is not available, nothing was done'];
  async function read(api: ApiOnStore, path: string): Promise<readonly unknown[]> {
    const [status, { code, message }] = await api.send('GET', `${path}.json`);
    return [status, code, message];
  }

  for (const path of PATHS) {
    it(`reading says that the database is not available, and not that something went wrong: ${path.replaceAll(/[0-9a-f]{32}/g, '…')}`, async () => {
      assert.notDeepEqual(await read(apis[1], path), UNAVAILABLE);
      proxy.cut();
      assert.deepEqual(await read(apis[1], path), UNAVAILABLE);
    });
  }

  it('so does who asks, and all is well once it is back', async () => {
    assert.equal((await read(apis[0], 'Calls'))[0], 200);
    proxy.cut();
    for (const path of ['Calls', '/2012-04-24/Accounts']) {
      assert.deepEqual(await read(apis[0], path), UNAVAILABLE);
    }
    proxy.restore();
    assert.equal((await read(apis[0], 'Calls'))[0], 200);
  });
});
