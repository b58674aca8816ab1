import type { Knex } from 'knex';
import type { ConsoleSession, ConsoleSessionRepository } from '../../records/console-session.ts';
import type { Database } from '../database.ts';
import type { GroupCommit } from '../group-commit.ts';
import { insertRows } from '../rows.ts';
import { writeAlone } from '../write-alone.ts';

interface SessionRow {
  readonly hash: string;
  readonly account_sid: string;
  readonly access: ConsoleSession['access'];
  readonly seal: string;
  readonly created_at: number;
  readonly used_at: number;
}

export class SqlConsoleSessions implements ConsoleSessionRepository {
  readonly #reader: Knex;
  readonly #writes: GroupCommit;

  constructor(database: Database, writes: GroupCommit) {
    this.#reader = database.reader;
    this.#writes = writes;
  }

  async insert({ hash, accountSid, access, seal, createdAt, usedAt }: ConsoleSession): Promise<void> {
    const row = { hash, account_sid: accountSid, access, seal, created_at: createdAt, used_at: usedAt };
    await writeAlone(this.#writes, (trx) => insertRows(trx, 'console_sessions', [row]));
  }

  async find(hash: string): Promise<ConsoleSession | undefined> {
    const row: SessionRow | undefined = await this.#reader('console_sessions').where({ hash }).first();
    return row === undefined ? undefined : sessionOf(row);
  }

  async of(accountSid: string): Promise<readonly ConsoleSession[]> {
    const rows: readonly SessionRow[] = await this.#reader('console_sessions')
      .where({ account_sid: accountSid })
      .orderBy([{ column: 'used_at', order: 'desc' }, 'hash']);
    return rows.map(sessionOf);
  }

  async used(hash: string, at: number): Promise<void> {
    await writeAlone(this.#writes, (trx) => trx('console_sessions').where({ hash }).update({ used_at: at }));
  }

  async remove(hash: string): Promise<void> {
    await writeAlone(this.#writes, (trx) => trx('console_sessions').where({ hash }).del());
  }

  async removeOld(createdBefore: number, usedBefore: number): Promise<void> {
    await writeAlone(this.#writes, (trx) =>
      trx('console_sessions')
        .where('created_at', '<', createdBefore)
        .orWhere('used_at', '<', usedBefore)
        .del(),
    );
  }
}

function sessionOf(row: SessionRow): ConsoleSession {
  return {
    hash: row.hash,
    accountSid: row.account_sid,
    access: row.access,
    seal: row.seal,
    createdAt: row.created_at,
    usedAt: row.used_at,
  };
}
