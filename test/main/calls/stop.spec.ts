import assert from 'node:assert/strict';
import { stopLegwork } from '../../../src/main/calls/stop.ts';
import { Undo } from '../../../src/main/undo.ts';
import { runCall } from '../../../src/rcml/run/call-runner.ts';
import type { CallbackDispatcher } from '../../../src/webhooks/delivery/dispatcher.ts';
import { CoreBench } from '../../support/core-bench.ts';
import { ANSWERS } from '../../support/fake-call-control.ts';

const BOB = 'sip:bob@phone.test';
const ACTION_URL = 'http://app.test/done';

describe('Legwork that is to stop', () => {
  /** Whether everything else was stopped too. */
  let undone: boolean;
  let bench: CoreBench;

  beforeEach(async () => {
    undone = false;
    bench = new CoreBench();
    bench.control.phones.set(BOB, ANSWERS);
    const live = bench.stored(
      { sid: `CA${'a'.repeat(32)}`, direction: 'inbound', to: '1000' },
      { phase: 'in-progress', initiatedAt: 0, answeredAt: 0 },
    );
    const text = `<Response><Dial action="${ACTION_URL}"><Sip>${BOB}</Sip></Dial></Response>`;
    void runCall({ ...bench.services, live, first: { text } });
    await bench.clock.advance(5000);
    assert.equal(bench.calls.size, 2);
  });

  function stop(drainMs: number): Promise<void> {
    const undo = new Undo();
    undo.add(() => {
      undone = true;
    });
    const dispatcher = { idle: () => Promise.resolve() } as unknown as CallbackDispatcher;
    return stopLegwork(bench.services, dispatcher, undo, drainMs);
  }

  it('waits for the actions of the calls that it ends', async () => {
    const release = bench.documents.hold();
    const stopped = stop(1000);
    await bench.clock.advance(1000);
    assert.deepEqual([bench.calls.size, bench.documents.requests.length, undone], [0, 1, false]);
    release();
    await stopped;
    assert.equal(undone, true);
    bench.check();
  });

  it('leaves an action whose reply does not come to the next start', async () => {
    bench.documents.hold();
    const stopped = stop(0);
    await bench.clock.advance(5000);
    await stopped;
    assert.equal(bench.store.positions.size, 1);
  });

  it('ends also while the database cannot be written', async () => {
    bench.store.commit = () => new Promise<never>(() => undefined);
    const stopped = stop(0);
    await bench.clock.advance(30_000);
    await stopped;
    assert.deepEqual([bench.calls.size, undone], [2, true]);
  });
});
