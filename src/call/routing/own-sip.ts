import type { SipAddress } from './sip-address.ts';

/** Which SIP addresses lead to this installation itself. */
export interface OwnSip {
  readonly port: number;
  /** Where we take SIP over TLS, if we do. */
  readonly tlsPort?: number;
  /** Our host names, lower case (SIP_DOMAINS); with the port that leads to us, if it is not `port`. */
  readonly domains: readonly { readonly host: string; readonly port?: number }[];
  /** Addresses that we listen on for SIP, IPv6 without brackets; a wildcard is every address of this machine. */
  readonly listeners: readonly string[];
  /** Addresses of this machine, as it has them now. */
  readonly ownAddresses: () => readonly string[];
}

/** RFC 3263: the port of an address that names none, by UDP and TCP, and by TLS. */
const STANDARD_PORT = 5060;
const STANDARD_TLS_PORT = 5061;
const WILDCARDS = ['0.0.0.0', '::'];

/** Whether a SIP address leads to ourselves: then it names a client of ours, and no call goes out. */
export function isOwnSip(address: SipAddress, own: OwnSip): boolean {
  const { parameters } = address;
  // "maddr" is where the request really goes, whatever the host is.
  if (/;maddr(?:=|;|$)/i.test(parameters)) return false;
  const isTls = /;transport=tls(?:;|$)/i.test(parameters);
  const ownPort = isTls ? own.tlsPort : own.port;
  const port = address.port ?? (isTls ? STANDARD_TLS_PORT : STANDARD_PORT);
  const host = canonical(address.host);
  const isDomain = own.domains.some((domain) => {
    if (domain.host !== host) return false;
    // An address with our name and no port goes where the name's DNS says, which is to us.
    if (isTls || domain.port === undefined) return address.port === undefined || port === ownPort;
    return port === domain.port;
  });
  return isDomain || (port === ownPort && isListener(host === 'localhost' ? '127.0.0.1' : host, own));
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
