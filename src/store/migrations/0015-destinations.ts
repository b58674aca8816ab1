import type { Knex } from 'knex';
import { destinationOf } from '../../call/callbacks-queue.ts';
import { rowsOf, updateRows } from '../rows.ts';
import type { Migration } from './migration.ts';

const PORTION = 500;

interface Line {
  readonly id: number;
  readonly line: string;
  readonly account_sid: string;
  readonly url: string;
}

/** A line's destination used to be its host; now it is an account's path on a host (see `destinationOf`). */
export const destinationsMigration: Migration = {
  name: '0015-destinations',
  async up(knex) {
    let lines = await linesAfter(knex, 0);
    for (; lines.length > 0; lines = await linesAfter(knex, lines.at(-1)?.id ?? 0)) {
      const values = lines.map(({ line, account_sid: accountSid, url }) => ({
        line,
        destination: destinationOf({ accountSid, url }),
      }));
      await updateRows(knex, 'callback_lines', values, {
        set: 'destination = v.destination',
        where: 'callback_lines.line = v.line',
        returning: ['line'],
      });
    }
  },
};

async function linesAfter(knex: Knex, id: number): Promise<readonly Line[]> {
  const found: unknown = await knex.raw(
    `select l.id, l.line, c.account_sid, c.url from callback_lines l join callbacks c on c.id =
       (select min(h.id) from callbacks h where h.line = l.line and h.state = 'pending')
     where l.id > ? order by l.id limit ${PORTION}`,
    [id],
  );
  return rowsOf<Line>(found);
}
