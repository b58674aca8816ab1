import type { Knex } from 'knex';
import type { JournalEntry, KeptDocument } from '../../call/journal-store.ts';
import { fromJson, insertRows, marks, onConflictChange, portions } from '../rows.ts';

const REPLACE = onConflictChange('call_sid', ['name', 'document']);

interface Row {
  readonly call_sid: string;
  readonly name: string;
  /** JSON, which keeps what a text of PostgreSQL cannot hold. */
  readonly document: string;
}

/** Writes the last document of each leg, and removes those that nothing refers to any more. */
export async function writeKeptDocuments(
  trx: Knex.Transaction,
  entries: readonly JournalEntry[],
): Promise<void> {
  const last = new Map<string, KeptDocument | null>();
  for (const { subjectSid, document } of entries) {
    if (document !== undefined) last.set(subjectSid, document);
  }
  if (last.size === 0) return;
  const all = [...last];
  await remove(
    trx,
    all.flatMap(([sid, document]) => (document === null ? [sid] : [])),
  );
  const rows = all.flatMap(([sid, document]) =>
    document === null
      ? []
      : [{ call_sid: sid, name: document.name, document: JSON.stringify(document.text) }],
  );
  await insertRows(trx, 'kept_documents', rows, REPLACE);
}

/** By the CallSid of the leg that is in it. */
export async function keptDocuments(
  reader: Knex,
  callSids: readonly string[],
): Promise<ReadonlyMap<string, KeptDocument>> {
  const found = new Map<string, KeptDocument>();
  for (const some of portions(callSids, 1)) {
    const rows: readonly Row[] = await reader('kept_documents').whereIn('call_sid', some);
    for (const row of rows) found.set(row.call_sid, { name: row.name, text: fromJson(row.document) });
  }
  return found;
}

async function remove(trx: Knex.Transaction, callSids: readonly string[]): Promise<void> {
  if (callSids.length === 0) return;
  await trx.raw(`delete from kept_documents where call_sid in (${marks(callSids.length)})`, [...callSids]);
}
