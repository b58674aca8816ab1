import type { Knex } from 'knex';
import type { Clock } from '../../concurrency/clock.ts';
import type { AccountNumbers, StatsRepository } from '../../records/stats-repository.ts';
import type { Database } from '../database.ts';
import { rowsOf } from '../rows.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const MOST_CLIENTS = 1_000;
/** So many pending callbacks of all accounts are looked at. */
const MOST_PENDING = 10_000;
const MOST_PROBLEMS = 20;

interface ProblemRow {
  readonly error_code: number;
  readonly level: AccountNumbers['problems'][number]['level'];
  readonly count: number;
}

/** The numbers of the overview; each query reads a short part of an index. */
export class SqlStats implements StatsRepository {
  readonly #reader: Knex;
  readonly #clock: Clock;

  constructor({ reader }: Database, clock: Clock) {
    this.#reader = reader;
    this.#clock = clock;
  }

  async numbersOf(accountSid: string): Promise<AccountNumbers> {
    // One after the other: they take one connection, whose others are for calls.
    return {
      live: await this.#live(accountSid),
      callsLastMinute: await this.#begun(accountSid),
      ...(await this.#ended(accountSid)),
      callbacks: await this.#callbacks(accountSid),
      problems: await this.#problems(accountSid),
      clients: await this.#clients(accountSid),
    };
  }

  async #live(accountSid: string): Promise<AccountNumbers['live']> {
    const rows: readonly { status: keyof AccountNumbers['live']; count: number }[] = await this.#reader(
      'calls',
    )
      .select('status')
      .count({ count: '*' })
      .where({ account_sid: accountSid })
      .whereIn('status', ['queued', 'ringing', 'in-progress'])
      .whereNull('parent_call_sid')
      .groupBy('status');
    const none = { queued: 0, ringing: 0, 'in-progress': 0 };
    return { ...none, ...Object.fromEntries(rows.map(({ status, count }) => [status, count])) };
  }

  async #begun(accountSid: string): Promise<number> {
    const [row] = (await this.#reader('calls')
      .count({ count: '*' })
      .where({ account_sid: accountSid })
      .where('created_at', '>', this.#clock.now() - MINUTE_MS)
      .whereNull('parent_call_sid')) as [{ readonly count: number }];
    return row.count;
  }

  async #ended(accountSid: string): Promise<Pick<AccountNumbers, 'ended' | 'answered'>> {
    const [row] = (await this.#reader('calls')
      .count({ ended: '*', answered: 'answered_at' })
      .where({ account_sid: accountSid })
      .where('ended_at', '>', this.#clock.now() - 5 * MINUTE_MS)
      .whereNull('parent_call_sid')) as [Pick<AccountNumbers, 'ended' | 'answered'>];
    return row;
  }

  async #callbacks(accountSid: string): Promise<AccountNumbers['callbacks']> {
    // The order makes both databases read the index of pending ones, and nothing else.
    const found: unknown = await this.#reader.raw(
      `select count(*) as pending, min(created_at) as oldest_at from
         (select account_sid, created_at from callbacks where state = 'pending' order by owed_at limit ?) as oldest
       where account_sid = ?`,
      [MOST_PENDING, accountSid],
    );
    const [row] = rowsOf<{ readonly pending: number; readonly oldest_at: number | null }>(found);
    const oldestAt = row?.oldest_at ?? undefined;
    return { pending: row?.pending ?? 0, ...(oldestAt === undefined ? {} : { oldestAt }) };
  }

  async #problems(accountSid: string): Promise<AccountNumbers['problems']> {
    const rows = (await this.#reader('notifications')
      .select('error_code', 'level')
      .count({ count: '*' })
      .where({ account_sid: accountSid })
      .where('at', '>', this.#clock.now() - HOUR_MS)
      .groupBy('error_code', 'level')
      .orderBy([{ column: 'count', order: 'desc' }, 'error_code'])
      .limit(MOST_PROBLEMS)) as ProblemRow[];
    return rows.map(({ error_code: errorCode, level, count }) => ({ errorCode, level, count }));
  }

  async #clients(accountSid: string): Promise<AccountNumbers['clients']> {
    const logins: string[] = await this.#reader('clients')
      .where({ account_sid: accountSid })
      .limit(MOST_CLIENTS + 1)
      .pluck('login');
    return logins.length > MOST_CLIENTS ? undefined : logins.map((login) => login.toLowerCase());
  }
}
