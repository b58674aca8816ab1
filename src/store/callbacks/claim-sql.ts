import type { ClaimRequest } from '../../call/callbacks-queue.ts';
import type { Dialect } from '../dialect.ts';
import { ofSwitch } from '../lease/scope.ts';
import { marks } from '../rows.ts';
import { HELD } from './callback-lines.ts';

/** SQL with its values. */
export interface Statement {
  readonly sql: string;
  readonly values: readonly (string | number)[];
}

/**
 * Lines of these destinations that memory does not hold and nobody has claimed, or whose claim has ended by `now`: of each the earliest,
 * one more than wanted, which tells when there is more to do. Each is a step in the index, however many lines
 * there are; PostgreSQL leaves out what another process is claiming.
 */
export function earliestLines(dialect: Dialect, { now, from }: ClaimRequest, switchId?: string): Statement {
  const own = ofSwitch(switchId);
  const locked = dialect === 'postgres' ? 'for update skip locked' : '';
  const each = `select * from (select destination, line, ready_at from callback_lines
      where destination = ? and ready_at < ${HELD} and (ready_at <= ? or ready_at = due_at)${own.sql}
      order by ready_at, id limit ? ${locked}) as one`;
  return {
    sql: from.map(() => each).join('\n    union all '),
    values: from.flatMap(({ destination, most }) => [destination, now, ...own.values, most + 1]),
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

/**
 * Destinations that have lines which memory does not hold, each found by one step in the index: however many such lines
 * it has. Those that it holds, some thousands at most, are passed over.
 */
export function owedDestinations(after: string, most: number, switchId?: string): Statement {
  const own = ofSwitch(switchId);
  return {
    sql: `with recursive owed (destination, number) as (
    select min(destination), 1 from callback_lines where destination > ? and ready_at < ${HELD}${own.sql}
    union all
    select (select min(n.destination) from callback_lines n
      where n.destination > o.destination and n.ready_at < ${HELD}${own.sql}), o.number + 1
    from owed o where o.destination is not null and o.number < ?
  )
  select o.destination,
    (select min(l.ready_at) from callback_lines l where l.destination = o.destination${own.sql}) as at
  from owed o where o.destination is not null`,
    values: [after, ...own.values, ...own.values, most, ...own.values],
  };
}

/** Lines that memory holds, or held when their holder died: few, in a table that is read whole. */
export function heldLines(switchId?: string): Statement {
  const own = ofSwitch(switchId);
  return { sql: `select line from callback_lines where ready_at = ${HELD}${own.sql}`, values: own.values };
}
