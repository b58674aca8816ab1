import assert from 'node:assert/strict';
import { modifyCall } from '../../../../src/rcml/run/modify-call.ts';
import type { DialVerb } from '../../../../src/rcml/verbs/dial/types.ts';
import { compileVerbs, readVerbs } from '../../../support/compile-rcml.ts';
import { ACCOUNT } from '../../../support/core-bench.ts';
import { QueueBench } from '../../../support/queue-bench.ts';

const WAITS = '<Enqueue action="/out">support</Enqueue>';
const TAKES = '<Dial action="/dialled"><Queue>support</Queue></Dial>';

function readQueue(noun: string, attributes = '') {
  const { verbs, warnings } = readVerbs(`<Dial${attributes}>${noun}</Dial>`);
  const [, value] = (verbs[0] ?? ['', {}]) as readonly [string, DialVerb];
  return { queue: value.queue, nouns: value.nouns, warnings };
}

describe('<Dial><Queue>', () => {
  let bench: QueueBench;
  beforeEach(() => {
    bench = new QueueBench().on('/out', '').on('/dialled', '').on('/whisper', '<Say>You are next</Say>');
  });

  const out = () => bench.asked('/out', 'QueueResult');
  const dialled = (...names: readonly string[]) => bench.asked('/dialled', 'DialCallStatus', ...names);
  const taken = () =>
    bench.control
      .commandsNamed('connect')
      .map(([, one, other]) => [bench.nameOf(String(one)), bench.nameOf(String(other))]);

  it('has defaults', () => {
    assert.deepEqual(readQueue('<Queue> support </Queue>'), {
      queue: { name: 'support' },
      nouns: [],
      warnings: [],
    });
  });

  it('has attributes', () => {
    assert.deepEqual(readQueue('<Queue url="/whisper" method="GET">support</Queue>'), {
      queue: { name: 'support', whisper: { url: 'http://app.test/whisper', method: 'GET' } },
      nouns: [],
      warnings: [],
    });
  });

  it('stands alone, and says what has no effect', () => {
    const noun = '<Queue reservationSid="WR1">support</Queue><Client>bob</Client>';
    assert.deepEqual(readQueue(noun, ' callerId="1" sequential="true"'), {
      queue: { name: 'support' },
      nouns: [],
      warnings: [
        '<Dial> has other nouns beside a Queue, which must stand alone; they are dropped.',
        '<Dial> has callerId, which has no effect with a Queue.',
        '<Dial> has sequential, which has no effect with a Queue.',
        '<Queue> has reservationSid, but there is no TaskRouter here; it is ignored.',
      ],
    });
  });

  for (const [name, code] of [
    ['', 14212],
    ['x'.repeat(65), 14213],
  ] as const) {
    it(`is skipped with notification ${code} when its name has ${name.length} characters`, () => {
      const { verbs, warnings } = compileVerbs(`<Dial><Queue>${name}</Queue></Dial>`);
      assert.deepEqual([verbs.length, warnings.map(({ errorCode }) => errorCode)], [0, [code]]);
    });
  }

  it('serves three callers to two takers in the order in which they came', async () => {
    for (const name of ['ann', 'bob', 'cid']) await bench.calls(name, WAITS);
    assert.deepEqual(bench.waiting, ['ann', 'bob', 'cid']);
    await bench.calls('agent1', `${TAKES}`);
    await bench.calls(
      'agent2',
      `<Dial><Queue>support</Queue></Dial><Dial><Queue>other</Queue></Dial>${TAKES}`,
    );
    assert.deepEqual(taken(), [
      ['agent1', 'ann'],
      ['agent2', 'bob'],
    ]);
    assert.deepEqual(bench.waiting, ['cid']);
    await bench.hangsUp('bob');
    // A Dial after one that was answered is skipped.
    assert.deepEqual(taken().length, 2);
    await bench.hangsUp('agent1');
    await bench.hangsUp('cid');
    assert.deepEqual(out(), [
      ['bob', 'hangup'],
      ['ann', 'bridged'],
      ['cid', 'hangup'],
    ]);
    await bench.passes(1);
    bench.check();
  });

  it('waits for the next one, hearing a ringing tone, and serves those who wait in their order', async () => {
    await bench.calls('ann', WAITS);
    await bench.hangsUp('ann');
    await bench.calls('agent1', TAKES);
    await bench.calls('agent2', TAKES);
    assert.deepEqual(bench.done('agent1'), ['startRinging']);
    await bench.passes(20);
    await bench.calls('bob', WAITS);
    await bench.calls('cid', WAITS);
    assert.deepEqual(taken(), [
      ['agent1', 'bob'],
      ['agent2', 'cid'],
    ]);
    assert.deepEqual(bench.done('agent1'), ['startRinging', 'stopRinging', 'connect']);
    for (const name of ['bob', 'cid']) await bench.hangsUp(name);
    await bench.passes(1);
    bench.check();
  });

  it('ends no-answer when nobody came in time', async () => {
    await bench.calls('ann', WAITS);
    await bench.hangsUp('ann');
    await bench.calls('agent', '<Dial action="/dialled" timeout="10"><Queue>support</Queue></Dial>');
    await bench.passes(9);
    assert.deepEqual(dialled(), []);
    await bench.passes(1);
    assert.deepEqual(dialled('DialCallSid', 'DialBridged'), [['agent', 'no-answer', '-', 'false']]);
    // Whoever comes later is nobody's.
    await bench.calls('bob', WAITS);
    assert.deepEqual(bench.waiting, ['bob']);
    await bench.hangsUp('bob');
    bench.check();
  });

  it('fails at once when there is no such queue', async () => {
    await bench.calls('agent', TAKES);
    assert.deepEqual(dialled('QueueSid'), [['agent', 'failed', '-']]);
    assert.deepEqual(bench.notices, [['agent', 14210]]);
    await bench.passes(1);
    bench.check();
  });

  it('ends canceled when the taker hangs up while it waits', async () => {
    await bench.calls('ann', WAITS);
    await bench.hangsUp('ann');
    await bench.calls('agent', TAKES);
    await bench.hangsUp('agent');
    assert.deepEqual(dialled(), [['agent', 'canceled']]);
    await bench.calls('bob', WAITS);
    assert.deepEqual(bench.waiting, ['bob']);
    await bench.hangsUp('bob');
    bench.check();
  });

  it('ends failed when the queue is removed meanwhile', async () => {
    await bench.calls('ann', WAITS);
    await bench.hangsUp('ann');
    await bench.calls('agent', TAKES);
    const { sid } = bench.queue.record;
    assert.equal(await bench.core.services.queues.remove(sid), 'removed');
    await bench.passes(1);
    assert.deepEqual(dialled(), [['agent', 'failed']]);
    bench.check();
  });

  it('leaves the taker unanswered until it is connected, with answerOnBridge', async () => {
    await bench.calls('ann', WAITS);
    await bench.hangsUp('ann');
    const agent = await bench.calls('agent', '<Dial answerOnBridge="true"><Queue>support</Queue></Dial>');
    assert.equal(agent.state.phase, 'ringing');
    await bench.calls('bob', WAITS);
    assert.equal(agent.state.phase, 'in-progress');
    await bench.hangsUp('bob');
    await bench.passes(1);
    bench.check();
  });

  it('passes on that nobody came to a taker that was never answered', async () => {
    await bench.calls('ann', WAITS);
    await bench.hangsUp('ann');
    const agent = await bench.calls(
      'agent',
      '<Dial answerOnBridge="true" timeout="5"><Queue>support</Queue></Dial>',
    );
    await bench.passes(5);
    assert.deepEqual(bench.control.commandsNamed('hangUp').at(-1), ['hangUp', agent.sid, 'no-answer']);
    assert.equal(agent.status, 'no-answer');
    bench.check();
  });

  it('records the talk, ends it with the time limit, and lets the other leg go on', async () => {
    await bench.calls('ann', `<Enqueue>support</Enqueue><Say>Thank you</Say>`);
    await bench.calls(
      'agent',
      '<Dial action="/dialled" record="true" timeLimit="30"><Queue>support</Queue></Dial>',
    );
    await bench.passes(29);
    assert.deepEqual(dialled(), []);
    await bench.passes(3);
    const [first] = dialled('DialCallDuration', 'RecordingDuration');
    assert.deepEqual(first?.slice(0, 3), ['agent', 'completed', '30']);
    assert.notEqual(first?.[3], '-');
    assert.deepEqual(bench.core.sounds.asked, ['say woman en Thank you']);
    bench.check();
  });

  describe('with a url', () => {
    const WHISPERS = '<Dial action="/dialled"><Queue url="/whisper">support</Queue></Dial>';

    it('lets the leg from the queue hear it before the talk', async () => {
      await bench.calls('ann', WAITS);
      await bench.passes(6);
      const agent = await bench.calls('agent', WHISPERS);
      assert.deepEqual(bench.done('ann'), ['startMusic', 'stopMusic', 'play']);
      const names = ['QueueSid', 'QueueTime', 'DequeingCallSid', 'DequeuingCallSid', 'CallStatus'];
      const { sid } = bench.queue.record;
      assert.deepEqual(bench.asked('/whisper', ...names), [
        ['ann', sid, '6', agent.sid, agent.sid, 'in-progress'],
      ]);
      await bench.passes(1);
      assert.deepEqual(bench.done('ann').at(-1), 'connect');
      await bench.hangsUp('ann');
      await bench.passes(1);
      bench.check();
    });

    it('goes on with the next one when the leg hangs up meanwhile', async () => {
      await bench.calls('ann', WAITS);
      await bench.calls('bob', WAITS);
      await bench.calls('agent', WHISPERS);
      await bench.hangsUp('ann');
      assert.deepEqual(out(), [['ann', 'hangup']]);
      await bench.passes(1);
      assert.deepEqual(taken(), [['agent', 'bob']]);
      await bench.hangsUp('bob');
      assert.deepEqual(dialled('DialCallSid'), [['agent', 'completed', bench.sidOf('bob')]]);
      await bench.passes(1);
      bench.check();
    });

    it('puts the leg back into its place when the taker hangs up meanwhile and it has no action', async () => {
      for (const name of ['ann', 'bob']) await bench.calls(name, '<Enqueue>support</Enqueue>');
      await bench.calls('agent', WHISPERS);
      assert.deepEqual(bench.waiting, ['bob']);
      await bench.passes(0.5);
      await bench.hangsUp('agent');
      assert.deepEqual(bench.waiting, ['ann', 'bob']);
      assert.deepEqual(bench.done('ann').at(-1), 'startMusic');
      assert.deepEqual(dialled(), [['agent', 'canceled']]);
      await bench.calls('agent2', TAKES);
      assert.deepEqual(taken(), [['agent2', 'ann']]);
      for (const name of ['ann', 'bob']) await bench.hangsUp(name);
      await bench.passes(1);
      bench.check();
    });

    it('connects all the same when the document cannot be had, or takes longer than a minute', async () => {
      bench.on('/whisper', '<Pause length="100"/>').on('/whisper2', '<Pause length="100"/>');
      bench.documents.on('http://app.test/whisper2', {
        ok: false,
        status: 404,
        errorCode: 11200,
        message: 'Gone',
      });
      for (const name of ['ann', 'bob']) await bench.calls(name, WAITS);
      await bench.calls('agent1', WHISPERS);
      await bench.calls('agent2', WHISPERS.replace('/whisper', '/whisper2'));
      assert.deepEqual(taken(), [['agent2', 'bob']]);
      await bench.passes(60);
      assert.deepEqual(taken(), [
        ['agent2', 'bob'],
        ['agent1', 'ann'],
      ]);
      assert.deepEqual(
        bench.notices.filter(([, code]) => code === 14211),
        [
          ['agent2', 14211],
          ['agent1', 14211],
        ],
      );
      for (const name of ['ann', 'bob']) await bench.hangsUp(name);
      await bench.passes(1);
      bench.check();
    });

    it('hangs the leg up when the document does, and the taker waits on', async () => {
      bench.on('/whisper', '<Say>We are closed</Say><Hangup/>');
      const ann = await bench.calls('ann', WAITS);
      await bench.calls(
        'agent',
        '<Dial action="/dialled" timeout="10"><Queue url="/whisper">support</Queue></Dial>',
      );
      await bench.passes(1);
      assert.equal(ann.status, 'completed');
      assert.deepEqual(bench.asked('/out', 'QueueResult', 'CallStatus'), [
        ['ann', 'bridging-in-process', 'completed'],
      ]);
      await bench.passes(8);
      assert.deepEqual(dialled(), []);
      await bench.passes(1);
      assert.deepEqual(dialled('DialBridged'), [['agent', 'no-answer', 'false']]);
      await bench.passes(1);
      bench.check();
    });
  });

  it('takes both legs to another document with MoveConnectedCallLeg', async () => {
    await bench.calls('ann', WAITS);
    const agent = await bench.calls('agent', TAKES);
    const first = { text: '<Response><Pause length="2"/></Response>' };
    await modifyCall(agent, { first, moveConnected: true }, bench.core.services);
    await bench.passes(1);
    assert.deepEqual(out(), [['ann', 'redirected-from-bridged']]);
    assert.deepEqual(dialled(), [['agent', 'completed']]);
    await bench.passes(2);
    bench.check();
  });

  it('and a request for Front at the same moment take two different callers', async () => {
    for (const name of ['ann', 'bob']) await bench.calls(name, WAITS);
    const { queues } = bench.core.services;
    const { sid } = bench.queue.record;
    const [front, again] = await Promise.all([
      queues.takeOut(sid),
      queues.takeOut(sid, bench.sidOf('ann')),
      bench.calls('agent', TAKES),
    ]);
    assert.deepEqual(
      [bench.nameOf(front?.member.callSid ?? ''), front?.position, again],
      ['ann', 1, undefined],
    );
    assert.deepEqual(taken(), [['agent', 'bob']]);
    for (const name of ['ann', 'bob']) await bench.hangsUp(name);
    await bench.passes(1);
    bench.check();
  });

  it('serves nobody of another account', async () => {
    await bench.calls('ann', WAITS);
    assert.equal(bench.core.services.queues.find(ACCOUNT.replace('0', '1'), 'support'), undefined);
    await bench.hangsUp('ann');
    bench.check();
  });
});
