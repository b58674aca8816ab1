import assert from 'node:assert/strict';
import { EventRing } from '../../../src/api/live/event-ring.ts';
import { Live } from '../../../src/api/live/live.ts';
import { LIVE_EVENTS } from '../../../src/api/live/live-event.ts';
import type { Watched } from '../../../src/api/live/live-watch.ts';
import type { Health } from '../../../src/api/health.ts';
import { account, ACCOUNT_SID } from '../../store/records.ts';
import { FakeLog } from '../../support/fake-api.ts';
import { FakeChanges } from '../../support/fake-changes.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { FakeEventSink } from '../../support/fake-event-sink.ts';
import { memoryRepositories } from '../../support/memory-repositories.ts';

const WELL: Health = {
  status: 'up',
  pid: 1,
  version: '1',
  asterisk: 'up',
  sip: 'up',
  database: 'up',
  callbacks: { pending: 0, oldest_s: null },
};

describe('What nobody tells of', () => {
  let clock: FakeClock;
  let live: Live;
  let health: Health;
  let looks: string[];
  let isAway: boolean;
  beforeEach(async () => {
    clock = new FakeClock();
    health = WELL;
    looks = [];
    isAway = false;
    const { accounts } = memoryRepositories();
    await accounts.insert(account());
    const watched: Watched = {
      health: async () => {
        looks.push('health');
        return health;
      },
      stats: async (of) => {
        looks.push(isAway ? 'failed' : 'stats');
        if (isAway) throw new Error('The database is away');
        return { of };
      },
      async changedStatuses() {
        looks.push('statuses');
        return [{ name: 'client.updated', accountSid: ACCOUNT_SID, present: () => ({ login: 'bob' }) }];
      },
    };
    const changes = new FakeChanges();
    const ring = new EventRing(clock, 'i');
    live = new Live({ changes, accounts, watched, clock, log: new FakeLog(), version: '1', ring });
  });
  afterEach(() => {
    live.close();
    assert.equal(clock.timers, 0, 'a timer was left');
  });

  async function open(names: readonly (typeof LIVE_EVENTS)[number][] = LIVE_EVENTS) {
    const sink = new FakeEventSink();
    const end = await live.open(
      {
        accountSid: ACCOUNT_SID,
        subAccounts: false,
        names: new Set(names),
        root: undefined,
        prefix: '/2012-04-24',
      },
      { askingSid: ACCOUNT_SID, isAllowed: async () => true, lastEventId: undefined },
      () => sink,
    );
    return { sink, end };
  }

  it('is looked at only while somebody watches, and wants it', async () => {
    await clock.advance(60_000);
    assert.deepEqual(looks, []);
    const { end } = await open(['call.updated']);
    await clock.advance(60_000);
    assert.deepEqual(looks, []);
    const stats = await open(['stats']);
    await clock.advance(4_000);
    assert.deepEqual(looks, ['stats', 'stats']);
    stats.end();
    end();
    await clock.advance(60_000);
    assert.equal(looks.length, 2);
  });

  it('is told every two seconds when it is numbers, at once to a first reader', async () => {
    const { sink } = await open(['stats']);
    await clock.advance(0);
    const stats = `event: stats\ndata: {"of":"${ACCOUNT_SID}"}\n\n`;
    assert.deepEqual(sink.written.slice(1), [stats]);
    await clock.advance(2_000);
    assert.deepEqual(sink.written.slice(1), [stats, stats]);
  });

  it('is told when something is up or down, and not when only a number has changed', async () => {
    const { sink } = await open(['health']);
    await clock.advance(5_000);
    health = { ...WELL, callbacks: { pending: 7, oldest_s: 1 } };
    await clock.advance(5_000);
    assert.deepEqual(sink.names, ['i.0 hello']);
    health = { ...health, status: 'down', sip: 'down' };
    await clock.advance(5_000);
    assert.deepEqual(sink.names, ['i.0 hello', 'i.1 health']);
    assert.equal(sink.written.at(-1), `id: i.1\nevent: health\ndata: ${JSON.stringify(health)}\n\n`);
  });

  it('is told of clients and trunks', async () => {
    const { sink } = await open(['client.updated']);
    await clock.advance(0);
    assert.deepEqual(sink.names, ['i.0 hello', 'i.1 client.updated']);
  });

  it('is told when REST has changed it, and not even asked for while nobody listens', async () => {
    const draft = async () => {
      looks.push('draft');
      return { name: 'trunk.updated', accountSid: ACCOUNT_SID, present: () => ({ sid: 'TK1' }) } as const;
    };
    await live.changed(draft);
    assert.deepEqual(looks, []);
    const { sink } = await open(['trunk.updated']);
    await live.changed(draft);
    assert.deepEqual(sink.names, ['i.0 hello', 'i.1 trunk.updated']);
  });

  it('is looked at again after a look has failed', async () => {
    isAway = true;
    await open(['stats']);
    await clock.advance(4_000);
    assert.deepEqual(looks, ['failed', 'failed', 'failed']);
  });
});
