import { BlockList, isIP } from 'node:net';
import type { Middleware } from 'koa';
import { parseNetwork } from '../sip-trunks/networks.ts';

/**
 * Behind a reverse proxy of ours, makes `ctx.ip` the address of the client (X-Forwarded-For). Each proxy appends the
 * address that its request came from. Read from the end, the first address that is not a proxy of ours is the client;
 * anything before it may have been made up.
 */
export function clientAddress(trustedProxies: readonly string[]): Middleware {
  const proxies = new BlockList();
  for (const network of trustedProxies.map(parseNetwork)) {
    if (network !== undefined) proxies.addSubnet(network.address, network.bits, network.family);
  }
  const isProxy = (address: string) => proxies.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
  return async (ctx, next) => {
    ctx.request.ip = addressBehind(plainAddress(ctx.ip) ?? ctx.ip, ctx.get('X-Forwarded-For'), isProxy);
    await next();
  };
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
