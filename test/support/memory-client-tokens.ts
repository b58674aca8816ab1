import type { ClientToken, ClientTokenRepository } from '../../src/records/client-token.ts';
import type { Page, PageRequest } from '../../src/records/page.ts';
import type { ClientRecord, Repository } from '../../src/records/repositories.ts';
import { pageOf } from './memory-page.ts';

/** Tokens in memory, as SqlClientTokens keeps them: test/store/tables/client-tokens.spec.ts runs on both. */
export class MemoryClientTokens implements ClientTokenRepository {
  #rows: readonly ClientToken[] = [];
  readonly #clients: Pick<Repository<ClientRecord>, 'all'>;

  constructor(clients: Pick<Repository<ClientRecord>, 'all'>) {
    this.#clients = clients;
  }

  async insert(token: ClientToken, most: number): Promise<boolean> {
    const live = this.#rows.filter(
      ({ clientSid, revokedAt, dateExpires }) =>
        clientSid === token.clientSid && revokedAt === undefined && dateExpires > token.dateCreated,
    );
    if (live.length >= most) return false;
    this.#rows = [...this.#rows, token];
    return true;
  }

  async find(clientSid: string, sid: string): Promise<ClientToken | undefined> {
    return this.#rows.find((row) => row.clientSid === clientSid && row.sid === sid);
  }

  async list(clientSid: string, page: PageRequest): Promise<Page<ClientToken>> {
    const rows = this.#rows.filter((row) => row.clientSid === clientSid);
    return pageOf(rows, page, { by: ({ dateCreated }) => [dateCreated] });
  }

  async revoke(clientSid: string, sid: string, at: number): Promise<ClientToken | undefined> {
    this.#change((row) => row.clientSid === clientSid && row.sid === sid, { revokedAt: at }, 'revokedAt');
    return this.find(clientSid, sid);
  }

  async usable(at: number, login?: string): Promise<readonly ClientToken[]> {
    const enabled = new Set(
      (await this.#clients.all()).flatMap(({ sid, status }) => (status === 'enabled' ? [sid] : [])),
    );
    return this.#rows.filter(
      (row) =>
        row.revokedAt === undefined &&
        row.dateExpires > at &&
        enabled.has(row.clientSid) &&
        row.login === (login ?? row.login),
    );
  }

  async used(username: string, at: number): Promise<void> {
    this.#change((row) => row.username === username, { lastUsed: at });
  }

  async removeOld(at: number): Promise<readonly ClientToken[]> {
    const clients = new Set((await this.#clients.all()).map(({ sid }) => sid));
    const old = this.#rows.filter((row) => row.dateExpires <= at || !clients.has(row.clientSid));
    this.#rows = this.#rows.filter((row) => !old.includes(row));
    return old;
  }

  #change(
    which: (row: ClientToken) => boolean,
    change: Partial<ClientToken>,
    unless?: keyof ClientToken,
  ): void {
    this.#rows = this.#rows.map((row) =>
      which(row) && (unless === undefined || row[unless] === undefined) ? { ...row, ...change } : row,
    );
  }
}
