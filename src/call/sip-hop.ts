/** Where a SIP URI sends a request first, before any name is looked up. */
export interface SipHop {
  /** A name or an address, IPv6 without brackets. */
  readonly host: string;
  /** As it is written; undefined: where the name says, else 5060. */
  readonly port?: number;
  /** As it is written, lower case; undefined: where the name says, else `udp`. */
  readonly transport?: string;
}

/** Reads the hop of a checked SIP URI; undefined where something else than its host decides where it goes. */
export function hopOf(uri: string): SipHop | undefined {
  const [, rest = ''] = /^sips?:(.*)$/i.exec(uri) ?? [];
  const hostPart = rest.slice(rest.lastIndexOf('@') + 1);
  const [, bracketed, name, port, parameters = ''] =
    /^(?:\[([^\]]+)\]|([^:;[\]]+))(?::(\d+))?((?:;.*)?)$/.exec(hostPart) ?? [];
  const host = bracketed ?? name;
  // "maddr" is where the request really goes, whatever the host is.
  if (host === undefined || /;\s*maddr\s*=/i.test(parameters)) return undefined;
  const [, transport] = /;\s*transport=([^;]*)/i.exec(parameters) ?? [];
  return {
    host,
    ...(port === undefined ? {} : { port: Number(port) }),
    ...(transport === undefined ? {} : { transport: transport.toLowerCase() }),
  };
}
