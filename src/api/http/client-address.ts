import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';
import type { Middleware } from 'koa';
import { parseNetwork } from '../sip-trunks/networks.ts';

/** Finds out who sends a request: the address of the client, behind reverse proxies of ours. */
export type ClientOf = (request: IncomingMessage) => {
  readonly address: string;
  /** Nobody on the way can listen: it came by TLS, or from this machine, or a proxy of ours passed it on. */
  readonly isSecure: boolean;
};

/**
 * Behind a reverse proxy of ours, the client's address comes from X-Forwarded-For. Each proxy appends the address that
 * its request came from. Read from the end, the first address that is not a proxy of ours is the client; anything before
 * it may have been made up.
 */
export function clientOf(trustedProxies: readonly string[]): ClientOf {
  const proxies = new BlockList();
  for (const network of trustedProxies.map(parseNetwork)) {
    if (network !== undefined) proxies.addSubnet(network.address, network.bits, network.family);
  }
  const isProxy = (address: string) => proxies.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
  return ({ headers, socket }) => {
    const seen = socket.remoteAddress ?? '';
    const peer = plainAddress(seen) ?? seen;
    const forwardedFor = [headers['x-forwarded-for'] ?? ''].flat().join(',');
    const isSecure =
      'encrypted' in socket || isLoopback(peer) || isProxy(peer) || isNamedLocalhost(headers.host);
    return { address: addressBehind(peer, forwardedFor, isProxy), isSecure };
  };
}

/** Makes `ctx.ip` the address of the client. */
export function clientAddress(trustedProxies: readonly string[]): Middleware {
  const find = clientOf(trustedProxies);
  return async (ctx, next) => {
    ctx.request.ip = find(ctx.req).address;
    await next();
  };
}

function isLoopback(address: string): boolean {
  return address === '::1' || address.startsWith('127.');
}

/** Somebody at this machine whose connection a container's network passes on; elsewhere nobody is reached by such a name. */
function isNamedLocalhost(host = ''): boolean {
  return /^(?:localhost|127(?:\.\d+){3}|\[::1\])(?::\d+)?$/i.test(host);
}

function addressBehind(peer: string, forwardedFor: string, isProxy: (address: string) => boolean): string {
  const named = forwardedFor.split(',');
  let address = peer;
  while (isIP(address) !== 0 && isProxy(address)) {
    const before = plainAddress(named.pop()?.trim() ?? '');
    if (before === undefined) break;
    address = before;
  }
  return address;
}

/** An address without the port that some proxies add; an IPv4-mapped IPv6 address becomes IPv4. */
function plainAddress(written: string): string | undefined {
  const bare = /^\[([^\]]+)\](?::\d+)?$/.exec(written)?.[1] ?? /^([\d.]+):\d+$/.exec(written)?.[1] ?? written;
  const address = bare.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
  return isIP(address) === 0 ? undefined : address;
}
