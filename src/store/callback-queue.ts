import type { Knex } from 'knex';
import type {
  CallbackAttempt,
  CallbackQueue,
  ClaimRequest,
  DueCallback,
  Settlement,
} from '../call/callbacks-queue.ts';
import type { HttpMethod } from '../call/http-method.ts';
import { earliestReady, headsOf, readyLines } from './claim-sql.ts';
import type { Database } from './database.ts';
import type { Dialect } from './dialect.ts';
import type { GroupCommit, WriteKind } from './group-commit.ts';
import { fromJson, marks, rowsOf } from './rows.ts';
import { settleAll } from './settle.ts';

interface HeadRow {
  readonly sid: string;
  readonly account_sid: string;
  readonly call_sid: string;
  readonly line: string;
  readonly url: string;
  readonly method: HttpMethod;
  readonly parameters: string;
  readonly attempts: number;
  readonly owed_at: number;
}

/** The outbox on the tables. */
export class SqlCallbackQueue implements CallbackQueue {
  readonly #database: Database;
  readonly #writes: GroupCommit;
  readonly #claim: WriteKind<ClaimRequest, readonly DueCallback[]>;
  readonly #settle: WriteKind<{ attempt: CallbackAttempt; settlement: Settlement }, void>;

  constructor(database: Database, writes: GroupCommit) {
    const { dialect } = database;
    this.#database = database;
    this.#writes = writes;
    this.#claim = shared(async (trx, requests) => {
      const claimed: (readonly DueCallback[])[] = [];
      for (const request of requests) claimed.push(await claim(trx, dialect, request));
      return claimed;
    });
    this.#settle = shared(async (trx, settlements) => {
      await settleAll(trx, dialect, settlements);
      return settlements.map(() => undefined);
    });
  }

  /** Voids the claims of a former process; for whoever has the database alone, before the first claim. */
  async forgetClaims(): Promise<void> {
    await this.#writes.submit(forgetClaims, undefined);
  }

  async claim(request: ClaimRequest): Promise<readonly DueCallback[]> {
    return await this.#writes.submit(this.#claim, request);
  }

  async settle(attempt: CallbackAttempt, settlement: Settlement): Promise<void> {
    await this.#writes.submit(this.#settle, { attempt, settlement });
  }

  async release(callbackSids: readonly string[]): Promise<void> {
    if (callbackSids.length > 0) await this.#writes.submit(release, callbackSids);
  }

  async nextDueAt(exceptDestinations: readonly string[]): Promise<number | undefined> {
    const { sql, values } = earliestReady(exceptDestinations);
    const [row] = rowsOf<{ readonly at: number | null }>(await this.#database.reader.raw(sql, values));
    return row?.at ?? undefined;
  }

  async pending(): Promise<{ readonly count: number; readonly oldestAt?: number }> {
    const result: unknown = await this.#database.reader.raw(
      "select count(*) as count, min(owed_at) as oldest from callbacks where state = 'pending'",
    );
    const [row] = rowsOf<{ readonly count: number; readonly oldest: number | null }>(result);
    const oldest = row?.oldest ?? null;
    return { count: row?.count ?? 0, ...(oldest === null ? {} : { oldestAt: oldest }) };
  }
}

function shared<I, O>(run: WriteKind<I, O>['run']): WriteKind<I, O> {
  return { whenUnavailable: 'refuse', transaction: 'shared', run };
}

async function claim(
  trx: Knex.Transaction,
  dialect: Dialect,
  request: ClaimRequest,
): Promise<readonly DueCallback[]> {
  const ready = readyLines(dialect, request.now, request.limit, request.exceptDestinations);
  const found = rowsOf<{ readonly line: string }>(await trx.raw(ready.sql, ready.values));
  const lines = found.map((row) => row.line);
  if (lines.length === 0) return [];
  await trx.raw(`update callback_lines set ready_at = ? where line in (${marks(lines.length)})`, [
    request.claimUntil,
    ...lines,
  ]);
  const heads = headsOf(lines);
  const rows = rowsOf<HeadRow>(await trx.raw(heads.sql, heads.values));
  const byLine = new Map(rows.map((row) => [row.line, row]));
  return lines.flatMap((line) => byLine.get(line) ?? []).map(dueCallback);
}

function dueCallback(row: HeadRow): DueCallback {
  return {
    sid: row.sid,
    accountSid: row.account_sid,
    callSid: row.call_sid,
    url: row.url,
    method: row.method,
    parameters: fromJson(row.parameters),
    attempts: row.attempts,
    createdAt: row.owed_at,
  };
}

const release: WriteKind<readonly string[], void> = shared(async (trx, inputs) => {
  const sids = inputs.flat();
  await trx.raw(
    `update callback_lines set ready_at = due_at where line in
       (select line from callbacks where sid in (${marks(sids.length)}) and state = 'pending')`,
    sids,
  );
  return inputs.map(() => undefined);
});

const forgetClaims: WriteKind<undefined, void> = shared(async (trx, inputs) => {
  await trx.raw('update callback_lines set ready_at = due_at where ready_at <> due_at');
  return inputs.map(() => undefined);
});
