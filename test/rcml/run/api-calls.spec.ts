import assert from 'node:assert/strict';
import { createApiCall } from '../../../src/rcml/run/api-calls.ts';
import { ACCOUNT, CoreBench } from '../../support/core-bench.ts';

describe('A call made over REST', () => {
  const order = {
    accountSid: ACCOUNT,
    callee: { kind: 'client', name: 'bob' },
    headers: [],
    from: '1000',
    document: { kind: 'url', url: 'http://app.test/voice', method: 'POST' },
    timeoutS: 30,
  } as const;

  it('ends failed when nobody can look up where it goes', async () => {
    const bench = new CoreBench();
    bench.directory.client = () => Promise.reject(new Error('The database cannot be read'));
    const created = await createApiCall(order, bench.services);
    created?.start();
    await bench.clock.advance(0);
    assert.deepEqual(bench.ends, [['bob', 'failed']]);
    bench.check();
  });

  it('says in one notification which parameters of the request it ignores', async () => {
    const bench = new CoreBench();
    const ignored = ['MachineDetection', 'RecordingChannels'];
    const created = await createApiCall({ ...order, ignored }, bench.services);
    await bench.clock.advance(0);
    const [told, ...more] = bench.store.notifications;
    assert.deepEqual(
      [told?.callSid, told?.accountSid, told?.level, told?.errorCode, told?.message, more.length],
      [
        created?.live.sid,
        ACCOUNT,
        'warning',
        20001,
        'Parameters that had no effect, because they are not supported (yet): MachineDetection, RecordingChannels',
        0,
      ],
    );
    created?.start();
    await bench.clock.advance(0);
    bench.check();
  });

  it('leaves nothing behind when its application has no document', async () => {
    const bench = new CoreBench();
    bench.client('bob');
    bench.control.phones.set('bob', [[100, { type: 'answer' }]]);
    const created = await createApiCall(
      { ...order, document: { kind: 'application', applicationSid: `AP${'0'.repeat(32)}` } },
      bench.services,
    );
    created?.start();
    await bench.clock.advance(1000);
    assert.deepEqual(bench.ends, [['bob', 'completed']]);
    bench.check();
  });
});
