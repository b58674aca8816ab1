import { compact } from '../compact.ts';
import { readSipAddress } from './sip-address.ts';

/** Where a SIP URI sends a request first, before any name is looked up. */
export interface SipHop {
  /** A name or an address, IPv6 without brackets. */
  readonly host: string;
  /** As it is written; undefined: where the name says, else 5060. */
  readonly port?: number;
  /** As it is written, lower case; undefined: where the name says, else `udp`. */
  readonly transport?: string;
}

/** Reads the hop of a SIP address; undefined where something else than its host decides where it goes. */
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
