import type { Middleware } from 'koa';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Clock } from '../../concurrency/clock.ts';
import type { CallStatus } from '../../call/leg/leg.ts';
import type { StreamFigures } from '../../call/stream/stream-totals.ts';
import type { CallbackBacklog } from '../ports.ts';
import { addStreamFigures } from './stream-metrics.ts';
import { within } from '../../concurrency/deadline.ts';

const LIVE = ['queued', 'ringing', 'in-progress'] as const;
const ASK_MS = 2000;
const WAIT_SECONDS = [1, 5, 15, 30, 60, 120, 300, 600, 1800, 3600];
const SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15];

/** What is looked up whenever the metrics are read. */
export interface MetricsProbes {
  /** Every live leg of this process: its status, and whether it is the first leg of a call. */
  legs(): Iterable<{ readonly status: CallStatus; readonly isCall: boolean }>;
  isAriUp(): boolean;
  callbacks(): Promise<CallbackBacklog>;
  /** Addresses that are shut out now because they guessed SIP passwords. */
  sipBlocked(): number;
  /** Every queue, and how many legs wait in it. */
  queues?(): readonly QueueFigure[];
  /** Whether the metrics name the queues; without it there is only a sum. */
  readonly namesQueues?: boolean;
  /** What all streams came to so far. */
  streams?(): StreamFigures;
  /** In a cluster. */
  cluster?(): ClusterFigures;
}

export interface QueueFigure {
  readonly name: string;
  readonly size: number;
}

/** What a node does for the cluster. */
export interface ClusterFigures {
  /** The names of the switches that it drives. */
  readonly held: readonly string[];
  /** How many switches it took from other nodes. */
  readonly takeovers: number;
  /** How many requests it forwarded to other nodes. */
  readonly forwards: number;
}

