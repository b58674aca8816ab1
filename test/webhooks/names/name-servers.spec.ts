import assert from 'node:assert/strict';
import { systemClock } from '../../../src/clock.ts';
import { ApplicationServer } from '../../support/application-server.ts';
import { NameServer } from '../../support/name-server.ts';
import { localSender } from '../../support/webhook-sender.ts';
import { hostsFile } from '../../../src/webhooks/names/hosts-file.ts';
import type { HttpRequest, HttpSender } from '../../../src/webhooks/http-request.ts';
import { cachedNames, NameError, type Query } from '../../../src/webhooks/names/name-cache.ts';
import { nameServers } from '../../../src/webhooks/names/name-servers.ts';
import { candidates, searchRules } from '../../../src/webhooks/names/search-domains.ts';

const NO_SEARCH = { domains: [], dots: 1 };

describe('the name servers', () => {
  let server: NameServer;
  let query: Query;

  beforeEach(async () => {
    server = await NameServer.start();
    query = nameServers({ clock: systemClock, servers: [server.address], tryMs: 100, search: NO_SEARCH });
  });
  afterEach(() => server.stop());

  function rejectsWith(code: string) {
    return (error: unknown) => error instanceof NameError && error.code === code;
  }

  it('are asked for both families; the answer holds for the shorter of the times', async () => {
    server.set('a.example', { addresses: ['2001:db8::1', '192.0.2.1', '192.0.2.2'], ttlS: 30 });
    assert.deepEqual(await query('a.example'), {
      addresses: [
        { address: '192.0.2.1', family: 4 },
        { address: '192.0.2.2', family: 4 },
        { address: '2001:db8::1', family: 6 },
      ],
      ttlS: 30,
    });
    assert.deepEqual([...server.asked].sort(), ['A a.example', 'AAAA a.example']);
  });

  it('may know addresses of one family only', async () => {
    server.set('four.example', { addresses: ['192.0.2.1'], ttlS: 5 });
    server.set('six.example', { addresses: ['2001:db8::6'], ttlS: 6 });
    assert.deepEqual(await query('four.example'), {
      addresses: [{ address: '192.0.2.1', family: 4 }],
      ttlS: 5,
    });
    assert.deepEqual(await query('six.example'), {
      addresses: [{ address: '2001:db8::6', family: 6 }],
      ttlS: 6,
    });
  });

  it('say that there is no such name, or nothing', async () => {
    server.set('dead.example', 'silent');
    server.set('ill.example', 'fails');
    server.set('empty.example', { addresses: [] });
    await assert.rejects(query('none.example'), rejectsWith('ENOTFOUND'));
    await assert.rejects(query('empty.example'), rejectsWith('ENOTFOUND'));
    await assert.rejects(query('ill.example'), rejectsWith('EAI_AGAIN'));
    await assert.rejects(query('dead.example'), rejectsWith('EAI_AGAIN'));
  });

  it('answer for one name while a hundred others hang', async () => {
    const dead = Array.from({ length: 100 }, (_, index) => `dead-${index}.example`);
    for (const name of dead) server.set(name, 'silent');
    server.set('well.example', { addresses: ['192.0.2.1'] });
    let over = 0;
    const hanging = dead.map((name) => query(name).catch(() => (over += 1)));
    assert.equal((await query('well.example')).addresses.length, 1);
    assert.equal(over, 0);
    await Promise.all(hanging);
  });

  it('are asked for a short name in the domains of the machine', async () => {
    server.set('app.svc.example', { addresses: ['192.0.2.7'] });
    const search = searchRules(
      'nameserver 192.0.2.53\nsearch ns.example svc.example.\noptions timeout:1 ndots:2\n',
    );
    const inDomains = nameServers({ clock: systemClock, servers: [server.address], tryMs: 100, search });
    assert.deepEqual((await inDomains('app')).addresses, [{ address: '192.0.2.7', family: 4 }]);
    assert.deepEqual(candidates('a.b', search), ['a.b.ns.example', 'a.b.svc.example', 'a.b']);
    assert.deepEqual(candidates('a.b.c', search), ['a.b.c', 'a.b.c.ns.example', 'a.b.c.svc.example']);
    assert.deepEqual(candidates('a.', search), ['a']);
    assert.deepEqual(candidates('localdomain', searchRules('')), ['localdomain']);
  });

  describe('when those of callbacks are dead', () => {
    let app: ApplicationServer;
    const senders: HttpSender[] = [];

    beforeEach(async () => {
      app = await ApplicationServer.start();
    });
    afterEach(async () => {
      for (const sender of senders.splice(0)) sender.close();
      await app.stop();
    });

    /** As each of Legwork's two ways out is made. */
    function wayOut(): HttpSender {
      const resolve = cachedNames(query, hostsFile(systemClock), systemClock);
      const sender = localSender({ resolve, connectTimeoutMs: 5000, timeoutMs: 5000 });
      senders.push(sender);
      return sender;
    }

    const get = (url: string): HttpRequest => ({
      url,
      method: 'GET',
      parameters: [],
      bodyLimit: 1000,
      overLimit: 'cut',
      retryBroken: 'always',
    });

    it('no document waits for them: twenty hang, and a document comes as ever', async () => {
      const [callbacks, documents] = [wayOut(), wayOut()];
      const { port } = new URL(app.origin);
      app.reply('/voice', '<Response/>');
      server.set('app.example', { addresses: ['127.0.0.1'] });
      const dead = Array.from({ length: 20 }, (_, index) => `http://dead-${index}.example/status`);
      for (const url of dead) server.set(new URL(url).hostname, 'silent');
      let over = 0;
      const hanging = dead.map(async (url) => {
        const result = await callbacks.send(get(url));
        over += 1;
        return result;
      });
      for (const host of ['app.example', 'localhost']) {
        const reply = await documents.send(get(`http://${host}:${port}/voice`));
        assert.deepEqual([reply.ok, over], [true, 0], host);
      }
      const results = await Promise.all(hanging);
      assert.deepEqual(
        results.map((result) => (result.ok ? 'ok' : result.kind)),
        dead.map(() => 'unknown-host'),
      );
    });
  });
});
