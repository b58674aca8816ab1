import type { Dialect } from './dialect.ts';
import { marks } from './rows.ts';

/** SQL with its values. */
export interface Statement {
  readonly sql: string;
  readonly values: readonly (string | number)[];
}

/**
 * The destinations that have lines, each found by one step in the index: lines of a receiver that is down cost
 * nothing, however many wait.
 */
const DESTINATIONS = `with recursive destinations (destination) as (
    select min(destination) from callback_lines
    union all
    select (select min(n.destination) from callback_lines n where n.destination > d.destination)
    from destinations d where d.destination is not null
  )`;

/** Lines that may be claimed at `now`, earliest first; PostgreSQL leaves out what another process is claiming. */
export function readyLines(
  dialect: Dialect,
  now: number,
  limit: number,
  exceptDestinations: readonly string[],
): Statement {
  const ready = `select x.id from callback_lines x
      where x.destination = d.destination and x.ready_at <= ? order by x.ready_at, x.id limit ?`;
  const from =
    dialect === 'postgres'
      ? `cross join lateral (
      select x.id, x.line, x.ready_at from callback_lines x
      where x.destination = d.destination and x.ready_at <= ?
      order by x.ready_at, x.id limit ? for update skip locked) l`
      : `join callback_lines l on l.id in (${ready})`;
  return {
    sql: `${DESTINATIONS}
  select l.line from destinations d ${from}
  where d.destination is not null${except(exceptDestinations)}
  order by l.ready_at, l.id limit ?`,
    values: [now, limit, ...exceptDestinations, limit],
  };
}

/** When the next line can be claimed. */
export function earliestReady(exceptDestinations: readonly string[]): Statement {
  return {
    sql: `${DESTINATIONS}
  select min((select min(l.ready_at) from callback_lines l where l.destination = d.destination)) as at
  from destinations d where d.destination is not null${except(exceptDestinations)}`,
    values: [...exceptDestinations],
  };
}

/** The first pending callback of each of these lines. */
export function headsOf(lines: readonly string[]): Statement {
  return {
    sql: `select c.* from callback_lines l join callbacks c on c.id =
    (select min(h.id) from callbacks h where h.line = l.line and h.state = 'pending')
  where l.line in (${marks(lines.length)})`,
    values: lines,
  };
}

function except(destinations: readonly string[]): string {
  return destinations.length === 0 ? '' : ` and d.destination not in (${marks(destinations.length)})`;
}