/** What Prometheus reads at `GET /metrics`; names begin with `legwork_`. No customer can be recognized in it. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #ended: Counter<'direction' | 'status'>;
  readonly #callbacks: Histogram<'outcome'>;
  readonly #documents: Histogram<'outcome'>;
  readonly #sipBlocks: Counter;
  readonly #sipRefused: Counter<'code' | 'reason'>;
  readonly #queueWaits: Histogram;
  readonly #queueResults: Counter<'result'>;
  readonly #marks: Histogram;
  readonly #clock: Clock;

  constructor(probes: MetricsProbes, clock: Clock) {
    this.#clock = clock;
    const registers = [this.#registry];
    this.#ended = new Counter({
      name: 'legwork_legs_ended_total',
      help: 'Legs that have ended, by their final status',
      labelNames: ['direction', 'status'],
      registers,
    });
    this.#callbacks = new Histogram({
      name: 'legwork_callback_seconds',
      help: 'How long attempts to deliver a callback took',
      labelNames: ['outcome'],
      buckets: SECONDS,
      registers,
    });
    this.#documents = new Histogram({
      name: 'legwork_document_seconds',
      help: 'How long requests for documents took',
      labelNames: ['outcome'],
      buckets: SECONDS,
      registers,
    });
    this.#sipBlocks = new Counter({
      name: 'legwork_sip_blocks_total',
      help: 'How often an address was shut out because it guessed SIP passwords',
      registers,
    });
    this.#sipRefused = new Counter({
      name: 'legwork_sip_refused_total',
      help: 'INVITEs that were refused and became no call (401: requests of any kind), by SIP status and reason',
      labelNames: ['code', 'reason'],
      registers,
    });
    this.#queueWaits = new Histogram({
      name: 'legwork_queue_wait_seconds',
      help: 'How long legs waited in queues',
      buckets: WAIT_SECONDS,
      registers,
    });
    this.#queueResults = new Counter({
      name: 'legwork_queue_results_total',
      help: 'How legs left their queues, by QueueResult',
      labelNames: ['result'],
      registers,
    });
    this.#marks = new Histogram({
      name: 'legwork_stream_mark_seconds',
      help: 'How long it took from a mark of a stream to its echo',
      buckets: WAIT_SECONDS,
      registers,
    });
    if (probes.streams !== undefined) addStreamFigures(this.#registry, () => probes.streams?.());
    this.#addQueueSizes(probes);
    this.#addGauges(probes);
    if (probes.cluster !== undefined) this.#addClusterFigures(() => probes.cluster?.());
    // These include the lag of the event loop: nodejs_eventloop_lag_seconds and its percentiles.
    collectDefaultMetrics({ register: this.#registry });
  }

  /** Counts an INVITE that became no call. */
  sipRefused(code: number, reason: string): void {
    this.#sipRefused.inc({ code, reason });
  }

  legEnded(direction: string, status: CallStatus): void {
    this.#ended.inc({ direction, status });
  }

  /** Counts one attempt; `pending` means that it will be tried again. */
  callbackTried(durationMs: number, outcome: 'delivered' | 'pending' | 'failed'): void {
    this.#callbacks.observe({ outcome }, durationMs / 1000);
  }

  documentRequested(durationMs: number, ok: boolean): void {
    this.#documents.observe({ outcome: ok ? 'ok' : 'failed' }, durationMs / 1000);
  }

  sipBlocked(): void {
    this.#sipBlocks.inc();
  }

  /** Counts an Enqueue that is over; the time is undefined when its leg was in no queue. */
  queueLeft(result: string, waitedS: number | undefined): void {
    this.#queueResults.inc({ result });
    if (waitedS !== undefined) this.#queueWaits.observe(waitedS);
  }

  markEchoed(tookMs: number): void {
    this.#marks.observe(tookMs / 1000);
  }

  /** `GET /metrics`, without authentication. */
  route(): Middleware {
    return async (ctx, next) => {
      if (ctx.path !== '/metrics' || !['GET', 'HEAD'].includes(ctx.method)) return next();
      ctx.body = await this.#registry.metrics();
      ctx.type = this.#registry.contentType;
      ctx.set('Cache-Control', 'no-store');
    };
  }

  #addQueueSizes(probes: MetricsProbes): void {
    const { namesQueues = false } = probes;
    new Gauge({
      name: 'legwork_queue_members',
      help: 'Legs that wait in queues',
      labelNames: namesQueues ? ['queue'] : [],
      registers: [this.#registry],
      collect() {
        this.reset();
        const found = probes.queues?.() ?? [];
        if (!namesQueues) this.set(found.reduce((sum, { size }) => sum + size, 0));
        // Queues of several accounts may have the same name.
        else for (const { name, size } of found) this.inc({ queue: name }, size);
      },
    });
  }

  #addClusterFigures(figures: () => ClusterFigures | undefined): void {
    const registers = [this.#registry];
    const collected = (name: string, help: string, value: (found: ClusterFigures) => number) =>
      new Gauge({
        name,
        help,
        registers,
        collect() {
          const found = figures();
          if (found !== undefined) this.set(value(found));
        },
      });
    new Gauge({
      name: 'legwork_switch_held',
      help: '1 for each switch that this node drives',
      labelNames: ['switch'],
      registers,
      collect() {
        this.reset();
        for (const name of figures()?.held ?? []) this.set({ switch: name }, 1);
      },
    });
    collected('legwork_takeovers', 'Switches that this node took from others', ({ takeovers }) => takeovers);
    collected('legwork_forwards', 'Requests that this node forwarded to others', ({ forwards }) => forwards);
  }

  #addGauges(probes: MetricsProbes): void {
    const registers = [this.#registry];
    const gauge = (name: string, help: string, collect: (gauge: Gauge<'status'>) => void | Promise<void>) =>
      new Gauge({
        name,
        help,
        labelNames: ['status'],
        registers,
        collect() {
          return collect(this);
        },
      });
    const count = (only: (leg: { readonly isCall: boolean }) => boolean) => (target: Gauge<'status'>) => {
      for (const status of LIVE) target.set({ status }, 0);
      for (const leg of probes.legs()) if (only(leg)) target.inc({ status: leg.status });
    };
    gauge(
      'legwork_calls',
      'Live calls by status',
      count(({ isCall }) => isCall),
    );
    gauge(
      'legwork_legs',
      'Live legs by status: calls, and the legs that they dialled',
      count(() => true),
    );
    gauge('legwork_ari_up', '1 while Asterisk is connected', (target) =>
      target.set(probes.isAriUp() ? 1 : 0),
    );
    gauge(
      'legwork_sip_blocked_addresses',
      'Addresses that are shut out now because they guessed SIP passwords',
      (target) => target.set(probes.sipBlocked()),
    );
    let asking: Promise<CallbackBacklog | undefined> | undefined;
    const ask = () =>
      (asking ??= within(this.#clock, ASK_MS, () => probes.callbacks(), undefined).finally(() => {
        asking = undefined;
      }));
    // Better no number than a wrong one.
    gauge('legwork_callbacks_pending', 'Callbacks that are owed', async (target) =>
      target.set((await ask())?.pending ?? Number.NaN),
    );
    gauge('legwork_callbacks_oldest_seconds', 'Age of the oldest pending callback', async (target) => {
      const found = await ask();
      target.set(found === undefined ? Number.NaN : (found.oldestS ?? 0));
    });
  }
}
