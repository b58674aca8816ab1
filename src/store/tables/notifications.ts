import type { Knex } from 'knex';
import type { NotificationFilter, NotificationRepository } from '../../records/call-history.ts';
import type { NotificationRecord } from '../../call/journal-store.ts';
import type { Page, PageRequest } from '../../records/page.ts';
import type { Database } from '../database.ts';
import { readPage } from './paging.ts';
import { optional } from '../rows.ts';

/** What the column `call_sid`, which is never null, has of a notification that is about no leg. */
export const NO_CALL = '';

/** A row of `notifications`. */
export interface NotificationRow {
  readonly sid: string;
  readonly account_sid: string;
  readonly call_sid: string;
  readonly at: number;
  readonly level: NotificationRecord['level'];
  readonly error_code: number;
  readonly message: string;
  readonly request_url: string | null;
  readonly request_method: NonNullable<NotificationRecord['requestMethod']> | null;
  readonly response_body: string | null;
}

/** Notifications, for people to read; the journal writes them. */
export class SqlNotifications implements NotificationRepository {
  readonly #reader: Knex;

  constructor(database: Database) {
    this.#reader = database.reader;
  }

  async find(accountSid: string, sid: string): Promise<NotificationRecord | undefined> {
    const row: NotificationRow | undefined = await this.#reader('notifications')
      .where({ sid, account_sid: accountSid })
      .first();
    return row === undefined ? undefined : notificationOf(row);
  }

  async list(
    accountSid: string,
    page: PageRequest,
    filter: NotificationFilter,
  ): Promise<Page<NotificationRecord>> {
    const query = this.#reader('notifications').where({ account_sid: accountSid });
    if (filter.callSid !== undefined) void query.where('call_sid', filter.callSid);
    if (filter.level !== undefined) void query.where('level', filter.level);
    if (filter.errorCode !== undefined) void query.where('error_code', filter.errorCode);
    if (filter.from !== undefined) void query.where('at', '>=', filter.from);
    if (filter.before !== undefined) void query.where('at', '<', filter.before);
    return await readPage(query, { column: 'at' }, page, notificationOf);
  }
}

export function notificationOf(row: NotificationRow): NotificationRecord {
  return {
    sid: row.sid,
    accountSid: row.account_sid,
    ...(row.call_sid === NO_CALL ? {} : { callSid: row.call_sid }),
    at: row.at,
    level: row.level,
    errorCode: row.error_code,
    message: row.message,
    ...optional('requestUrl', row.request_url),
    ...optional('requestMethod', row.request_method),
    ...optional('responseBody', row.response_body),
  };
}
