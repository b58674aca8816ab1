import assert from 'node:assert/strict';
import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type HostsFile, hostsFile } from '../../../src/webhooks/names/hosts-file.ts';
import { cachedNames, type NameAnswer, NameError } from '../../../src/webhooks/names/name-cache.ts';
import type { Resolve } from '../../../src/webhooks/names/name-lookup.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const ONE = [{ address: '192.0.2.1', family: 4 }];
const TWO = [{ address: '192.0.2.2', family: 4 }];
const NO_HOSTS: HostsFile = { addressesOf: async () => undefined };

describe('the look-up of a host name', () => {
  let clock: FakeClock;
  let resolve: Resolve;
  let asked: string[];
  let answer: () => Promise<NameAnswer>;

  beforeEach(() => {
    clock = new FakeClock();
    asked = [];
    answer = async () => ({ addresses: ONE, ttlS: 60 });
    const query = (host: string) => {
      asked.push(host);
      return answer();
    };
    resolve = cachedNames(query, NO_HOSTS, clock);
  });
  afterEach(async () => {
    await clock.advance(10_000);
    assert.equal(clock.timers, 0);
  });

  const dead = () => Promise.reject(new NameError('EAI_AGAIN'));
  const unknown = () => Promise.reject(new NameError('ENOTFOUND'));
  const silent = () => new Promise<NameAnswer>(() => undefined);

  /** What comes of a look-up that may take so long. */
  async function within(ms: number, host = 'a.example'): Promise<unknown> {
    let result: unknown = 'waits';
    const done = resolve(host).then(
      (addresses) => (result = addresses),
      (error: NameError) => (result = error.code),
    );
    await clock.advance(ms);
    void done;
    return result;
  }

  it('asks once for many at a time, and again when the answer has run out', async () => {
    const all = Promise.all([resolve('a.example'), resolve('A.example'), resolve('a.example')]);
    await clock.advance(0);
    assert.deepEqual(await all, [ONE, ONE, ONE]);
    await clock.advance(59_000);
    assert.deepEqual(await within(0), ONE);
    assert.deepEqual(asked, ['a.example']);
    answer = async () => ({ addresses: TWO, ttlS: 60 });
    await clock.advance(1_000);
    assert.deepEqual(await within(0), TWO);
    assert.deepEqual(asked, ['a.example', 'a.example']);
  });

  it('keeps the last good answer while the servers are dead, and does not ask them each time', async () => {
    assert.deepEqual(await within(0), ONE);
    answer = dead;
    await clock.advance(3_600_000);
    assert.deepEqual(await within(0), ONE);
    assert.deepEqual(await within(0), ONE);
    assert.equal(asked.length, 2);
    await clock.advance(5_000);
    assert.deepEqual(await within(0), ONE);
    assert.equal(asked.length, 3);
    await clock.advance(24 * 3_600_000);
    assert.equal(await within(0), 'EAI_AGAIN');
  });

  it('does not wait long for servers that are silent when there is an answer of before', async () => {
    assert.deepEqual(await within(0), ONE);
    answer = silent;
    await clock.advance(60_000);
    assert.equal(await within(499), 'waits');
    assert.deepEqual(await within(500), ONE);
    await clock.advance(4_000);
    assert.deepEqual(await within(0), ONE, 'they are known to be silent now');
    assert.equal(asked.length, 2);
  });

  it('gives up after four seconds, and for five more says so at once', async () => {
    answer = silent;
    assert.equal(await within(3_999), 'waits');
    await clock.advance(1);
    assert.equal(await within(0), 'EAI_AGAIN');
    assert.equal(asked.length, 1);
    answer = async () => ({ addresses: ONE, ttlS: 60 });
    await clock.advance(5_000);
    assert.deepEqual(await within(0), ONE);
  });

  it('forgets the addresses of a name that is no more, and remembers that for ten seconds', async () => {
    assert.deepEqual(await within(0), ONE);
    answer = unknown;
    await clock.advance(60_000);
    assert.equal(await within(0), 'ENOTFOUND');
    await clock.advance(9_999);
    assert.equal(await within(0), 'ENOTFOUND');
    assert.equal(asked.length, 2);
    await clock.advance(1);
    assert.equal(await within(0), 'ENOTFOUND');
    assert.equal(asked.length, 3);
  });

  it('lets no name wait for another', async () => {
    answer = silent;
    const hanging = Array.from({ length: 500 }, (_, index) => within(0, `dead-${index}.example`));
    await Promise.all(hanging);
    answer = async () => ({ addresses: ONE, ttlS: 60 });
    assert.deepEqual(await within(0, 'well.example'), ONE);
  });

  it('does not care how the clock of the machine is set', async () => {
    assert.deepEqual(await within(0), ONE);
    clock.jump(-3_600_000);
    answer = async () => ({ addresses: TWO, ttlS: 60 });
    await clock.advance(60_000);
    assert.deepEqual(await within(0), TWO);
    clock.jump(25 * 3_600_000);
    assert.deepEqual(await within(0), TWO);
    assert.equal(asked.length, 2);
  });

  describe('in the hosts file', () => {
    let folder: string;
    let path: string;

    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'legwork-hosts-'));
      path = join(folder, 'hosts');
      answer = unknown;
      await writeFile(
        path,
        '# ours\n127.0.0.1 localhost vm\n192.0.2.9\tApp.example app # PBX\n::1 localhost\nfe80::1%eth0 x\n',
      );
      resolve = cachedNames(
        async (host) => {
          asked.push(host);
          return await answer();
        },
        hostsFile(clock, path),
        clock,
      );
    });
    afterEach(() => rm(folder, { recursive: true }));

    it('is answered from there, and nobody is asked', async () => {
      assert.deepEqual(await resolve('app.example'), [{ address: '192.0.2.9', family: 4 }]);
      assert.deepEqual(await resolve('APP'), [{ address: '192.0.2.9', family: 4 }]);
      const [four, six] = [
        { address: '127.0.0.1', family: 4 },
        { address: '::1', family: 6 },
      ];
      assert.deepEqual(await resolve('localhost'), [four, six]);
      assert.deepEqual(await resolve('vm'), [four]);
      assert.deepEqual(await resolve('a.localhost'), [four, six]);
      assert.deepEqual(asked, []);
      await assert.rejects(resolve('x'), NameError);
    });

    it('is read again when the file has changed, and done without when there is none', async () => {
      assert.deepEqual(await resolve('app'), [{ address: '192.0.2.9', family: 4 }]);
      await writeFile(path, '192.0.2.10 app\n');
      await utimes(path, 1, 1);
      await clock.advance(2_000);
      assert.deepEqual(await resolve('app'), [{ address: '192.0.2.10', family: 4 }]);
      await rm(path);
      await clock.advance(2_000);
      await assert.rejects(resolve('app'), NameError);
    });
  });
});
