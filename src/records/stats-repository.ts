import type { NotificationRecord } from '../call/journal-store.ts';

/** Numbers of one account, of calls without the legs that they dialled. Times are milliseconds since the epoch. */
export interface AccountNumbers {
  /** Calls that have not ended, by status. */
  readonly live: Readonly<Record<'queued' | 'ringing' | 'in-progress', number>>;
  readonly callsLastMinute: number;
  /** Of those that ended in the last five minutes: all, and those that were answered. */
  readonly ended: number;
  readonly answered: number;
  readonly callbacks: { readonly pending: number; readonly oldestAt?: number };
  /** Of the last hour, by code, the most frequent first. */
  readonly problems: readonly {
    readonly errorCode: number;
    readonly level: NotificationRecord['level'];
    readonly count: number;
  }[];
  /** Logins in lower case; undefined when there are too many to look at. */
  readonly clients: readonly string[] | undefined;
}

export interface StatsRepository {
  numbersOf(accountSid: string): Promise<AccountNumbers>;
}
