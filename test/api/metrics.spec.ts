import assert from 'node:assert/strict';
import { Metrics, type MetricsProbes } from '../../src/api/metrics/metrics.ts';
import { type FakeApi, startFakeApi } from '../support/fake-api.ts';
import { FakeClock } from '../support/fake-clock.ts';

describe('GET /metrics', () => {
  const clock = new FakeClock();
  let api: FakeApi | undefined;
  afterEach(async () => {
    await api?.close();
    assert.equal(clock.timers, 0);
  });

  async function read(probes: Partial<MetricsProbes>, happen: (metrics: Metrics) => void = () => undefined) {
    const metrics = new Metrics(
      {
        legs: () => [],
        isAriUp: () => true,
        callbacks: async () => ({ pending: 0 }),
        sipBlocked: () => 0,
        ...probes,
      },
      clock,
    );
    api = await startFakeApi({ metrics });
    happen(metrics);
    const reply = await api.request('GET', '/metrics', { as: '' });
    assert.equal(reply.status, 200);
    assert.match(reply.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/);
    const lines = reply.text.split('\n').filter((line) => line.startsWith('legwork_'));
    return { lines, text: reply.text };
  }

  it('shows calls and legs by status, callbacks, Asterisk and the event loop', async () => {
    const { lines, text } = await read({
      legs: () => [
        { status: 'in-progress', isCall: true },
        { status: 'ringing', isCall: false },
        { status: 'in-progress', isCall: false },
      ],
      callbacks: async () => ({ pending: 3, oldestS: 61 }),
    });
    for (const line of [
      'legwork_calls{status="queued"} 0',
      'legwork_calls{status="in-progress"} 1',
      'legwork_legs{status="in-progress"} 2',
      'legwork_legs{status="ringing"} 1',
      'legwork_ari_up 1',
      'legwork_callbacks_pending 3',
      'legwork_callbacks_oldest_seconds 61',
    ]) {
      assert.ok(lines.includes(line), `${line}\n${lines.join('\n')}`);
    }
    assert.match(text, /^nodejs_eventloop_lag_p99_seconds /m);
  });

  it('shows how many wait in queues, for how long, and how they left', async () => {
    const queues = () => [
      { name: 'support', size: 2 },
      { name: 'sales', size: 3 },
    ];
    const { lines } = await read({ queues }, (metrics) => {
      metrics.queueLeft('bridged', 12);
      metrics.queueLeft('queue-full', undefined);
    });
    for (const line of [
      'legwork_queue_members 5',
      'legwork_queue_results_total{result="bridged"} 1',
      'legwork_queue_results_total{result="queue-full"} 1',
      'legwork_queue_wait_seconds_bucket{le="5"} 0',
      'legwork_queue_wait_seconds_bucket{le="15"} 1',
      'legwork_queue_wait_seconds_count 1',
    ]) {
      assert.ok(lines.includes(line), `${line}\n${lines.join('\n')}`);
    }
    await api?.close();
    const named = await read({ queues, namesQueues: true });
    assert.ok(named.lines.includes('legwork_queue_members{queue="sales"} 3'), named.lines.join('\n'));
  });

  it('shows what streams came to', async () => {
    const figures = {
      open: { unidirectional: 1, bidirectional: 2 },
      sent: 7,
      played: 5,
      silent: 3,
      dropped: 4,
    };
    const { lines } = await read({ streams: () => figures }, (metrics) => metrics.markEchoed(1500));
    for (const line of [
      'legwork_streams{kind="unidirectional"} 1',
      'legwork_streams{kind="bidirectional"} 2',
      'legwork_stream_frames_total{direction="out"} 7',
      'legwork_stream_frames_total{direction="in"} 5',
      'legwork_stream_silence_frames_total 3',
      'legwork_stream_dropped_total 4',
      'legwork_stream_mark_seconds_count 1',
    ]) {
      assert.ok(lines.includes(line), `${line}\n${lines.join('\n')}`);
    }
  });

  it('shows how long callbacks and documents took, and how legs ended', async () => {
    const { lines } = await read({ isAriUp: () => false, sipBlocked: () => 2 }, (metrics) => {
      metrics.callbackTried(120, 'delivered');
      metrics.callbackTried(15_000, 'pending');
      metrics.documentRequested(20, true);
      metrics.documentRequested(5000, false);
      metrics.legEnded('inbound', 'busy');
      metrics.legEnded('inbound', 'busy');
      metrics.sipBlocked();
    });
    for (const line of [
      'legwork_callback_seconds_bucket{le="0.1",outcome="delivered"} 0',
      'legwork_callback_seconds_bucket{le="0.25",outcome="delivered"} 1',
      'legwork_callback_seconds_sum{outcome="pending"} 15',
      'legwork_document_seconds_count{outcome="ok"} 1',
      'legwork_document_seconds_sum{outcome="failed"} 5',
      'legwork_legs_ended_total{direction="inbound",status="busy"} 2',
      'legwork_ari_up 0',
      'legwork_sip_blocks_total 1',
      'legwork_sip_blocked_addresses 2',
    ]) {
      assert.ok(lines.includes(line), `${line}\n${lines.join('\n')}`);
    }
  });

  it('shows no number of callbacks when the database cannot tell', async () => {
    const { lines } = await read({ callbacks: () => Promise.reject(new Error('down')) });
    assert.ok(lines.includes('legwork_callbacks_pending Nan'), lines.join('\n'));
  });
});
