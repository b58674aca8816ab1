import assert from 'node:assert/strict';
import { QueueBench } from '../../../support/queue-bench.ts';

const WAITS = '<Enqueue action="/out" waitUrl="/wait">support</Enqueue>';
const TAKES = '<Dial action="/dialled"><Queue url="/whisper">support</Queue></Dial>';

describe('A queue after a restart', () => {
  let bench: QueueBench;
  beforeEach(() => {
    bench = new QueueBench()
      .on('/out', '')
      .on('/dialled', '')
      .on('/wait', '<Say>Please wait</Say><Pause length="60"/>')
      .on('/whisper', '<Say>You are next</Say>');
  });

  const out = () => bench.asked('/out', 'QueueResult');
  const connected = () =>
    bench.control
      .commandsNamed('connect')
      .map(([, one, other]) => [one, other].map((sid) => bench.nameOf(String(sid))));

  it('has kept its order, and the callers go on waiting with the same document', async () => {
    for (const name of ['ann', 'bob', 'cid']) {
      await bench.calls(name, WAITS);
      await bench.passes(2);
    }
    await bench.restart();
    assert.deepEqual(bench.waiting, ['ann', 'bob', 'cid']);
    assert.deepEqual(bench.asked('/wait').length, 3);
    await bench.calls('dan', WAITS);
    assert.deepEqual(bench.waiting, ['ann', 'bob', 'cid', 'dan']);
    await bench.calls('agent', TAKES);
    await bench.passes(1);
    assert.deepEqual(connected(), [['agent', 'ann']]);
    for (const name of ['ann', 'bob', 'cid', 'dan']) await bench.hangsUp(name);
    assert.deepEqual(
      out(),
      ['ann', 'bob', 'cid', 'dan'].map((name) => [name, 'hangup']),
    );
    await bench.passes(1);
    bench.check();
  });

  it('goes on with the whisper, and then with the talk', async () => {
    await bench.calls('ann', WAITS);
    await bench.passes(2);
    await bench.calls('agent', TAKES);
    await bench.restart();
    assert.deepEqual(bench.waiting, []);
    await bench.passes(1);
    assert.deepEqual(connected(), [['agent', 'ann']]);
    assert.equal(bench.asked('/whisper').length, 1);
    await bench.restart();
    assert.deepEqual(connected(), [['agent', 'ann']]);
    await bench.passes(4);
    await bench.hangsUp('agent');
    assert.deepEqual(out(), [['ann', 'bridged']]);
    assert.deepEqual(bench.asked('/dialled', 'DialCallStatus', 'QueueTime'), [['agent', 'completed', '2']]);
    // Until then somebody could have come back to a member.
    await bench.passes(10);
    bench.check();
  });

  it('goes on with a taker that waits, for the rest of its time', async () => {
    await bench.calls('ann', WAITS);
    await bench.hangsUp('ann');
    await bench.calls('agent', TAKES);
    await bench.passes(20);
    await bench.restart();
    await bench.passes(9);
    assert.deepEqual(bench.asked('/dialled'), []);
    await bench.passes(1);
    assert.deepEqual(bench.asked('/dialled', 'DialCallStatus'), [['agent', 'no-answer']]);
    await bench.passes(1);
    bench.check();
  });

  it('asks the action again with the same token when the process died before the reply', async () => {
    bench.on('/out', '<Say>Bye</Say>');
    await bench.calls('ann', '<Enqueue action="/out" maxWaitTime="5">support</Enqueue>');
    const release = bench.holdsBack('/out');
    await bench.passes(5);
    await bench.restart();
    release();
    await bench.passes(2);
    assert.deepEqual(out(), [
      ['ann', 'timeout'],
      ['ann', 'timeout'],
    ]);
    const tokens = bench.documents.requests
      .filter(({ url }) => url.endsWith('/out'))
      .map(({ token }) => token);
    assert.equal(new Set(tokens).size, 1);
    bench.check();
  });

  it('puts a caller back into its place whose taker has gone with the process', async () => {
    for (const name of ['ann', 'bob']) await bench.calls(name, '<Enqueue>support</Enqueue>');
    await bench.calls('agent', TAKES);
    assert.deepEqual(bench.waiting, ['bob']);
    bench.loses('agent');
    await bench.restart();
    assert.deepEqual(bench.waiting, ['ann', 'bob']);
    for (const name of ['ann', 'bob']) await bench.hangsUp(name);
    bench.check();
  });

  it('removes a member whose leg is not there any more', async () => {
    await bench.calls('ann', WAITS);
    bench.loses('ann');
    await bench.restart();
    assert.deepEqual(bench.waiting, []);
    bench.check();
  });
});
