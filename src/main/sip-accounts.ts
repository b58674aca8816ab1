import type { Provisioning as ApiProvisioning } from '../api/ports.ts';
import type { SipClient } from '../asterisk/sip-accounts/sip-object.ts';
import type { Provisioning } from '../asterisk/sip-accounts/provisioning.ts';
import type { ClientRecord, Repositories } from '../records/repositories.ts';
import type { Logger } from '../logger.ts';
import { isolatedSources } from './isolated-sources.ts';

export interface SipAccounts extends ApiProvisioning {
  /** Makes Asterisk have exactly what the database has. */
  syncAll(): Promise<void>;
}

/** Keeps Asterisk's SIP accounts and trunks equal to the database, which is their master. */
export function sipAccounts(
  provisioning: Provisioning,
  repositories: Pick<Repositories, 'accounts' | 'clients' | 'trunks'>,
  options: { readonly trunkNetworkBits: number; readonly log: Pick<Logger, 'warn'> },
): SipAccounts {
  return {
    clientChanged: (client) =>
      client.status === 'enabled'
        ? provisioning.pushClient(sipClient(client))
        : provisioning.removeClient(client.login),
    clientRemoved: (login) => provisioning.removeClient(login),
    trunkChanged: (trunk) => provisioning.pushTrunk(trunk),
    trunkRemoved: (sid) => provisioning.removeTrunk(sid),
    clientStatus: (login) => provisioning.clientStatus(login.toLowerCase()),
    trunkStatus: (trunk) => provisioning.trunkStatus(trunk),
    async syncAll() {
      const [clients, trunks, first] = await Promise.all([
        repositories.clients.all(),
        repositories.trunks.all(),
        repositories.accounts.first(),
      ]);
      const enabled = clients.filter(({ status }) => status === 'enabled');
      const isolated = isolatedSources(trunks, first?.sid, options.trunkNetworkBits);
      for (const { trunk, withheld } of isolated) {
        const { sid: trunkSid } = trunk;
        if (withheld.length > 0)
          options.log.warn({ trunkSid, withheld }, "A trunk names another account's addresses");
      }
      await provisioning.syncAll(
        enabled.map(sipClient),
        isolated.map(({ trunk, withheld }) => ({ ...trunk, withheld })),
      );
    },
  };
}

function sipClient({ login, ha1, ha1AsSpelled }: ClientRecord): SipClient {
  const client = { login: login.toLowerCase(), ha1 };
  return ha1AsSpelled === undefined ? client : { ...client, asSpelled: { login, ha1: ha1AsSpelled } };
}
