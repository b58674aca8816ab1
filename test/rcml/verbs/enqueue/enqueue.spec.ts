import assert from 'node:assert/strict';
import { modifyCall } from '../../../../src/rcml/run/modify-call.ts';
import { readVerbs } from '../../../support/compile-rcml.ts';
import { QueueBench } from '../../../support/queue-bench.ts';

const ENQUEUE = '<Enqueue action="/out">support</Enqueue>';
const DIAL = '<Dial action="/dialled"><Queue>support</Queue></Dial>';

describe('<Enqueue>', () => {
  let bench: QueueBench;
  beforeEach(() => {
    bench = new QueueBench().on('/out', '<Say>Bye</Say>').on('/dialled', '');
  });

  const out = (...names: readonly string[]) => bench.asked('/out', 'QueueResult', ...names);

  it('has defaults', () => {
    assert.deepEqual(readVerbs('<Enqueue> support </Enqueue>'), {
      verbs: [['Enqueue', { queue: 'support', method: 'POST' }]],
      warnings: [],
    });
  });

  it('has attributes', () => {
    const xml = `<Enqueue action="/out" method="GET" waitUrl="/wait" waitUrlMethod="get" maxQueueSize="5000"
      maxWaitTime="86400">support</Enqueue>`;
    assert.deepEqual(readVerbs(xml), {
      verbs: [
        [
          'Enqueue',
          {
            queue: 'support',
            action: 'http://app.test/out',
            method: 'GET',
            wait: { url: 'http://app.test/wait', method: 'GET' },
            maxQueueSize: 5000,
            maxWaitTimeS: 86_400,
          },
        ],
      ],
      warnings: [],
    });
  });

  it('is silent with an empty waitUrl', () => {
    const { verbs } = readVerbs('<Enqueue waitUrl="">support</Enqueue>');
    assert.deepEqual(verbs, [['Enqueue', { queue: 'support', method: 'POST', wait: 'silence' }]]);
  });

  it('warns of what belongs to TaskRouter', () => {
    const { verbs, warnings } = readVerbs('<Enqueue workflowSid="WW1"><Task>{}</Task></Enqueue>');
    assert.deepEqual(verbs, [['Enqueue', { queue: '', method: 'POST' }]]);
    assert.deepEqual(warnings, [
      '<Enqueue> has workflowSid, but there is no TaskRouter here; it is ignored.',
      '<Task> belongs to TaskRouter, which is not here; it is ignored.',
    ]);
  });

  it('answers and plays music until the caller is taken, who then talks, and asks the action when the talk is over', async () => {
    const alice = await bench.calls('alice', ENQUEUE);
    assert.equal(alice.state.phase, 'in-progress');
    assert.deepEqual(bench.done('alice'), ['startMusic']);
    await bench.passes(7);
    await bench.calls('agent', DIAL);
    assert.deepEqual(bench.done('alice'), ['startMusic', 'stopMusic', 'connect']);
    assert.deepEqual(out(), []);
    await bench.passes(5);
    await bench.hangsUp('agent');
    const sid = bench.queue.record.sid;
    assert.deepEqual(out('QueueSid', 'QueueTime', 'CallStatus'), [
      ['alice', 'bridged', sid, '7', 'in-progress'],
    ]);
    assert.deepEqual(
      bench.asked('/dialled', 'DialCallStatus', 'DialCallDuration', 'DialBridged', 'QueueSid', 'QueueTime'),
      [['agent', 'completed', '5', 'true', sid, '7']],
    );
    await bench.passes(2);
    bench.check();
  });

  it('without an action goes on with the next verb after the talk', async () => {
    await bench.calls('alice', '<Enqueue>support</Enqueue><Say>You are back</Say>');
    await bench.calls('agent', '<Dial hangupOnStar="true"><Queue>support</Queue></Dial><Pause/>');
    await bench.presses('agent', '*');
    assert.deepEqual(bench.core.sounds.asked, ['say woman en You are back']);
    await bench.passes(1);
    bench.check();
  });

  it('writes what happens into the timelines of both legs', async () => {
    await bench.calls('alice', ENQUEUE);
    await bench.passes(3);
    await bench.calls('agent', DIAL);
    await bench.hangsUp('alice');
    const lines = bench.core.store.events
      .filter(({ kind }) => kind === 'queue')
      .map(({ callSid, data }) => [
        bench.nameOf(callSid),
        data['event'],
        typeof data['other'] === 'string' ? bench.nameOf(data['other']) : undefined,
        data['result'] ?? data['waited'],
      ]);
    assert.deepEqual(lines, [
      ['alice', 'queued', undefined, undefined],
      ['alice', 'dequeued', 'agent', 3],
      ['agent', 'dequeued', 'alice', 3],
      ['alice', 'bridged', 'agent', undefined],
      ['agent', 'bridged', 'alice', undefined],
      ['alice', 'left', undefined, 'hangup'],
    ]);
    await bench.passes(1);
    bench.check();
  });

  describe('asks its action once', () => {
    it('with bridging-in-process when the taker hangs up before the talk', async () => {
      bench.on('/whisper', '<Say>Hello</Say>');
      await bench.calls('alice', ENQUEUE);
      await bench.calls('agent', '<Dial><Queue url="/whisper">support</Queue></Dial>');
      await bench.hangsUp('agent');
      assert.deepEqual(out(), [['alice', 'bridging-in-process']]);
      await bench.passes(2);
      bench.check();
    });

    it('with leave when its wait document leaves', async () => {
      bench
        .on('/wait', '<Gather action="/key" numDigits="1" timeout="60"/>')
        .on('/key', '<Leave/><Say>Never</Say>');
      await bench.calls('alice', '<Enqueue action="/out" waitUrl="/wait">support</Enqueue>');
      await bench.presses('alice', '1');
      assert.deepEqual(out('QueueTime'), [['alice', 'leave', '0']]);
      await bench.passes(2);
      bench.check();
    });

    it('with leave when REST dismisses the caller', async () => {
      await bench.calls('alice', ENQUEUE);
      assert.equal(await bench.queue.dismiss(bench.sidOf('alice')), true);
      assert.equal(await bench.queue.dismiss(bench.sidOf('alice')), false);
      await bench.passes(2);
      assert.deepEqual(out(), [['alice', 'leave']]);
      bench.check();
    });

    it('with redirected when REST gives the waiting leg another document, and ignores the reply', async () => {
      const alice = await bench.calls('alice', ENQUEUE);
      await bench.passes(4);
      await modifyCall(
        alice,
        { first: { text: '<Response><Pause length="3"/></Response>' }, moveConnected: false },
        bench.core.services,
      );
      await bench.passes(1);
      assert.deepEqual(out('QueueTime'), [['alice', 'redirected', '4']]);
      assert.deepEqual(bench.core.sounds.asked, []);
      await bench.passes(3);
      bench.check();
    });

    it('with redirected-from-bridged when REST does so during the talk', async () => {
      const alice = await bench.calls('alice', ENQUEUE);
      await bench.calls('agent', DIAL);
      await modifyCall(
        alice,
        { first: { text: '<Response><Pause length="3"/></Response>' }, moveConnected: false },
        bench.core.services,
      );
      await bench.passes(1);
      assert.deepEqual(out(), [['alice', 'redirected-from-bridged']]);
      assert.deepEqual(bench.asked('/dialled', 'DialCallStatus'), [['agent', 'completed']]);
      assert.deepEqual(bench.control.commandsNamed('disconnect').length, 1);
      await bench.passes(3);
      bench.check();
    });

    it('with queue-full when so many wait already', async () => {
      await bench.calls('alice', '<Enqueue maxQueueSize="1">support</Enqueue>');
      await bench.calls('bob', ENQUEUE);
      assert.deepEqual(out('QueueSid', 'QueueTime'), [['bob', 'queue-full', '-', '-']]);
      assert.deepEqual(bench.notices, [['bob', 14207]]);
      await bench.passes(2);
      await bench.hangsUp('alice');
      bench.check();
    });

    it('with hangup when the caller hangs up', async () => {
      await bench.calls('alice', ENQUEUE);
      await bench.passes(9);
      await bench.hangsUp('alice');
      assert.deepEqual(out('QueueTime', 'CallStatus'), [['alice', 'hangup', '9', 'completed']]);
      bench.check();
    });

    it('with hangup when its wait document hangs up', async () => {
      bench.on('/wait', '<Hangup/>');
      const alice = await bench.calls('alice', '<Enqueue action="/out" waitUrl="/wait">support</Enqueue>');
      await bench.passes(0);
      assert.deepEqual(out('CallStatus'), [['alice', 'hangup', 'completed']]);
      assert.equal(alice.status, 'completed');
      assert.deepEqual(bench.core.sounds.asked, []);
      bench.check();
    });

    it('with timeout when nobody has taken it in time', async () => {
      await bench.calls('alice', '<Enqueue action="/out" maxWaitTime="20">support</Enqueue>');
      await bench.passes(19);
      assert.deepEqual(out(), []);
      await bench.passes(1);
      assert.deepEqual(out('QueueTime'), [['alice', 'timeout', '20']]);
      await bench.passes(2);
      bench.check();
    });

    it('with error when it names no queue', async () => {
      await bench.calls('alice', '<Enqueue action="/out"/>');
      await bench.calls('bob', `<Enqueue action="/out">${'x'.repeat(65)}</Enqueue>`);
      assert.deepEqual(out('QueueSid'), [
        ['alice', 'error', '-'],
        ['bob', 'error', '-'],
      ]);
      assert.deepEqual(bench.notices, [
        ['alice', 14204],
        ['bob', 14205],
      ]);
      await bench.passes(2);
      bench.check();
    });

    it('with system-error when the database cannot write it', async () => {
      const { store } = bench.core;
      const commit = store.commit.bind(store);
      store.commit = (entry) =>
        entry.queue === undefined ? commit(entry) : Promise.reject(new Error('The disk is full'));
      await bench.calls('alice', ENQUEUE);
      assert.deepEqual(out('QueueSid'), [['alice', 'system-error', '-']]);
      assert.deepEqual(bench.core.bugs.splice(0), [new Error('The disk is full')]);
      await bench.passes(2);
      bench.check();
    });

    it('with system-error when Asterisk cannot connect the two', async () => {
      bench.control.connect = () => Promise.resolve(undefined);
      await bench.calls('alice', ENQUEUE);
      await bench.calls('agent', DIAL);
      await bench.passes(5);
      assert.deepEqual(out(), [['alice', 'system-error']]);
      assert.deepEqual(bench.asked('/dialled', 'DialCallStatus', 'DialBridged'), [
        ['agent', 'failed', 'false'],
      ]);
      await bench.passes(2);
      bench.check();
    });
  });

  describe('with a waitUrl', () => {
    const WAITING = '<Enqueue action="/out" waitUrl="/wait">support</Enqueue>';
    const wait = (...names: readonly string[]) => bench.asked('/wait', ...names);

    it('tells where the caller stands, at each request', async () => {
      bench.on('/wait', '<Pause length="10"/>');
      await bench.calls('alice', WAITING);
      await bench.passes(4);
      await bench.calls('bob', WAITING);
      await bench.passes(6);
      const names = [
        'QueuePosition',
        'QueueTime',
        'AvgQueueTime',
        'CurrentQueueSize',
        'MaxQueueSize',
        'QueueSid',
      ];
      const sid = bench.queue.record.sid;
      assert.deepEqual(wait(...names), [
        ['alice', '1', '0', '0', '1', '1000', sid],
        ['bob', '2', '0', '2', '2', '1000', sid],
        ['alice', '1', '10', '8', '2', '1000', sid],
      ]);
      await bench.hangsUp('alice');
      await bench.passes(4);
      assert.deepEqual(wait(...names).at(-1), ['bob', '1', '10', '10', '1', '1000', sid]);
      await bench.hangsUp('bob');
      bench.check();
    });

    it('is cut off the moment the caller is taken, whatever it does', async () => {
      bench.on('/wait', '<Say>You are next</Say><Pause length="60"/>');
      bench.control.soundMs = 10_000;
      await bench.calls('alice', WAITING);
      await bench.passes(2);
      await bench.calls('agent', DIAL);
      assert.deepEqual(bench.done('alice'), ['play', 'connect']);
      await bench.hangsUp('alice');
      bench.check();
    });

    it('does not let the taker wait for a request that is still under way', async () => {
      bench.on('/wait', '<Gather action="/slow" numDigits="1" timeout="60"/>').on('/slow', '<Pause/>');
      await bench.calls('alice', WAITING);
      const release = bench.holdsBack('/slow');
      await bench.presses('alice', '1');
      await bench.calls('agent', DIAL);
      assert.deepEqual(bench.done('alice'), ['connect']);
      release();
      await bench.passes(0);
      assert.deepEqual(bench.done('alice'), ['connect']);
      await bench.hangsUp('alice');
      bench.check();
    });

    it('is requested at most once a second, and after ten rounds with nothing to hear no more', async () => {
      bench.on('/wait', '');
      await bench.calls('alice', WAITING);
      await bench.passes(8.5);
      assert.equal(wait().length, 9);
      await bench.passes(60);
      assert.equal(wait().length, 10);
      assert.deepEqual(bench.done('alice'), ['startMusic']);
      assert.deepEqual(bench.notices, [['alice', 14202]]);
      await bench.hangsUp('alice');
      bench.check();
    });

    it('that cannot be had gives music, and is requested again after 30 s', async () => {
      bench.documents.on(
        'http://app.test/wait',
        { ok: false, status: 500, errorCode: 11200, message: 'Status 500' },
        '<Response><Pause length="60"/></Response>',
      );
      await bench.calls('alice', WAITING);
      assert.deepEqual(bench.done('alice'), ['startMusic']);
      assert.deepEqual(bench.notices, [
        ['alice', 11200],
        ['alice', 14202],
      ]);
      await bench.passes(29);
      assert.equal(wait().length, 1);
      await bench.passes(1);
      assert.equal(wait().length, 2);
      assert.deepEqual(bench.done('alice'), ['startMusic', 'stopMusic']);
      await bench.hangsUp('alice');
      bench.check();
    });

    it('runs the verbs for waiting, and skips the others with a warning', async () => {
      bench.on(
        '/wait',
        '<Say>a</Say><Dial>bob@h.test</Dial><Enqueue>x</Enqueue><Record/><Redirect>/more</Redirect>',
      );
      bench.on('/more', '<Play>/b.wav</Play><Pause length="60"/>');
      await bench.calls('alice', WAITING);
      await bench.passes(3);
      assert.deepEqual(bench.asked('/more', 'QueuePosition', 'QueueTime'), [['alice', '1', '1']]);
      assert.deepEqual(bench.done('alice'), ['play', 'play']);
      assert.deepEqual(bench.notices, Array(3).fill(['alice', 12200]));
      await bench.hangsUp('alice');
      bench.check();
    });
  });
});

describe('<Leave>', () => {
  it('is skipped with a warning where nobody waits', async () => {
    const bench = new QueueBench();
    await bench.calls('alice', '<Leave/><Say>Hello</Say>');
    await bench.passes(1);
    assert.deepEqual(bench.core.sounds.asked, ['say woman en Hello']);
    assert.deepEqual(bench.notices, [['alice', 12200]]);
    bench.check();
  });
});
