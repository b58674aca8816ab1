import type { Leg, LegState } from '../call/leg.ts';
import { type CallRow, legOf, stateOf } from './call-row.ts';
import type { Database } from './database.ts';
import { fromJson, optional, orNull } from './rows.ts';

/** A leg that was not over when the process ended, or still owed an action; as it was last written. */
export interface NonFinalLeg {
  readonly leg: Leg;
  readonly state: LegState;
  /** Where the interpreter was on it (JSON); absent when no document runs on this leg. */
  readonly position?: unknown;
  readonly owner?: string;
  readonly asteriskId?: string;
  /** The leg that it dialled last: the newest that was answered, else the newest. */
  readonly outbound?: Pick<NonFinalLeg, 'leg' | 'state'>;
}

/** Every leg that has not ended or on which something still runs, oldest first: what a start goes on with. */
export async function nonFinalLegs(database: Database): Promise<readonly NonFinalLeg[]> {
  const rows: readonly CallRow[] = await database
    .reader('calls')
    .whereNull('ended_at')
    .orWhereNotNull('position')
    .orderBy(['created_at', 'sid']);
  const outbound = await lastDialled(
    database,
    rows.map(({ sid }) => sid),
  );
  return rows.map((row) => ({
    leg: legOf(row),
    state: stateOf(row),
    ...optional('outbound', orNull(outbound.get(row.sid))),
    ...(row.position === null ? {} : { position: fromJson<unknown>(row.position) }),
    ...optional('owner', row.owner),
    ...optional('asteriskId', row.asterisk_id),
  }));
}

/** By CallSid of the caller. */
async function lastDialled(
  database: Database,
  callers: readonly string[],
): Promise<ReadonlyMap<string, Pick<NonFinalLeg, 'leg' | 'state'>>> {
  const rows: readonly CallRow[] = await database
    .reader('calls')
    .whereIn('parent_call_sid', callers)
    .orderBy(['created_at', 'sid']);
  const answeredLast = [
    ...rows.filter((row) => row.answered_at === null),
    ...rows.filter((row) => row.answered_at !== null),
  ];
  return new Map(
    answeredLast.map((row) => [String(row.parent_call_sid), { leg: legOf(row), state: stateOf(row) }]),
  );
}

/** One leg as it was last written. */
export async function storedLeg(
  database: Database,
  callSid: string,
): Promise<Pick<NonFinalLeg, 'leg' | 'state'> | undefined> {
  const row: CallRow | undefined = await database.reader('calls').where({ sid: callSid }).first();
  return row === undefined ? undefined : { leg: legOf(row), state: stateOf(row) };
}
