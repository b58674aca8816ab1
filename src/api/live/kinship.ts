import { accountChain } from '../../records/account-chain.ts';
import type { Changes } from '../../records/changes.ts';
import type { AccountRepository } from '../../records/repositories.ts';
import type { DraftEvent } from './drafts.ts';
import type { LiveEvent } from './live-event.ts';

const MOST_REMEMBERED = 20_000;

/** Who is above an account, and which leg is the first of a call. Neither changes, so both are remembered. */
export class Kinship {
  readonly #accounts: Pick<AccountRepository, 'find'>;
  readonly #changes: Pick<Changes, 'rootsOf'>;
  readonly #chains = new Map<string, readonly string[]>();
  readonly #roots = new Map<string, string>();

  constructor(accounts: Pick<AccountRepository, 'find'>, changes: Pick<Changes, 'rootsOf'>) {
    this.#accounts = accounts;
    this.#changes = changes;
  }

  /** The account and those above it, the nearest first, as far as that is known already. */
  knownChain(accountSid: string): readonly string[] | undefined {
    return this.#chains.get(accountSid);
  }

  async chainOf(accountSid: string): Promise<readonly string[]> {
    const known = this.#chains.get(accountSid);
    if (known !== undefined) return known;
    const account = await this.#accounts.find(accountSid);
    if (account === undefined) return [accountSid];
    const chain: string[] = [];
    for await (const one of accountChain(account, (sid) => this.#accounts.find(sid))) chain.push(one.sid);
    remember(this.#chains, accountSid, chain);
    return chain;
  }

  /** Of the leg; undefined when there is no such leg. */
  async rootOf(callSid: string): Promise<string | undefined> {
    await this.#learnRoots([callSid]);
    return this.#roots.get(callSid);
  }

  async complete(drafts: readonly DraftEvent[]): Promise<readonly LiveEvent[]> {
    for (const { callSid, root } of drafts) {
      if (callSid !== undefined && root !== undefined) remember(this.#roots, callSid, root);
    }
    await this.#learnRoots(drafts.flatMap(({ callSid }) => callSid ?? []));
    return await Promise.all(
      drafts.map(async (draft) => ({
        name: draft.name,
        accounts: this.#chains.get(draft.accountSid) ?? (await this.chainOf(draft.accountSid)),
        root: draft.callSid === undefined ? undefined : this.#roots.get(draft.callSid),
        present: draft.present,
      })),
    );
  }

  async #learnRoots(callSids: readonly string[]): Promise<void> {
    const unknown = [...new Set(callSids)].filter((sid) => !this.#roots.has(sid));
    if (unknown.length === 0) return;
    for (const [sid, root] of await this.#changes.rootsOf(unknown)) remember(this.#roots, sid, root);
  }
}

/** What was learnt first is forgotten first. */
function remember<T>(known: Map<string, T>, key: string, value: T): void {
  known.set(key, value);
  for (const oldest of known.keys()) {
    if (known.size <= MOST_REMEMBERED) return;
    known.delete(oldest);
  }
}
