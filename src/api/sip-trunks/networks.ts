import { BlockList, isIP } from 'node:net';

/** The addresses of a network, and a single port if one is named. */
export interface Network {
  readonly family: 'ipv4' | 'ipv6';
  readonly address: string;
  readonly bits: number;
  readonly port?: number;
}

const WITH_PORT = /^(?:\[(?<ipv6>[^\]]+)\]|(?<ipv4>[\d.]+)):(?<port>\d{1,5})$/;
const LARGEST_PORT = 65_535;

/** Reads `192.0.2.1`, `192.0.2.1:5060`, `[2001:db8::1]:5060`, `192.0.2.0/24`; undefined when it is none of them. */
export function parseNetwork(text: string): Network | undefined {
  const { ipv6, ipv4, port } = WITH_PORT.exec(text)?.groups ?? {};
  if (port !== undefined) {
    const host = networkOf(ipv6 ?? ipv4 ?? '');
    const fits = host?.family === (ipv6 === undefined ? 'ipv4' : 'ipv6');
    if (!fits || Number(port) < 1 || Number(port) > LARGEST_PORT) return undefined;
    return { ...host, port: Number(port) };
  }
  const [address = '', bits, ...rest] = text.split('/');
  if (rest.length > 0 || (bits !== undefined && !/^\d{1,3}$/.test(bits))) return undefined;
  return networkOf(address, bits === undefined ? undefined : Number(bits));
}

/** Where a trunk's calls come from: its host, if that is an address, and its allowed addresses. */
export function networksOf(trunk: {
  readonly host: string;
  readonly allowedAddresses: readonly string[];
}): readonly Network[] {
  return [trunk.host, ...trunk.allowedAddresses].map(parseNetwork).filter((network) => network !== undefined);
}

/** Whether some address belongs to both networks, whatever the ports. */
export function overlap(one: Network, other: Network): boolean {
  return contains(one, other) || contains(other, one);
}

function contains({ address, bits, family }: Network, inner: Network): boolean {
  if (family !== inner.family || bits > inner.bits) return false;
  const list = new BlockList();
  list.addSubnet(address, bits, family);
  return list.check(inner.address, inner.family);
}

function networkOf(address: string, bits?: number): Network | undefined {
  const family = isIP(address);
  // An IPv4-mapped IPv6 address would not be compared with IPv4 networks.
  if (family === 0 || /^::ffff:/i.test(address)) return undefined;
  const all = family === 4 ? 32 : 128;
  // A prefix of no bits would be everybody.
  if (bits !== undefined && (bits < 1 || bits > all)) return undefined;
  return { family: family === 4 ? 'ipv4' : 'ipv6', address, bits: bits ?? all };
}
