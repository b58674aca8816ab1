import type { SipAddress } from './sip-address.ts';

/** Which SIP addresses lead to this installation itself. */
export interface OwnSip {
  readonly port: number;
  /** Our host names, lower case (SIP_DOMAINS); with the port that leads to us, if it is not `port`. */
  readonly domains: readonly { readonly host: string; readonly port?: number }[];
  /** Addresses that we listen on for SIP, IPv6 without brackets; a wildcard is every address of this machine. */
  readonly listeners: readonly string[];
  /** Addresses of this machine, as it has them now. */
  readonly ownAddresses: () => readonly string[];
}

/** RFC 3263: the port of an address that names none, by UDP and TCP. */
const STANDARD_PORT = 5060;
const WILDCARDS = ['0.0.0.0', '::'];

/** Whether a SIP address leads to ourselves: then it names a client of ours, and no call goes out. */
export function isOwnSip(address: SipAddress, own: OwnSip): boolean {
  // "maddr" is where the request really goes, whatever the host is.
  if (/;maddr(?:=|;|$)/i.test(address.parameters)) return false;
  const host = canonical(address.host);
  const { port } = address;
  if (own.domains.some((domain) => domain.host === host && isPortOf(domain, port, own.port))) return true;
  return (port ?? STANDARD_PORT) === own.port && isListener(host === 'localhost' ? '127.0.0.1' : host, own);
}

/** An address with our name and no port goes where the name's DNS says, which is to us. */
function isPortOf(domain: { readonly port?: number }, port: number | undefined, ownPort: number): boolean {
  if (domain.port !== undefined) return (port ?? STANDARD_PORT) === domain.port;
  return port === undefined || port === ownPort;
}

function isListener(host: string, { listeners, ownAddresses }: OwnSip): boolean {
  if (listeners.some((listener) => canonical(listener) === host)) return true;
  if (!listeners.some((listener) => WILDCARDS.includes(listener))) return false;
  return host.startsWith('127.') || host === '::1' || ownAddresses().some((one) => canonical(one) === host);
}

/** One form of each host: IPv6 without brackets and as short as it can be, everything else in lower case. */
function canonical(host: string): string {
  const bare = host.replace(/^\[(.*)\]$/, '$1');
  if (!bare.includes(':')) return bare.toLowerCase();
  // An interface's scope (fe80::1%eth0) is no part of the address.
  const url = `http://[${bare.replace(/%.*$/, '')}]/`;
  return URL.canParse(url) ? new URL(url).hostname.slice(1, -1) : bare;
}
