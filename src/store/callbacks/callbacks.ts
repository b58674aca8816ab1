import type { Knex } from 'knex';
import { destinationOf, type Owed } from '../../call/callbacks-queue.ts';
import type { Clock } from '../../concurrency/clock.ts';
import type {
  CallbackDestination,
  CallbackFilter,
  CallbackRecord,
  CallbackRepository,
} from '../../records/call-history.ts';
import type { Page, PageRequest } from '../../records/page.ts';
import { type CallbackRow, withAttempts } from './callback-records.ts';
import type { Database } from '../database.ts';
import type { GroupCommit, WriteKind } from '../group-commit.ts';
import { readPage } from '../tables/paging.ts';
import { destinations } from './destinations.ts';
import type { Outbox } from './outbox.ts';

interface Replay {
  readonly accountSid: string;
  readonly sid: string;
  readonly switchId?: string | undefined;
}

interface Replayed {
  readonly owed: Owed;
  readonly line: string;
  /** It was delivered or given up. */
  readonly wasOver: boolean;
}

export interface CallbackParts {
  readonly database: Database;
  readonly writes: GroupCommit;
  readonly outbox: Outbox;
  readonly clock: Clock;
  /** Told of one that is pending again. */
  readonly onReplayed: (callbackSid: string) => void;
  /** In a cluster: whose lines these are. */
  readonly switchId?: string | undefined;
}

/** The deliveries as people see them; their queue is outbox.ts. */
export class SqlCallbacks implements CallbackRepository {
  readonly #reader: Knex;
  readonly #writes: GroupCommit;
  readonly #replay: WriteKind<Replay, Replayed | undefined>;
  readonly #outbox: Outbox;
  readonly #clock: Clock;
  readonly #onReplayed: (callbackSid: string) => void;
  readonly #switchId: string | undefined;

  constructor({ database, writes, outbox, clock, onReplayed, switchId }: CallbackParts) {
    this.#switchId = switchId;
    this.#outbox = outbox;
    this.#onReplayed = onReplayed;
    this.#clock = clock;
    this.#reader = database.reader;
    this.#writes = writes;
    this.#replay = {
      whenUnavailable: 'refuse',
      transaction: 'alone',
      run: async (trx, inputs) => {
        const done: (Replayed | undefined)[] = [];
        for (const input of inputs) done.push(await replay(trx, input, clock.steady()));
        return done;
      },
    };
  }

  async find(accountSid: string, sid: string): Promise<CallbackRecord | undefined> {
    const rows: CallbackRow[] = await this.#reader('callbacks').where({ sid, account_sid: accountSid });
    const [record] = await withAttempts(this.#reader, rows);
    return record;
  }

  async list(accountSid: string, page: PageRequest, filter: CallbackFilter): Promise<Page<CallbackRecord>> {
    const query = this.#query(accountSid, filter);
    const found = await readPage(query, { column: 'id' }, page, (row: CallbackRow) => row);
    return { ...found, items: await withAttempts(this.#reader, found.items) };
  }

  async matching(accountSid: string, filter: CallbackFilter, most: number): Promise<readonly string[]> {
    const sids: string[] = await this.#query(accountSid, filter).orderBy('id').limit(most).pluck('sid');
    return sids;
  }

  async destinations(accountSid: string, since: number): Promise<readonly CallbackDestination[]> {
    return await destinations(this.#reader, this.#clock, accountSid, since);
  }

  async replay(accountSid: string, sid: string): Promise<boolean> {
    const replayed = await this.#writes.submit(this.#replay, { accountSid, sid, switchId: this.#switchId });
    if (replayed === undefined) return false;
    if (replayed.wasOver) this.#outbox.replayed(replayed.line);
    this.#outbox.owe([replayed.owed]);
    this.#onReplayed(sid);
    return true;
  }

  #query(accountSid: string, filter: CallbackFilter): Knex.QueryBuilder {
    const query = this.#reader('callbacks').where({ account_sid: accountSid });
    if (filter.callSid !== undefined) void query.where('call_sid', filter.callSid);
    if (filter.state !== undefined) void query.where('state', filter.state);
    if (filter.since !== undefined) void query.where('created_at', '>=', filter.since);
    if (filter.url !== undefined) {
      // The first condition is the one that has an index.
      void query.whereRaw('substr(url, 1, 200) = substr(?, 1, 200) and url = ?', [filter.url, filter.url]);
    }
    return query;
  }
}

/** What an insert says of the switch, in a cluster. */
function ownerOf(switchId: string | undefined) {
  return switchId === undefined
    ? { column: '', value: '', values: [] }
    : { column: ', switch_id', value: ', ?', values: [switchId] };
}

/**
 * As if it had just been owed. Its line is created again, or becomes due at once; a line that somebody has
 * claimed stays claimed until it is settled, and is due after that.
 */
async function replay(
  trx: Knex.Transaction,
  { accountSid, sid, switchId }: Replay,
  now: number,
): Promise<Replayed | undefined> {
  const row: Pick<CallbackRow, 'line' | 'url' | 'state'> | undefined = await trx('callbacks')
    .where({ sid, account_sid: accountSid })
    .first();
  if (row === undefined) return undefined;
  const destination = destinationOf({ accountSid, url: row.url });
  const owner = ownerOf(switchId);
  // The line first, as in every write here: its row is the lock (PostgreSQL).
  await trx.raw(
    `insert into callback_lines (line, destination, due_at, ready_at${owner.column}) values (?, ?, ?, ?${owner.value})
     on conflict (line) do update set due_at = excluded.due_at,
       ready_at = case when callback_lines.ready_at = callback_lines.due_at
         then excluded.ready_at else callback_lines.ready_at end`,
    [row.line, destination, now, now, ...owner.values],
  );
  await trx('callbacks')
    .where({ sid })
    .update({ state: 'pending', attempts: 0, failure: null, settled_at: null, owed_at: now });
  return { owed: { destination, at: now }, line: row.line, wasOver: row.state !== 'pending' };
}
