import assert from 'node:assert/strict';
import { ACCOUNT } from '../../../support/core-bench.ts';
import { QueueBench } from '../../../support/queue-bench.ts';

const NAMES = [
  'StatusCallbackEvent',
  'CallSid',
  'QueueResult',
  'QueueTime',
  'QueuePosition',
  'CurrentQueueSize',
  'SequenceNumber',
];

describe('The status callback of a queue', () => {
  it('tells who joins, leaves and finds it full, as far as that is asked for, in one line', async () => {
    const bench = new QueueBench();
    const { queues } = bench.core.services;
    const made = await queues.create({
      accountSid: ACCOUNT,
      friendlyName: 'support',
      maxSize: 2,
      statusCallback: { url: 'http://app.test/queue', method: 'POST', events: ['join', 'leave', 'full'] },
    });
    assert(typeof made !== 'string');
    await bench.calls('ann', '<Enqueue>support</Enqueue>');
    await bench.passes(5);
    await bench.calls('bob', '<Enqueue>support</Enqueue>');
    await bench.calls('cid', '<Enqueue>support</Enqueue>');
    await bench.calls('agent', '<Dial><Queue>support</Queue></Dial>');
    await bench.hangsUp('agent');
    await queues.change(made.sid, {
      statusCallback: { url: 'http://app.test/queue', method: 'GET', events: ['join'] },
    });
    await bench.hangsUp('bob');
    const { callbacks } = bench.core.store;
    const told = callbacks.map(({ parameters }) => {
      const given = new Map(parameters);
      return NAMES.map((name) =>
        name === 'CallSid' ? bench.nameOf(given.get(name) ?? '') : (given.get(name) ?? '-'),
      ).join(' ');
    });
    assert.deepEqual(told, [
      'join ann - - 1 1 0',
      'join bob - - 2 2 1',
      'full cid - - - 2 2',
      'leave ann bridged 5 - 1 3',
    ]);
    assert.deepEqual([...new Set(callbacks.map(({ callSid }) => callSid))], [made.sid]);
    await bench.passes(1);
    bench.check();
  });
});
