import { isIP } from 'node:net';
import type { Clock } from '../../concurrency/clock.ts';
import { changingFile } from './changing-file.ts';
import type { ResolvedAddress } from './name-lookup.ts';

const LOCALHOST: readonly ResolvedAddress[] = [
  { address: '127.0.0.1', family: 4 },
  { address: '::1', family: 6 },
];

/** The names that this machine knows without a name server. */
export interface HostsFile {
  addressesOf(host: string): Promise<readonly ResolvedAddress[] | undefined>;
}

/** `localhost` and names that end in it are this machine, whether the file says so or not (RFC 6761). */
export function hostsFile(clock: Clock, path = '/etc/hosts'): HostsFile {
  const names = changingFile(path, clock, parse);
  return {
    async addressesOf(host) {
      const name = host.toLowerCase().replace(/\.$/, '');
      const isOurs = name === 'localhost' || name.endsWith('.localhost');
      return (await names()).get(name) ?? (isOurs ? LOCALHOST : undefined);
    },
  };
}

function parse(text: string): ReadonlyMap<string, readonly ResolvedAddress[]> {
  const names = new Map<string, ResolvedAddress[]>();
  for (const line of text.split('\n')) {
    const [address = '', ...hosts] = line.replace(/#.*/, '').trim().split(/\s+/);
    // An address with a zone (`fe80::1%eth0`) is one of this link, which requests may not go to anyway.
    const family = isIP(address);
    if (family === 0 || address.includes('%')) continue;
    for (const host of hosts) {
      const known = names.get(host.toLowerCase()) ?? [];
      if (!known.some((one) => one.address === address)) known.push({ address, family });
      names.set(host.toLowerCase(), known);
    }
  }
  return names;
}
