import type { Clock } from '../../concurrency/clock.ts';
import type { Log } from '../../concurrency/log.ts';
import type { ClientToken, ClientTokenRepository } from '../../records/client-token.ts';
import type { ClientRecord, Repository } from '../../records/repositories.ts';

export interface TokenKeeperDeps {
  readonly clientTokens: ClientTokenRepository;
  readonly clients: Pick<Repository<ClientRecord>, 'all'>;
  /** Brings the client's tokens to Asterisk, and ends the registrations of the `gone` ones. */
  readonly changed: (client: ClientRecord, gone: readonly string[]) => Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
}

/** Another node may have made one meanwhile. */
const LOOK_EACH_MS = 60_000;
/** A token may be noted as used so often. */
const USED_EACH_MS = 60_000;
const MOST_REMEMBERED = 10_000;

/** Removes tokens when they expire, and notes when they are used. */
export class TokenKeeper {
  readonly #deps: TokenKeeperDeps;
  readonly #usedAt = new Map<string, number>();
  #next = Number.POSITIVE_INFINITY;
  #cancel: () => void;

  constructor(deps: TokenKeeperDeps) {
    this.#deps = deps;
    this.#cancel = deps.clock.after(0, () => this.#look());
  }

  close(): void {
    this.#cancel();
    this.#cancel = () => undefined;
    this.#next = Number.NEGATIVE_INFINITY;
  }

  willExpire(at: number): void {
    if (at >= this.#next) return;
    this.#wait(at);
  }

  /** Asterisk has accepted the token. */
  used(username: string): void {
    const { clientTokens, clock, log } = this.#deps;
    const now = clock.now();
    if (now - (this.#usedAt.get(username) ?? Number.NEGATIVE_INFINITY) < USED_EACH_MS) return;
    if (this.#usedAt.size >= MOST_REMEMBERED) this.#usedAt.clear();
    this.#usedAt.set(username, now);
    clientTokens
      .used(username, now)
      .catch((error: unknown) => log.warn({ reason: String(error) }, 'The use of a token was not noted'));
  }

  #wait(until: number): void {
    if (this.#next === Number.NEGATIVE_INFINITY) return;
    const { clock } = this.#deps;
    this.#next = until;
    this.#cancel();
    this.#cancel = clock.after(Math.max(0, until - clock.now()), () => this.#look());
  }

  #look(): void {
    const { clock, log } = this.#deps;
    this.#wait(clock.now() + LOOK_EACH_MS);
    this.#removeOld().catch((error: unknown) =>
      log.warn({ reason: String(error) }, 'Expired tokens could not be removed; that is tried again'),
    );
  }

  async #removeOld(): Promise<void> {
    const { changed, clientTokens, clients, clock } = this.#deps;
    const now = clock.now();
    const old = await clientTokens.removeOld(now);
    const left = await clientTokens.usable(now);
    for (const { dateExpires } of left) this.willExpire(dateExpires);
    if (old.length === 0) return;
    const records = new Map((await clients.all()).map((client) => [client.sid, client]));
    for (const [sid, tokens] of byClient(old)) {
      const client = records.get(sid);
      if (client !== undefined)
        await changed(
          client,
          tokens.map(({ username }) => username),
        );
    }
  }
}

function byClient(tokens: readonly ClientToken[]): ReadonlyMap<string, readonly ClientToken[]> {
  const found = new Map<string, ClientToken[]>();
  for (const token of tokens) found.set(token.clientSid, [...(found.get(token.clientSid) ?? []), token]);
  return found;
}
