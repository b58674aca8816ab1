import type { Knex } from 'knex';
import { destinationOf } from '../../call/callbacks-queue.ts';
import type { Clock } from '../../concurrency/clock.ts';
import type { CallbackDestination } from '../../records/call-history.ts';
import { rowsOf } from '../rows.ts';

/** So many attempts of the account, the newest, and so many pending callbacks, the oldest, are looked at. */
const MOST_ATTEMPTS = 5_000;
const MOST_PENDING = 5_000;

interface AttemptRow {
  readonly url: string;
  readonly at: number;
  readonly duration_ms: number;
  readonly status: number | null;
  readonly error: string | null;
}

type Growing = { -readonly [K in keyof CallbackDestination]: CallbackDestination[K] } & {
  durations: number[];
};

/** Where an account's callbacks went since then, or wait to go; most pending first. */
export async function destinations(
  reader: Knex,
  clock: Clock,
  accountSid: string,
  since: number,
): Promise<readonly CallbackDestination[]> {
  const found = new Map<string, Growing>();
  const at = (url: string): Growing => {
    // Without the account, which is in front.
    const [, host = '', path = ''] = destinationOf({ accountSid, url }).split(' ');
    const destination = `${host}${path}`;
    const known = found.get(destination) ?? { destination, pending: 0, durations: [], failures: 0 };
    found.set(destination, known);
    return known;
  };
  for (const row of await attempts(reader, accountSid, since)) {
    const one = at(row.url);
    one.durations.push(row.duration_ms);
    const isAccepted = row.status !== null && row.status >= 200 && row.status < 300;
    if (isAccepted) continue;
    one.failures += 1;
    // The newest come first.
    one.lastError ??= { at: row.at, text: row.error ?? `HTTP ${row.status}` };
  }
  // The queue keeps the steady clock's time.
  const aheadMs = clock.now() - clock.steady();
  for (const row of await pending(reader, accountSid)) {
    const one = at(row.url);
    one.pending += 1;
    one.oldestAt = Math.min(one.oldestAt ?? row.created_at, row.created_at);
    if (row.due_at === null) continue;
    const dueAt = Math.round(row.due_at + aheadMs);
    one.nextAt = Math.min(one.nextAt ?? dueAt, dueAt);
  }
  return [...found.values()].toSorted((one, other) => other.pending - one.pending);
}

async function attempts(reader: Knex, accountSid: string, since: number): Promise<readonly AttemptRow[]> {
  const result: unknown = await reader.raw(
    `select c.url, a.at, a.duration_ms, a.status, a.error
       from (select sid, url from callbacks where account_sid = ? order by id desc limit ${MOST_ATTEMPTS}) c
       join callback_attempts a on a.callback_sid = c.sid
      where a.at >= ? order by a.at desc limit ${MOST_ATTEMPTS}`,
    [accountSid, since],
  );
  return rowsOf<AttemptRow>(result);
}

interface PendingRow {
  readonly url: string;
  readonly created_at: number;
  readonly due_at: number | null;
}

async function pending(reader: Knex, accountSid: string): Promise<readonly PendingRow[]> {
  const result: unknown = await reader.raw(
    `select p.url, p.created_at, l.due_at
       from (select account_sid, line, url, created_at from callbacks
              where state = 'pending' order by owed_at limit ${MOST_PENDING}) p
       left join callback_lines l on l.line = p.line
      where p.account_sid = ?`,
    [accountSid],
  );
  return rowsOf<PendingRow>(result);
}
