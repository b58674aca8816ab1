import type { WebTokensOf } from '../../asterisk/sip-accounts/web-accounts.ts';
import type { Clock } from '../../concurrency/clock.ts';
import { firstInactive } from '../../records/account-chain.ts';
import type { ClientToken } from '../../records/client-token.ts';
import type { Repositories } from '../../records/repositories.ts';

/** The tokens with which phones may sign in now: not expired, not revoked, and of an active account. */
export function usableTokens(
  { accounts, clientTokens }: Pick<Repositories, 'accounts' | 'clientTokens'>,
  clock: Clock,
): WebTokensOf {
  return async (login) => {
    const tokens = await clientTokens.usable(clock.now(), login);
    const sids = [...new Set(tokens.map(({ accountSid }) => accountSid))];
    const active = new Set<string>();
    for (const sid of sids) if (await isActive(sid)) active.add(sid);
    return tokens.filter(({ accountSid }: ClientToken) => active.has(accountSid));
  };

  async function isActive(sid: string): Promise<boolean> {
    const account = await accounts.find(sid);
    return account !== undefined && (await firstInactive(account, (one) => accounts.find(one))) === undefined;
  }
}
