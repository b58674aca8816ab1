/** Somebody who has signed in to the console. Times are milliseconds since the epoch. */
export interface ConsoleSession {
  /** SHA-256 of the cookie, in hex: the cookie itself is kept nowhere. */
  readonly hash: string;
  readonly accountSid: string;
  readonly access: 'read' | 'write';
  /** Shows, together with the cookie, with which AuthToken it began: it ends when that token does. */
  readonly seal: string;
  readonly createdAt: number;
  readonly usedAt: number;
}

export interface ConsoleSessionRepository {
  /** @throws StoreUnavailableError */
  insert(session: ConsoleSession): Promise<void>;
  find(hash: string): Promise<ConsoleSession | undefined>;
  /** Of an account, the one that was used last first; also such as are too old. */
  of(accountSid: string): Promise<readonly ConsoleSession[]>;
  /** Notes that it was used. @throws StoreUnavailableError */
  used(hash: string, at: number): Promise<void>;
  /** @throws StoreUnavailableError */
  remove(hash: string): Promise<void>;
  /** Removes those that began, or were used last, before these times. @throws StoreUnavailableError */
  removeOld(createdBefore: number, usedBefore: number): Promise<void>;
}
