import { Metrics, type QueueFigure } from '../api/metrics/metrics.ts';
import type { CallbackQueue } from '../call/callbacks-queue.ts';
import type { CallQueue } from '../call/queue/call-queue.ts';
import { statusOf } from '../call/leg/leg.ts';
import type { LiveCalls } from '../call/leg/live-calls.ts';
import type { StreamFigures } from '../call/stream/stream-totals.ts';
import type { Documents } from '../call/documents.ts';
import type { Foundation } from './foundation.ts';
import { healthProbes } from './health-probes.ts';

/** What `GET /metrics` shows of this process. */
export function metricsOf(
  foundation: Foundation,
  calls: () => LiveCalls,
  queues: () => readonly CallQueue[],
  streams: () => StreamFigures,
  sipBlocked: () => number,
): Metrics {
  const probes = healthProbes(foundation);
  return new Metrics(
    {
      callbacks: () => probes.callbacks(),
      sipBlocked,
      queues: () => sizesOf(queues()),
      streams,
      namesQueues: foundation.config.metricsQueueNames,
      isAriUp: () => foundation.ari.state() === 'up',
      legs: () =>
        calls()
          .all()
          .map(({ leg, state }) => ({
            status: statusOf(state),
            isCall: leg.parentCallSid === undefined,
          })),
    },
    foundation.clock,
  );
}

/** How many legs wait in each queue, for the metrics. */
export function sizesOf(queues: readonly CallQueue[]): readonly QueueFigure[] {
  return queues.map(({ record: { friendlyName: name }, waiting: { length: size } }) => ({ name, size }));
}

/** The queue, with each attempt measured. */
export function measuredQueue(queue: CallbackQueue, metrics: Metrics): CallbackQueue {
  return {
    claim: (request) => queue.claim(request),
    isAtHand: (destination, now) => queue.isAtHand(destination, now),
    async settle(attempt, settlement) {
      const next = await queue.settle(attempt, settlement);
      metrics.callbackTried(attempt.durationMs, settlement.state);
      return next;
    },
    release: (sids) => queue.release(sids),
    owed: (after, most) => queue.owed(after, most),
    pending: () => queue.pending(),
  };
}

/** The documents, with each request measured. */
export function measuredDocuments(documents: Documents, metrics: Metrics): Documents {
  return {
    async request(request) {
      const reply = await documents.request(request);
      metrics.documentRequested(reply.durationMs, reply.ok);
      return reply;
    },
    cookies: (kept) => documents.cookies(kept),
  };
}
