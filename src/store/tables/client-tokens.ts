import type { Knex } from 'knex';
import type { ClientToken, ClientTokenRepository } from '../../records/client-token.ts';
import type { Page, PageRequest } from '../../records/page.ts';
import type { Database } from '../database.ts';
import type { GroupCommit } from '../group-commit.ts';
import { writeAlone } from '../write-alone.ts';
import { insertRows, optional, orNull } from '../rows.ts';
import { readPage } from './paging.ts';

interface TokenRow {
  readonly sid: string;
  readonly account_sid: string;
  readonly client_sid: string;
  readonly login: string;
  readonly label: string;
  readonly username: string;
  readonly ha1: string;
  readonly created_at: number;
  readonly expires_at: number;
  readonly used_at: number | null;
  readonly revoked_at: number | null;
}

const TABLE = 'client_tokens';

/** `Tokens` of clients in SQL. */
export class SqlClientTokens implements ClientTokenRepository {
  readonly #reader: Knex;
  readonly #writes: GroupCommit;

  constructor(database: Database, writes: GroupCommit) {
    this.#reader = database.reader;
    this.#writes = writes;
  }

  insert(token: ClientToken, most: number): Promise<boolean> {
    const { clientSid, dateCreated } = token;
    return writeAlone(this.#writes, async (trx) => {
      // Two nodes at once: the second one waits here until the first one has written.
      await trx('clients').where({ sid: clientSid }).forUpdate().first('sid');
      const live = await trx(TABLE)
        .where({ client_sid: clientSid })
        .whereNull('revoked_at')
        .where('expires_at', '>', dateCreated)
        .select('sid');
      if (live.length >= most) return false;
      await insertRows(trx, TABLE, [rowOf(token)]);
      return true;
    });
  }

  async find(clientSid: string, sid: string): Promise<ClientToken | undefined> {
    const row: TokenRow | undefined = await this.#reader(TABLE).where({ sid, client_sid: clientSid }).first();
    return row === undefined ? undefined : tokenOf(row);
  }

  list(clientSid: string, page: PageRequest): Promise<Page<ClientToken>> {
    return readPage(
      this.#reader(TABLE).where({ client_sid: clientSid }),
      { column: 'created_at' },
      page,
      tokenOf,
    );
  }

  revoke(clientSid: string, sid: string, at: number): Promise<ClientToken | undefined> {
    return writeAlone(this.#writes, async (trx) => {
      const own = () => trx(TABLE).where({ sid, client_sid: clientSid });
      await own().whereNull('revoked_at').update({ revoked_at: at });
      const row: TokenRow | undefined = await own().first();
      return row === undefined ? undefined : tokenOf(row);
    });
  }

  async usable(at: number, login?: string): Promise<readonly ClientToken[]> {
    const query = this.#reader(TABLE)
      .join('clients', 'clients.sid', `${TABLE}.client_sid`)
      .where('clients.status', 'enabled')
      .whereNull(`${TABLE}.revoked_at`)
      .where(`${TABLE}.expires_at`, '>', at)
      .orderBy(`${TABLE}.created_at`)
      .select(`${TABLE}.*`);
    if (login !== undefined) void query.where(`${TABLE}.login`, login);
    const rows = (await query) as TokenRow[];
    return rows.map(tokenOf);
  }

  async used(username: string, at: number): Promise<void> {
    await writeAlone(this.#writes, (trx) => trx(TABLE).where({ username }).update({ used_at: at }));
  }

  removeOld(at: number): Promise<readonly ClientToken[]> {
    return writeAlone(this.#writes, async (trx) => {
      const isOld = (query: Knex.QueryBuilder) =>
        query.where('expires_at', '<=', at).orWhereNotIn('client_sid', trx('clients').select('sid'));
      const rows: TokenRow[] = await trx(TABLE).where((query) => void isOld(query));
      if (rows.length > 0)
        await trx(TABLE)
          .where((query) => void isOld(query))
          .del();
      return rows.map(tokenOf);
    });
  }
}

function rowOf(token: ClientToken) {
  return {
    sid: token.sid,
    account_sid: token.accountSid,
    client_sid: token.clientSid,
    login: token.login,
    label: token.label,
    username: token.username,
    ha1: token.ha1,
    created_at: token.dateCreated,
    expires_at: token.dateExpires,
    used_at: orNull(token.lastUsed),
    revoked_at: orNull(token.revokedAt),
  };
}

function tokenOf(row: TokenRow): ClientToken {
  return {
    sid: row.sid,
    accountSid: row.account_sid,
    clientSid: row.client_sid,
    login: row.login,
    label: row.label,
    username: row.username,
    ha1: row.ha1,
    dateCreated: row.created_at,
    dateExpires: row.expires_at,
    ...optional('lastUsed', row.used_at),
    ...optional('revokedAt', row.revoked_at),
  };
}
