import type { HoldOptions } from './holder.ts';
import { type DatabaseHold, DatabaseTakenError, type Holder } from './holder.ts';
import { isSameHolder, PostgresLockSession } from './postgres-lock-session.ts';

/** How long the session of a process that was just killed may take to end. */
const PATIENCE_MS = 3_000;
const LOOK_AGAIN_MS = 200;
/** After the server has started, a holder that is still alive takes its lock again within this time; a newcomer waits that long. */
const GIVE_WAY_MS = 2_500;
const NEW_SERVER_S = 15;
const PING_MS = 5_000;

type TakeOptions = HoldOptions & { readonly self: Holder };

/**
 * An advisory lock in a session of its own. The server releases it with the session: at once when the process dies,
 * within about ten seconds when its whole machine does. When the connection breaks, the lock is taken anew.
 */
export class PostgresHold implements DatabaseHold {
  readonly #url: string;
  readonly #options: TakeOptions;
  readonly #released = new AbortController();
  #session: PostgresLockSession | undefined;
  #watching: Promise<void> | undefined;

  private constructor(url: string, options: TakeOptions) {
    this.#url = url;
    this.#options = options;
  }

  static async take(url: string, options: TakeOptions): Promise<PostgresHold> {
    const hold = new PostgresHold(url, options);
    const session = await hold.#open();
    try {
      await hold.#takeFirst(session);
    } catch (error) {
      await session.close();
      throw error;
    }
    hold.#session = session;
    hold.#watching = hold.#watch();
    return hold;
  }

  async release(): Promise<void> {
    this.#released.abort();
    await this.#watching;
    await this.#session?.close();
  }

  async #takeFirst(session: PostgresLockSession): Promise<void> {
    const { clock } = this.#options;
    // A node takes nothing away from a holder that is slow to come back: its switches are leased.
    let givesWay = this.#options.isShared !== true && (await session.serverAgeS()) < NEW_SERVER_S;
    for (let waited = 0; ; waited += LOOK_AGAIN_MS) {
      if (!(await session.lock())) {
        if (waited >= PATIENCE_MS) throw new DatabaseTakenError(await session.holder());
        await clock.sleep(LOOK_AGAIN_MS);
      } else if (givesWay) {
        givesWay = false;
        await session.unlock();
        await clock.sleep(GIVE_WAY_MS);
      } else return;
    }
  }

  /** Keeps the lock until it is released, or until somebody else has it. */
  async #watch(): Promise<void> {
    const { clock, logger } = this.#options;
    const released = this.#released.signal;
    while (!released.aborted) {
      const session = this.#session;
      if (session === undefined) {
        const taken = await this.#takeAgain();
        if (taken !== undefined) return this.#options.onTaken(taken);
        if (this.#session === undefined) await clock.sleep(LOOK_AGAIN_MS, released);
        continue;
      }
      // One signal for the session's life: each joined signal stays with the signals that it joins.
      const over = AbortSignal.any([released, session.broken]);
      do await clock.sleep(PING_MS, over);
      while (!over.aborted && (await session.isAlive()));
      if (released.aborted) break;
      logger.warn({}, 'The connection that holds the database lock broke and is made again');
      this.#session = undefined;
      await session.close();
    }
  }

  /** Tries once; resolves with an error when another process has the lock now. */
  async #takeAgain(): Promise<DatabaseTakenError | undefined> {
    let session: PostgresLockSession | undefined;
    try {
      session = await this.#open();
      if (await session.lock()) {
        this.#session = session;
        return undefined;
      }
      const holder = await session.holder();
      await session.close();
      // It may be our own former session, which the server has not ended yet.
      const isOther = holder !== undefined && !isSameHolder(holder, this.#options.self);
      return isOther ? new DatabaseTakenError(holder) : undefined;
    } catch {
      // Logged already, when the connection broke.
      await session?.close();
      return undefined;
    }
  }

  async #open(): Promise<PostgresLockSession> {
    const { self, clock, isShared } = this.#options;
    return await PostgresLockSession.open(this.#url, self, clock, isShared);
  }
}
