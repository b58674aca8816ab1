import { iso8601 } from '../../call/dates.ts';
import type { Clock } from '../../concurrency/clock.ts';
import type { CallbackDestination, CallbackRepository } from '../../records/call-history.ts';
import { NO_FILTERS } from '../list-query.ts';
import { pageOf } from '../pages.ts';
import { uriOf } from '../place.ts';
import { resource, type Shown } from '../reply.ts';
import { text, timestamp, whole } from '../reply-parts.ts';
import type { Route } from '../route.ts';
import { listRoute } from '../route-kinds.ts';

const HOUR_MS = 3_600_000;

const DESTINATION = resource('Destination', {
  destination: text.meta({ description: 'Host and path, with * for identifiers' }),
  pending: whole,
  oldest_s: whole.nullable(),
  next_try: timestamp.nullable(),
  attempts: whole.meta({ description: 'Of the last hour' }),
  failures: whole.meta({ description: 'Attempts of the last hour that were not accepted' }),
  p50: whole.nullable().meta({ description: 'Milliseconds' }),
  p95: whole.nullable().meta({ description: 'Milliseconds' }),
  last_error: text.nullable(),
  last_error_at: timestamp.nullable(),
});

/** `P/Callbacks/Destinations`: where callbacks go, and how that goes. */
export function destinationsRoute(callbacks: CallbackRepository, clock: Clock): Route {
  return listRoute({
    path: '/Callbacks/Destinations',
    summary: 'Where callbacks went in the last hour, or wait to go, most pending first',
    filters: NO_FILTERS,
    resource: DESTINATION,
    handle: async ({ account, place, query: { page } }) => {
      const now = clock.now();
      const all = await callbacks.destinations(account.sid, now - HOUR_MS);
      const found = pageOf(all, page);
      const items = found.items.map((one) => present(one, now));
      return { ...found, items, uri: uriOf(place, account.sid, 'Callbacks', 'Destinations') };
    },
  });
}

function present(one: CallbackDestination, now: number): Shown<typeof DESTINATION> {
  const { destination, pending, oldestAt, nextAt, durations, failures, lastError } = one;
  const sorted = durations.toSorted((a, b) => a - b);
  const percentile = (part: number) => sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)] ?? null;
  return {
    destination,
    pending,
    oldest_s: oldestAt === undefined ? null : Math.max(0, Math.round((now - oldestAt) / 1000)),
    next_try: nextAt === undefined ? null : iso8601(nextAt),
    attempts: durations.length,
    failures,
    p50: percentile(0.5),
    p95: percentile(0.95),
    last_error: lastError?.text ?? null,
    last_error_at: lastError === undefined ? null : iso8601(lastError.at),
  };
}
