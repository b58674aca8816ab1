import { isOfBrowsers, isTooWide } from '../../api/sip-trunks/isolation.ts';
import { type Network, overlap, parseNetwork } from '../../api/sip-trunks/networks.ts';
import type { TrunkRecord } from '../../records/repositories.ts';

/** A trunk, and the addresses in its record by which it must not be recognized. */
export interface IsolatedTrunk {
  readonly trunk: TrunkRecord;
  readonly withheld: readonly string[];
}

/**
 * The addresses by which each trunk may be recognized. REST lets no trunk claim those of another account; trunks that
 * are older than this check (or name the address of browser phones) follow the same rules: the installation's own come first, then the older ones.
 */
export function isolatedSources(
  trunks: readonly TrunkRecord[],
  installation: string | undefined,
  widest: number,
): readonly IsolatedTrunk[] {
  const rank = ({ accountSid }: TrunkRecord) => (accountSid === installation ? 0 : 1);
  const sorted = trunks.toSorted((a, b) => rank(a) - rank(b) || a.dateCreated - b.dateCreated);
  const taken: { readonly accountSid: string; readonly network: Network }[] = [];
  return sorted.map((trunk) => {
    const { accountSid, host, allowedAddresses } = trunk;
    const withheld = [host, ...allowedAddresses].filter((text) => {
      const network = parseNetwork(text);
      if (network === undefined) return false;
      const isTaken = taken.some((one) => one.accountSid !== accountSid && overlap(one.network, network));
      if (isOfBrowsers(network) || isTaken || (accountSid !== installation && isTooWide(network, widest)))
        return true;
      taken.push({ accountSid, network });
      return false;
    });
    return { trunk, withheld };
  });
}
