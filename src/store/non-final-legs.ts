import type { Knex } from 'knex';
import type { KeptDocument } from '../call/journal-store.ts';
import type { Leg, LegState } from '../call/leg/leg.ts';
import { type CallRow, legOf, stateOf } from './tables/call-row.ts';
import type { Database } from './database.ts';
import { keptDocuments } from './tables/kept-documents.ts';
import { fromJson, optional } from './rows.ts';

/** A leg that was not over when the process ended, or still owed an action; as it was last written. */
export interface NonFinalLeg {
  readonly leg: Leg;
  readonly state: LegState;
  /** Where the interpreter was on it (JSON); absent when no document runs on this leg. */
  readonly position?: unknown;
  /** The document that was last kept apart from its positions. */
  readonly document?: KeptDocument;
  readonly owner?: string;
  readonly asteriskId?: string;
  /** The leg that it dialled last: the newest that was answered, else the newest. */
  readonly outbound?: Pick<NonFinalLeg, 'leg' | 'state'>;
}

/** Every leg that has not ended, oldest first; those of one switch, in a cluster. */
export async function nonFinalLegs(database: Database, switchId?: string): Promise<readonly NonFinalLeg[]> {
  return (await rowsWhere(database, switchId, (calls) => calls.whereNull('ended_at'))).map(legFrom);
}

/** The legs that a start goes on with: those that have ended but still owe an action, and all that have not ended. */
export async function unfinishedLegs(database: Database, switchId?: string): Promise<readonly NonFinalLeg[]> {
  const owing = await rowsWhere(database, switchId, (calls) =>
    calls.whereNotNull('position').whereNotNull('ended_at'),
  );
  const legs = [...owing.map(legFrom), ...(await nonFinalLegs(database, switchId))];
  const sids = legs.map(({ leg }) => leg.sid);
  const outbound = await lastDialled(database, sids);
  const documents = await keptDocuments(database.reader, sids);
  return legs.map((one) => ({
    ...one,
    ...optional('document', documents.get(one.leg.sid) ?? null),
    ...optional('outbound', outbound.get(one.leg.sid) ?? null),
  }));
}

/** By CallSid of the caller. */
async function lastDialled(
  { reader }: Database,
  callers: readonly string[],
): Promise<ReadonlyMap<string, Pick<NonFinalLeg, 'leg' | 'state'>>> {
  const rows: readonly CallRow[] = await reader('calls')
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

async function rowsWhere(
  { reader }: Database,
  switchId: string | undefined,
  condition: (calls: Knex.QueryBuilder) => Knex.QueryBuilder,
): Promise<readonly CallRow[]> {
  const calls = reader('calls');
  if (switchId !== undefined) void calls.where({ asterisk_id: switchId });
  return condition(calls).orderBy(['created_at', 'sid']);
}

function legFrom(row: CallRow): NonFinalLeg {
  return {
    leg: legOf(row),
    state: stateOf(row),
    ...(row.position === null ? {} : { position: fromJson<unknown>(row.position) }),
    ...optional('owner', row.owner),
    ...optional('asteriskId', row.asterisk_id),
  };
}

/** One leg as it was last written. */
export async function storedLeg(
  database: Database,
  callSid: string,
): Promise<Pick<NonFinalLeg, 'leg' | 'state'> | undefined> {
  const row: CallRow | undefined = await database.reader('calls').where({ sid: callSid }).first();
  return row === undefined ? undefined : { leg: legOf(row), state: stateOf(row) };
}
