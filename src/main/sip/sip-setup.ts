import { compact } from '../../call/compact.ts';
import type { SipSetup } from '../../api/clients/setup.ts';
import type { Foundation } from '../foundation.ts';
import { reachableAddresses } from './own-addresses.ts';

/** What phones are told: our name, else the address outside a NAT, else an address of this machine. */
export function sipSetup({ asterisk, config }: Pick<Foundation, 'asterisk' | 'config'>): {
  readonly sipSetup?: SipSetup;
} {
  const isByProxy = config.cluster?.sipProxy !== undefined;
  const { sip } = asterisk;
  if (sip === undefined) return {};
  const { ari, codecs, ownSip, srtp } = config;
  const [domain] = ownSip.domains;
  const external = ari.kind === 'bundled' ? ari.externalAddress : undefined;
  const [address = sip.host] = reachableAddresses(sip.host);
  const server = domain?.host ?? external ?? address;
  // The proxy in front of a cluster has no TLS.
  const tlsPort = isByProxy ? undefined : sip.tlsPort;
  return { sipSetup: compact({ server, port: domain?.port ?? sip.port, tlsPort, codecs, srtp }) };
}
