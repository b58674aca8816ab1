/** knex's own client for SQLite, which its types leave out: the parts that `kept-statements.ts` replaces. */
declare module 'knex/lib/dialects/sqlite3/index.js' {
  import { Knex } from 'knex';

  export default class SqliteClient extends Knex.Client {
    _query(connection: object, query: object): Promise<unknown>;
    destroyRawConnection(connection: object): Promise<void>;
  }
}
