import { networkInterfaces } from 'node:os';

const WILDCARDS = ['0.0.0.0', '::'];

/** Addresses of this machine, as it has them now. */
export function ownAddresses(): readonly string[] {
  return Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map(({ address }) => address));
}

/** Where others reach what listens at this address: of a wildcard, the machine's IPv4 addresses, loopback aside. */
export function reachableAddresses(host: string): readonly string[] {
  if (!WILDCARDS.includes(host)) return [host];
  const found = Object.values(networkInterfaces()).flatMap((all) =>
    (all ?? []).flatMap(({ address, family, internal }) => (family === 'IPv4' && !internal ? [address] : [])),
  );
  return found.length === 0 ? ['127.0.0.1'] : found;
}
