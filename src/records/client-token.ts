import type { Page, PageRequest } from './page.ts';

/** What a page signs in with as one client, instead of its password. Times are milliseconds since the epoch. */
export interface ClientToken {
  readonly sid: string;
  readonly accountSid: string;
  readonly clientSid: string;
  /** That of the client, in lower case. */
  readonly login: string;
  readonly label: string;
  /** The username of the digest, unique in the installation. */
  readonly username: string;
  /** MD5 of `username:legwork:password` in hex: the password is stored nowhere. */
  readonly ha1: string;
  readonly dateCreated: number;
  readonly dateExpires: number;
  /** When a phone was last registered with it. */
  readonly lastUsed?: number;
  readonly revokedAt?: number;
}

/** The tokens that have not expired; those that have are removed. */
export interface ClientTokenRepository {
  /**
   * Resolves to false, and writes nothing, when the client has `most` tokens that are neither expired nor revoked.
   * @throws StoreUnavailableError
   */
  insert(token: ClientToken, most: number): Promise<boolean>;
  find(clientSid: string, sid: string): Promise<ClientToken | undefined>;
  list(clientSid: string, page: PageRequest): Promise<Page<ClientToken>>;
  /** The token as it is then; undefined when there is none. @throws StoreUnavailableError */
  revoke(clientSid: string, sid: string, at: number): Promise<ClientToken | undefined>;
  /** Those that may be used at this time, of enabled clients; given a login in lower case, only those of that client. */
  usable(at: number, login?: string): Promise<readonly ClientToken[]>;
  /** Notes that it was used. @throws StoreUnavailableError */
  used(username: string, at: number): Promise<void>;
  /** Removes those that have expired, and those of clients that are gone; resolves with them. @throws StoreUnavailableError */
  removeOld(at: number): Promise<readonly ClientToken[]>;
}
