import type { Knex } from 'knex';
import { rowsOf } from '../rows.ts';

/** The switch whose calls a store keeps, in a cluster: it reads that switch's rows alone, and writes only under its lease. */
export interface SwitchScope {
  readonly switchId: string;
  readonly node: string;
  readonly epoch: number;
}

/** Another node has the switch now: nothing was written. */
export class LeaseLostError extends Error {
  constructor(switchId: string) {
    super(`Switch ${switchId} is held by another node now`);
    this.name = 'LeaseLostError';
  }
}

/** A condition in SQL, with its values. */
export interface Condition {
  readonly sql: string;
  readonly values: readonly string[];
}

/** The condition that rows are of one switch; nothing where there is only one, whose rows name none. */
export function ofSwitch(switchId: string | undefined, column = 'switch_id'): Condition {
  return switchId === undefined ? { sql: '', values: [] } : { sql: ` and ${column} = ?`, values: [switchId] };
}

/**
 * The row of the lease, locked against takers until the transaction ends, but not against renewals, which change other
 * columns. A taker locks it `for update` before it raises the epoch: so either it waits for us, or we find nothing.
 */
export const LEASE_ROW =
  'select 1 as held from switches where id = ? and node = ? and epoch = ? for key share';

export function leaseValues({ switchId, node, epoch }: SwitchScope): readonly (string | number)[] {
  return [switchId, node, epoch];
}

/** For the beginning of a transaction. @throws LeaseLostError */
export async function checkLease(trx: Knex, scope: SwitchScope): Promise<void> {
  const found = rowsOf(await trx.raw(LEASE_ROW, [...leaseValues(scope)]));
  if (found.length === 0) throw new LeaseLostError(scope.switchId);
}
