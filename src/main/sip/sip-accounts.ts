import type { SipAccountList, SipAccounts } from '../../asterisk/sip-accounts/sip-accounts.ts';
import type { Repositories } from '../../records/repositories.ts';
import type { Logger } from '../../logger.ts';
import { isolatedSources } from './isolated-sources.ts';

/** Makes Asterisk have exactly the SIP accounts and trunks that the database has. */
export async function syncSipAccounts(
  accounts: SipAccounts,
  repositories: Pick<Repositories, 'accounts' | 'clients' | 'trunks'>,
  options: { readonly trunkNetworkBits: number; readonly log: Pick<Logger, 'warn'> },
): Promise<void> {
  await accounts.syncAll(() => readAccounts(repositories, options));
}

async function readAccounts(
  { accounts, clients, trunks }: Pick<Repositories, 'accounts' | 'clients' | 'trunks'>,
  options: { readonly trunkNetworkBits: number; readonly log: Pick<Logger, 'warn'> },
): Promise<SipAccountList> {
  const [allClients, allTrunks, first] = await Promise.all([clients.all(), trunks.all(), accounts.first()]);
  const isolated = isolatedSources(allTrunks, first?.sid, options.trunkNetworkBits);
  for (const { trunk, withheld } of isolated) {
    const { sid: trunkSid } = trunk;
    if (withheld.length > 0)
      options.log.warn(
        { trunkSid, withheld },
        "A trunk names addresses that are another account's, or those of browser phones",
      );
  }
  return {
    clients: allClients.filter(({ status }) => status === 'enabled'),
    trunks: isolated.map(({ trunk, withheld }) => ({ ...trunk, withheld })),
  };
}
