import type { TrunkRules } from '../../api/sip-trunks/isolation.ts';
import type { CallMachinery } from '../calls/call-machinery.ts';
import type { Foundation } from '../foundation.ts';

/** What REST checks a trunk by: whether SIP may go to its host, and whether it claims addresses of other accounts' phones. */
export function trunkRules(
  { config, sipEgress, store }: Pick<Foundation, 'config' | 'sipEgress' | 'store'>,
  { phones }: Pick<CallMachinery, 'phones'>,
): TrunkRules {
  return {
    widestNetwork: config.trunkNetworkBits,
    hostProblem: (trunk) => sipEgress.hostProblem(trunk),
    async phonesOfOthers(accountSid) {
      const known = phones();
      const logins = [...new Set(known.map(({ login }) => login))];
      const owners = new Map<string, string | undefined>();
      for (const login of logins) owners.set(login, (await store.directory.client(login))?.accountSid);
      const others = known.filter(({ login }) => {
        const owner = owners.get(login);
        return owner !== undefined && owner !== accountSid;
      });
      return others.map(({ address }) => address);
    },
  };
}
