import type { Knex } from 'knex';
import type { NotificationRecord } from '../../call/journal-store.ts';
import type { ProblemMark, ProblemRepository } from '../../records/problem-repository.ts';
import type { Database } from '../database.ts';
import type { GroupCommit, WriteKind } from '../group-commit.ts';
import { insertRows, onConflictChange } from '../rows.ts';
import { notificationOf, type NotificationRow } from './notifications.ts';

interface MarkRow {
  readonly key: string;
  readonly state: ProblemMark['state'];
  readonly up_to: number;
}

interface Marking extends ProblemMark {
  readonly accountSid: string;
}

const mark: WriteKind<Marking, void> = {
  whenUnavailable: 'refuse',
  transaction: 'alone',
  run: async (trx, inputs) => {
    for (const { accountSid, key, state, upTo } of inputs) {
      const row = { account_sid: accountSid, key, state, up_to: upTo };
      const change = onConflictChange('account_sid, key', ['state', 'up_to']);
      await insertRows(trx, 'problem_marks', [row], change);
    }
    return inputs.map(() => undefined);
  },
};

/** The notifications from which problems are made, and what people have said of these. */
export class SqlProblems implements ProblemRepository {
  readonly #reader: Knex;
  readonly #writes: GroupCommit;

  constructor(database: Database, writes: GroupCommit) {
    this.#reader = database.reader;
    this.#writes = writes;
  }

  async notifications(
    accountSid: string,
    since: number,
    most: number,
  ): Promise<readonly NotificationRecord[]> {
    const rows: NotificationRow[] = await this.#reader('notifications')
      .where({ account_sid: accountSid })
      .where('at', '>=', since)
      .orderBy([
        { column: 'at', order: 'desc' },
        { column: 'sid', order: 'desc' },
      ])
      .limit(most);
    return rows.map(notificationOf);
  }

  async marks(accountSid: string): Promise<readonly ProblemMark[]> {
    const rows: MarkRow[] = await this.#reader('problem_marks').where({ account_sid: accountSid });
    return rows.map(({ key, state, up_to: upTo }) => ({ key, state, upTo }));
  }

  async mark(accountSid: string, given: ProblemMark): Promise<void> {
    await this.#writes.submit(mark, { ...given, accountSid });
  }
}
