import { type AccountRecord, MAX_ACCOUNT_DEPTH } from './repositories.ts';

/** The account and those above it, the nearest first; `find` rejects as its repository does. */
export async function* accountChain(
  account: AccountRecord,
  find: (sid: string) => Promise<AccountRecord | undefined>,
): AsyncGenerator<AccountRecord> {
  let current: AccountRecord | undefined = account;
  for (let depth = 0; current !== undefined && depth < MAX_ACCOUNT_DEPTH; depth += 1) {
    yield current;
    current = current.parentSid === undefined ? undefined : await find(current.parentSid);
  }
}

/** The nearest account that is not active, of this one and those above it; undefined when all are active. */
export async function firstInactive(
  account: AccountRecord,
  find: (sid: string) => Promise<AccountRecord | undefined>,
): Promise<AccountRecord | undefined> {
  for await (const one of accountChain(account, find)) if (one.status !== 'active') return one;
  return undefined;
}
