import type { Knex } from 'knex';
import type { SipTrace } from '../../call/sip-trace.ts';
import type { SipTraceRepository } from '../../records/sip-trace-repository.ts';
import type { Database } from '../database.ts';
import type { GroupCommit, WriteKind } from '../group-commit.ts';
import { fromJson, insertRows, onConflictChange } from '../rows.ts';

interface TraceRow {
  readonly call_sid: string;
  readonly sip_call_id: string;
  readonly account_sid: string;
  readonly began_at: number;
  readonly omitted: number;
  readonly messages: string;
}

const AGAIN = onConflictChange('call_sid, sip_call_id', ['omitted', 'messages']);

const keep: WriteKind<SipTrace, void> = {
  whenUnavailable: 'refuse',
  transaction: 'alone',
  run: async (trx, inputs) => {
    // One by one: a statement must not change a row twice.
    for (const trace of inputs) await insertRows(trx, 'sip_traces', [{ ...rowOf(trace) }], AGAIN);
    return inputs.map(() => undefined);
  },
};

const removeOld: WriteKind<number, void> = {
  whenUnavailable: 'refuse',
  transaction: 'alone',
  run: async (trx, inputs) => {
    for (const before of inputs) await trx('sip_traces').where('began_at', '<', before).del();
    return inputs.map(() => undefined);
  },
};

/** The SIP messages of legs. */
export class SqlSipTraces implements SipTraceRepository {
  readonly #reader: Knex;
  readonly #writes: GroupCommit;

  constructor(database: Database, writes: GroupCommit) {
    this.#reader = database.reader;
    this.#writes = writes;
  }

  async of(callSids: readonly string[]): Promise<readonly SipTrace[]> {
    const rows: readonly TraceRow[] = await this.#reader('sip_traces')
      .whereIn('call_sid', callSids)
      .orderBy(['began_at', 'sip_call_id']);
    return rows.map((row) => ({
      accountSid: row.account_sid,
      callSid: row.call_sid,
      sipCallId: row.sip_call_id,
      messages: fromJson(row.messages),
      omitted: row.omitted,
    }));
  }

  async keep(trace: SipTrace): Promise<void> {
    await this.#writes.submit(keep, trace);
  }

  async removeOld(before: number): Promise<void> {
    await this.#writes.submit(removeOld, before);
  }
}

function rowOf({ accountSid, callSid, sipCallId, messages, omitted }: SipTrace): TraceRow {
  return {
    call_sid: callSid,
    sip_call_id: sipCallId,
    account_sid: accountSid,
    began_at: Math.floor(messages[0]?.at ?? 0),
    omitted,
    messages: JSON.stringify(messages),
  };
}
