import { isSid } from '../../call/sids.ts';
import type { Database } from '../database.ts';
import { rowsOf } from '../rows.ts';

/** Where something is kept: on which switch, and whether it is over. Undefined: the tables do not have it. */
export interface Place {
  readonly switchId: string | undefined;
  readonly isOver: boolean;
}

interface PlaceRow {
  readonly switch_id: string | null;
  readonly over: boolean | number;
}

/** Finds the switches to which calls, rooms and callbacks belong. */
export class Placement {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  call(sid: string): Promise<Place | undefined> {
    return this.#first(
      'select asterisk_id as switch_id, ended_at is not null as over from calls where sid = ?',
      [sid],
    );
  }

  /** A room by its SID, or the newest one of this name, an open one first. */
  room(accountSid: string, room: string): Promise<Place | undefined> {
    const select = "select switch_id, status = 'completed' as over from conferences where account_sid = ?";
    if (isSid('CF', room)) return this.#first(`${select} and sid = ?`, [accountSid, room]);
    return this.#first(
      `${select} and friendly_name = ?
       order by (case when status = 'completed' then 1 else 0 end), created_at desc, sid desc limit 1`,
      [accountSid, room],
    );
  }

  /** A queue by its SID, or the oldest one of this name. */
  queue(accountSid: string, queue: string): Promise<Place | undefined> {
    const select = 'select switch_id, false as over from queues where account_sid = ?';
    if (isSid('QU', queue)) return this.#first(`${select} and sid = ?`, [accountSid, queue]);
    const first = `${select} and friendly_name = ? order by created_at, sid limit 1`;
    return this.#first(first, [accountSid, queue]);
  }

  /** A callback is where its call, or its room, is. */
  callback(sid: string): Promise<Place | undefined> {
    return this.#first(
      `select coalesce(k.asterisk_id, r.switch_id) as switch_id, false as over from callbacks c
       left join calls k on k.sid = c.call_sid left join conferences r on r.sid = c.call_sid where c.sid = ?`,
      [sid],
    );
  }

  async #first(sql: string, values: readonly string[]): Promise<Place | undefined> {
    const [row] = rowsOf<PlaceRow>(await this.#database.reader.raw(sql, [...values]));
    if (row === undefined) return undefined;
    return { switchId: row.switch_id ?? undefined, isOver: Boolean(row.over) };
  }
}
