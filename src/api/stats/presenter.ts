import { z } from 'zod';
import { iso8601 } from '../../call/dates.ts';
import type { AccountNumbers } from '../../records/stats-repository.ts';
import { type Place, uriOf } from '../place.ts';
import { resource, type Shown } from '../reply.ts';
import { sid, text, timestamp, uri, whole } from '../reply-parts.ts';

export const STATS = resource('Stats', {
  account_sid: sid('AC'),
  timestamp,
  calls: z.strictObject({ queued: whole, ringing: whole, in_progress: whole }),
  calls_last_minute: whole,
  calls_ended: whole.meta({ description: 'In the last five minutes' }),
  calls_answered: whole.meta({ description: 'Of those that ended in the last five minutes' }),
  document_p95: whole.nullable().meta({ description: 'Milliseconds; of the last requests for documents' }),
  callbacks: z.strictObject({ pending: whole, oldest_s: whole.nullable() }),
  problems: z.array(z.strictObject({ error_code: whole, log: whole, count: whole })).meta({
    description: 'Notifications of the last hour',
  }),
  clients: z.strictObject({ total: whole.nullable(), registered: whole.nullable() }),
  asterisk: text.meta({ description: 'up or down' }),
  uri,
});

/** What is known of an account beside its numbers. */
export interface StatsFacts {
  readonly now: number;
  readonly documentP95Ms: number | undefined;
  /** How many clients are registered; undefined when that is not known. */
  readonly registered: number | undefined;
  readonly isAsteriskUp: boolean;
}

export function presentStats(
  accountSid: string,
  numbers: AccountNumbers,
  facts: StatsFacts,
  place: Place,
): Shown<typeof STATS> {
  const { live, callbacks, problems, clients } = numbers;
  const oldestMs = callbacks.oldestAt === undefined ? undefined : Math.max(0, facts.now - callbacks.oldestAt);
  return {
    account_sid: accountSid,
    timestamp: iso8601(facts.now),
    calls: { queued: live.queued, ringing: live.ringing, in_progress: live['in-progress'] },
    calls_last_minute: numbers.callsLastMinute,
    calls_ended: numbers.ended,
    calls_answered: numbers.answered,
    document_p95: facts.documentP95Ms ?? null,
    callbacks: {
      pending: callbacks.pending,
      oldest_s: oldestMs === undefined ? null : Math.round(oldestMs / 1000),
    },
    problems: problems.map(({ errorCode, level, count }) => ({
      error_code: errorCode,
      log: level === 'error' ? 0 : 1,
      count,
    })),
    clients: { total: clients?.length ?? null, registered: facts.registered ?? null },
    asterisk: facts.isAsteriskUp ? 'up' : 'down',
    uri: uriOf(place, accountSid, 'Stats'),
  };
}
