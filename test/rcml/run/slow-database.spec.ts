import assert from 'node:assert/strict';
import { runCall } from '../../../src/rcml/run/call-runner.ts';
import { CoreBench } from '../../support/core-bench.ts';

describe('While the database is slow', () => {
  it('no document is asked for when the caller has hung up and that is being written', async () => {
    const bench = new CoreBench();
    const live = bench.stored(
      { sid: `CA${'a'.repeat(32)}`, direction: 'inbound', to: '1000' },
      { phase: 'ringing', initiatedAt: 0, ringingAt: 0 },
    );
    const commit = bench.store.commit.bind(bench.store);
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    bench.store.commit = (entry) => held.then(() => commit(entry));
    void bench.calls.input(live.sid, { type: 'end' });
    void runCall({ ...bench.services, live, first: { url: 'http://app.test/voice', method: 'POST' } });
    await bench.clock.advance(1000);
    release();
    await bench.clock.advance(0);
    assert.deepEqual([bench.ends, bench.documents.requests], [[['1000', 'canceled']], []]);
    bench.check();
  });
});
