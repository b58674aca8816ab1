import { compact } from '../compact.ts';
import { readSipAddress } from './sip-address.ts';

/** The first hop of a request to a SIP URI, before any name is looked up. */
export interface SipHop {
  /** A name or an address, IPv6 without brackets. */
  readonly host: string;
  /** As written; undefined: the port that DNS gives for the name, else 5060. */
  readonly port?: number;
  /** As written, in lower case; undefined: the transport that DNS gives for the name, else `udp`. */
  readonly transport?: string;
}

/** Reads the first hop of a SIP address; undefined when something other than its host decides where it goes. */
export function hopOf(uri: string): SipHop | undefined {
  const read = readSipAddress(uri);
  // "maddr" is where the request really goes, whatever the host is.
  if (!read.ok || /;maddr(?:=|;|$)/i.test(read.address.parameters)) return undefined;
  const { host, port, parameters } = read.address;
  const [, transport] = /;transport=([^;]*)/i.exec(parameters) ?? [];
  return compact({
    host: host.replace(/^\[(.*)\]$/, '$1'),
    port,
    ...(transport === undefined ? {} : { transport: transport.toLowerCase() }),
  });
}
