import { Metrics } from '../../api/metrics/metrics.ts';
import { statusOf } from '../../call/leg/leg.ts';
import { sumOf } from '../../call/stream/stream-totals.ts';
import { sizesOf } from '../metrics.ts';
import type { HeldSwitches } from './held-switches.ts';
import type { NodeFoundation } from './node-foundation.ts';
import type { ClusterMap } from './whereabouts.ts';

/** What `GET /metrics` shows of a node: everything of the switches that it drives, and what it does for the cluster. */
export function nodeMetrics(
  { store, clock, config }: Pick<NodeFoundation, 'store' | 'clock' | 'config'>,
  held: () => HeldSwitches | undefined,
  map: () => ClusterMap | undefined,
): Metrics {
  const units = () => held()?.units ?? [];
  return new Metrics(
    {
      async callbacks() {
        const { count, oldestAt } = await store.callbackQueue.pending();
        if (oldestAt === undefined) return { pending: count };
        return { pending: count, oldestS: Math.max(0, Math.round((clock.steady() - oldestAt) / 1000)) };
      },
      queues: () => sizesOf(units().flatMap(({ machinery }) => machinery.services.queues.all())),
      streams: () => sumOf(units().map(({ machinery }) => machinery.services.streams.totals.figures)),
      namesQueues: config.metricsQueueNames,
      sipBlocked: () => units().reduce((sum, { machinery }) => sum + machinery.blocked(), 0),
      isAriUp: () => units().every(({ foundation }) => foundation.ari.state() === 'up'),
      legs: () =>
        units().flatMap(({ machinery }) =>
          machinery.services.calls.all().map(({ leg, state }) => ({
            status: statusOf(state),
            isCall: leg.parentCallSid === undefined,
          })),
        ),
      cluster: () => ({
        held: units().map(({ id }) => id),
        takeovers: held()?.takeovers ?? 0,
        forwards: map()?.forwards ?? 0,
      }),
    },
    clock,
  );
}
