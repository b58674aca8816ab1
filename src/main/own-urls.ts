import { isIP } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';
import { placeOf } from '../api/place.ts';
import type { Config } from '../config.ts';

/**
 * The REST path below its prefix, when this URL leads to ourselves: by PUBLIC_URL or MEDIA_URL, with or without their
 * own path, or at our port by any name or address of this host. Undefined: it leads elsewhere.
 */
export function ownApiPath(url: URL, config: Config): string | undefined {
  const bases = [config.publicUrl, config.mediaUrl].map((base) => new URL(base));
  const names = [...bases.map((base) => base.hostname), ...namesOfThisHost(config)].map(plain);
  const isOurs =
    (portOf(url) === config.httpPort && names.includes(plain(url.hostname))) ||
    bases.some((base) => plain(base.hostname) === plain(url.hostname) && samePort(base, url));
  if (!isOurs) return undefined;
  const paths = bases.map(({ pathname }) => pathname.replace(/\/$/, ''));
  const found = ['', ...paths].flatMap((path) => {
    if (!url.pathname.startsWith(`${path}/`)) return [];
    return placeOf(url.pathname.slice(path.length), false)?.path ?? [];
  });
  return found[0];
}

function namesOfThisHost({ httpHost, ari }: Config): readonly string[] {
  const external = ari.kind === 'bundled' ? (ari.externalAddress ?? []) : [];
  const own = ['localhost', '127.0.0.1', '[::1]', hostname(), bracketed(httpHost)].concat(external);
  if (httpHost !== '0.0.0.0' && httpHost !== '::') return own;
  const addresses = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
  return [...own, ...addresses.map(({ address }) => bracketed(address))];
}

/** A proxy in front of us may take both schemes. */
function samePort(base: URL, url: URL): boolean {
  const usual = [80, 443];
  return portOf(base) === portOf(url) || [base, url].every((one) => usual.includes(portOf(one)));
}

function portOf({ port, protocol }: URL): number {
  if (port !== '') return Number(port);
  return protocol === 'https:' ? 443 : 80;
}

function bracketed(address: string): string {
  return isIP(address) === 6 ? `[${address}]` : address;
}

function plain(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}
