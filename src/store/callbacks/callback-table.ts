import type { Knex } from 'knex';
import type { Claimed, ClaimRequest, DueCallback, Owed } from '../../call/callbacks-queue.ts';
import { HELD } from './callback-lines.ts';
import { requestOf, type RequestRow } from './callback-records.ts';
import { earliestLines, headsOf, heldLines, owedDestinations, type Statement } from './claim-sql.ts';
import type { Database } from '../database.ts';
import type { GroupCommit, TransactionKind } from '../group-commit.ts';
import { type Condition, ofSwitch } from '../lease/scope.ts';
import { marks, rowsOf } from '../rows.ts';
import { type Moved, settleAll, type Settled } from './settle.ts';

interface HeadRow extends RequestRow {
  readonly line: string;
  readonly attempts: number;
  readonly owed_at: number;
}

/** The outbox on the tables: what is not held in memory (outbox.ts). */
export class CallbackTable {
  readonly #database: Database;
  readonly #writes: GroupCommit;
  readonly #claim: TransactionKind<ClaimRequest, readonly Claimed[]>;
  readonly #settle: TransactionKind<readonly Settled[], ReadonlyMap<string, Moved>>;

  readonly #switchId: string | undefined;

  /** `isHeld` says which lines memory holds; `switchId`, in a cluster, whose lines these are. */
  constructor(database: Database, writes: GroupCommit, isHeld: (line: string) => boolean, switchId?: string) {
    const { dialect } = database;
    this.#switchId = switchId;
    this.#database = database;
    this.#writes = writes;
    this.#claim = shared(async (trx, requests) => {
      const claimed: (readonly Claimed[])[] = [];
      for (const request of requests)
        claimed.push(await claim(trx, earliestLines(dialect, request, switchId), request));
      return claimed;
    });
    this.#settle = {
      whenUnavailable: 'refuse',
      transaction: 'shared',
      share: (settled) => ({ weight: settled.length }),
      run: async (trx, lists) => {
        const moved = await settleAll(trx, dialect, lists.flat(), isHeld);
        return lists.map(() => moved);
      },
    };
  }

  /** Voids the claims of a former process. To be called before the first claim, while this process holds the database alone. */
  async forgetClaims(): Promise<void> {
    await this.#writes.submit(forgetClaims, this.#switchId);
  }

  async claim(request: ClaimRequest): Promise<readonly Claimed[]> {
    return await this.#writes.submit(this.#claim, request);
  }

  /** Writes down attempts and what they mean, in order; what came of each, by callback sid, of those that are there. */
  async settle(settled: readonly Settled[]): Promise<ReadonlyMap<string, Moved>> {
    return await this.#writes.submit(this.#settle, settled);
  }

  async release(callbackSids: readonly string[]): Promise<void> {
    await this.#writes.submit(release, callbackSids);
  }

  /** Lines that are marked as held by memory. */
  async heldLines(): Promise<readonly string[]> {
    const { sql, values } = heldLines(this.#switchId);
    const rows = rowsOf<{ readonly line: string }>(await this.#database.reader.raw(sql, values));
    return rows.map(({ line }) => line);
  }

  /** Lets those of these lines be claimed that nobody holds any more; where they go, and when they are due. */
  async free(lines: readonly string[], isHeld: (line: string) => boolean): Promise<readonly Owed[]> {
    return await this.#writes.submit(free, { lines, isHeld });
  }

  /** How many callbacks of each line are pending. */
  async pendingByLine(): Promise<ReadonlyMap<string, number>> {
    const { sql, values } = pendingOf(this.#switchId);
    const result: unknown = await this.#database.reader.raw(
      `select line, count(*) as count from callbacks where state = 'pending'${sql} group by line`,
      values,
    );
    const rows = rowsOf<{ readonly line: string; readonly count: number }>(result);
    return new Map(rows.map(({ line, count }) => [line, count]));
  }

  async owed(after: string, most: number): Promise<readonly Owed[]> {
    const { sql, values } = owedDestinations(after, most, this.#switchId);
    return rowsOf<Owed>(await this.#database.reader.raw(sql, values));
  }

  async pending(): Promise<{ readonly count: number; readonly oldestAt?: number }> {
    const { sql, values } = pendingOf(this.#switchId);
    const result: unknown = await this.#database.reader.raw(
      `select count(*) as count, min(owed_at) as oldest from callbacks where state = 'pending'${sql}`,
      values,
    );
    const [row] = rowsOf<{ readonly count: number; readonly oldest: number | null }>(result);
    const oldest = row?.oldest ?? null;
    return { count: row?.count ?? 0, ...(oldest === null ? {} : { oldestAt: oldest }) };
  }
}

function shared<I, O>(run: TransactionKind<I, O>['run']): TransactionKind<I, O> {
  return { whenUnavailable: 'refuse', transaction: 'shared', run };
}

interface Freeing {
  readonly lines: readonly string[];
  readonly isHeld: (line: string) => boolean;
}

interface LineRow {
  readonly destination: string;
  readonly line: string;
  readonly ready_at: number;
}

/** Of pending callbacks: that they stand in a line of this switch. */
function pendingOf(switchId: string | undefined): Condition {
  const { sql, values } = ofSwitch(switchId, 'l.switch_id');
  if (values.length === 0) return { sql, values };
  return { sql: ` and exists (select 1 from callback_lines l where l.line = callbacks.line${sql})`, values };
}

async function claim(
  trx: Knex.Transaction,
  earliest: Statement,
  request: ClaimRequest,
): Promise<readonly Claimed[]> {
  const found = rowsOf<LineRow>(await trx.raw(earliest.sql, earliest.values));
  const offers = request.from.map(({ destination, most }) => {
    const lines = found.filter((row) => row.destination === destination);
    const due = lines.slice(0, most).filter((row) => row.ready_at <= request.now);
    return { destination, due, nextAt: lines[due.length]?.ready_at };
  });
  const heads = await claimLines(
    trx,
    offers.flatMap(({ due }) => due.map(({ line }) => line)),
    request.claimUntil,
  );
  return offers.map(({ destination, due, nextAt }) => ({
    destination,
    callbacks: due.flatMap(({ line }) => heads.get(line) ?? []).map(dueCallback),
    nextAt,
  }));
}

/** Claims these lines and gives the first callback of each. */
async function claimLines(
  trx: Knex.Transaction,
  lines: readonly string[],
  claimUntil: number,
): Promise<ReadonlyMap<string, HeadRow>> {
  if (lines.length === 0) return new Map();
  await trx.raw(`update callback_lines set ready_at = ? where line in (${marks(lines.length)})`, [
    claimUntil,
    ...lines,
  ]);
  const heads = headsOf(lines);
  const rows = rowsOf<HeadRow>(await trx.raw(heads.sql, heads.values));
  return new Map(rows.map((row) => [row.line, row]));
}

function dueCallback(row: HeadRow): DueCallback {
  return { ...requestOf(row), attempts: row.attempts, createdAt: row.owed_at };
}

const release: TransactionKind<readonly string[], void> = shared(async (trx, inputs) => {
  const sids = inputs.flat();
  await trx.raw(
    `update callback_lines set ready_at = due_at where line in
       (select line from callbacks where sid in (${marks(sids.length)}) and state = 'pending')`,
    sids,
  );
  return inputs.map(() => undefined);
});

const free: TransactionKind<Freeing, readonly Owed[]> = shared(async (trx, inputs) => {
  const freed: (readonly Owed[])[] = [];
  for (const { lines, isHeld } of inputs) {
    const strays = lines.filter((line) => !isHeld(line));
    const result: unknown = await trx.raw(
      `update callback_lines set ready_at = due_at where ready_at = ${HELD} and line in (${marks(strays.length)})
       returning destination, due_at as at`,
      strays,
    );
    freed.push(rowsOf<Owed>(result));
  }
  return freed;
});

const forgetClaims: TransactionKind<string | undefined, void> = shared(async (trx, inputs) => {
  for (const switchId of inputs) {
    const { sql, values } = ofSwitch(switchId);
    await trx.raw(`update callback_lines set ready_at = due_at where ready_at <> due_at${sql}`, values);
  }
  return inputs.map(() => undefined);
});
