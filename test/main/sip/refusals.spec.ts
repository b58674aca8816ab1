import assert from 'node:assert/strict';
import type { InboundCall } from '../../../src/call/call-control.ts';
import { Refusals } from '../../../src/main/sip/refusals.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { FakeDirectory } from '../../support/fake-directory.ts';
import { MemoryJournalStore } from '../../support/memory-journal-store.ts';
import { quiet } from '../../support/quiet-log.ts';
import { trunk } from '../../store/records.ts';

const VOICE = { voiceMethod: 'POST', voiceFallbackMethod: 'POST', statusCallbackMethod: 'POST' } as const;
const OURS = `AC${'1'.repeat(32)}`;
const CARRIER = trunk({ accountSid: OURS, friendlyName: 'carrier', host: '192.0.2.7' });

describe('A call that was refused', () => {
  let clock: FakeClock;
  let journal: MemoryJournalStore;
  let counted: string[];
  let refusals: Refusals;
  beforeEach(() => {
    clock = new FakeClock();
    journal = new MemoryJournalStore();
    counted = [];
    const directory = new FakeDirectory(OURS);
    directory.clients.push({ sid: 'CL1', accountSid: OURS, login: 'alice', voice: VOICE });
    directory.addTrunk({ ...CARRIER, stripDigits: 0, prependDigits: '' });
    refusals = new Refusals({
      directory,
      trunkAt: (address) => Promise.resolve(address === CARRIER.host ? CARRIER : undefined),
      journal,
      clock,
      log: quiet,
      count: (code, reason) => void counted.push(`${code} ${reason}`),
    });
  });

  const call = (source: InboundCall['source'], dialled: string) =>
    ({ source, dialled, channelId: 'c', from: 'x', sipHeaders: [] }) as InboundCall;
  /** What the account is told, with Twilio's code. */
  async function told(): Promise<readonly string[]> {
    await clock.advance(0);
    for (const one of journal.notifications) {
      assert.deepEqual([one.accountSid, one.callSid, one.level], [OURS, undefined, 'warning']);
    }
    return journal.notifications.map(({ errorCode, message }) => `${errorCode} ${message}`);
  }

  it('by Legwork is counted by reason, and told to the account of the client or trunk', async () => {
    refusals.byLegwork(call({ kind: 'client', login: 'alice' }, '4711'), 'no such number', 'not-found');
    refusals.byLegwork(call({ kind: 'trunk', trunkSid: CARRIER.sid }, '1000'), 'too many', 'overload');
    assert.deepEqual(counted, ['404 not-found', '503 overload']);
    assert.deepEqual(await told(), [
      '13224 A call from the client alice to 4711 was refused with 404: no such number',
      `10004 A call from the trunk ${CARRIER.sid} to 1000 was refused with 503: too many`,
    ]);
  });

  it('by Asterisk is counted and told too, also of a browser phone', async () => {
    refusals.byAsterisk({ endpoint: 'alice~web', code: 488 });
    refusals.byAsterisk({ endpoint: 'alice', code: 404, dialled: '%' });
    assert.deepEqual(counted, ['488 media', '404 not-found']);
    assert.deepEqual(await told(), [
      '53404 A call from the client alice was refused with 488: nothing in its offer may be used: no codec in common ' +
        '(CODECS), or its encryption does not fit (Srtp)',
      '13224 A call from the client alice to % was refused with 404: nothing here can have such a name',
    ]);
  });

  it('for a wrong password is told to the account of the client', async () => {
    refusals.unauthorized({ login: 'alice', address: '203.0.113.9', port: 5060 });
    refusals.unauthorized({ login: 'nobody', address: '203.0.113.9', port: 5060 });
    assert.deepEqual(counted, ['401 wrong-password', '401 wrong-password']);
    assert.deepEqual(await told(), [
      '32202 Somebody at 203.0.113.9 gave a wrong password for the client alice, and was answered with 401',
    ]);
  });

  it("from a trunk's address, but not its port, is told to the trunk's account; of strangers nobody is told", async () => {
    refusals.unauthorized({ address: '192.0.2.7', port: 5099 });
    refusals.unauthorized({ address: '203.0.113.9', port: 5060 });
    assert.deepEqual(counted, ['401 unknown-sender', '401 unknown-sender']);
    const [message, ...more] = await told();
    assert.match(
      message ?? '',
      /^32201 A request from 192\.0\.2\.7:5099, which is the address of the trunk carrier \(TK\w+\), was answered with 401/,
    );
    assert.deepEqual(more, []);
  });

  it('is counted each time, but told once in ten minutes, then with how often it happened', async () => {
    const again = () => refusals.byAsterisk({ endpoint: 'alice', code: 488 });
    for (let time = 0; time < 100; time += 1) again();
    assert.equal((await told()).length, 1);
    await clock.advance(600_000);
    again();
    assert.equal(counted.length, 101);
    const [, second] = await told();
    assert.match(second ?? '', / \(100 times since this was told last\)$/);
  });

  it('is told of no more than 20 kinds of an account in ten minutes', async () => {
    for (let code = 0; code < 50; code += 1) {
      refusals.byAsterisk({ endpoint: 'alice', code: (400 + code) as 488 });
    }
    assert.equal((await told()).length, 20);
  });

  it('is looked up for few of a flood of strangers', async () => {
    let asked = 0;
    const lookUps = new Refusals({
      directory: new FakeDirectory(),
      trunkAt: () => {
        asked += 1;
        return Promise.resolve(undefined);
      },
      journal,
      clock,
      log: quiet,
      count: (code, reason) => void counted.push(`${code} ${reason}`),
    });
    for (let index = 0; index < 1000; index += 1) {
      lookUps.unauthorized({ address: `198.51.100.${index % 250}`, port: 5060 });
    }
    assert.deepEqual(await told(), []);
    assert.deepEqual([asked, counted.length], [20, 1000]);
  });

  it('harms nothing while the database is away', async () => {
    journal.failure = new Error('The database cannot write');
    refusals.byAsterisk({ endpoint: 'alice', code: 488 });
    assert.deepEqual(await told(), []);
    assert.deepEqual(counted, ['488 media']);
  });
});
