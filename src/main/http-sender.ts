import { compact } from '../call/compact.ts';
import { isIP } from 'node:net';
import type { Clock } from '../concurrency/clock.ts';
import type { Config } from '../config.ts';
import { createEgress, type Egress, isLoopback } from '../webhooks/egress.ts';
import { hostsFile } from '../webhooks/names/hosts-file.ts';
import { createHttpSender, type HttpSender } from '../webhooks/http-request.ts';
import { cachedNames } from '../webhooks/names/name-cache.ts';
import { nameServers } from '../webhooks/names/name-servers.ts';

/**
 * The demo's application server is this process, which must reach itself wherever it listens. By address that means
 * our port alone; by name every port, because a name is looked up without one.
 */
function ownApplication({ demo, publicUrl }: Config): { readonly name?: string; readonly origin?: string } {
  if (!demo) return {};
  const { hostname, origin } = new URL(publicUrl);
  return hostname.startsWith('[') || isIP(hostname) !== 0 ? { origin } : { name: hostname };
}

export interface SenderOptions {
  readonly config: Config;
  readonly clock: Clock;
  readonly version: string;
}

/** Where requests may go, by the settings. */
export function egressOf(config: Config): Egress {
  const { name, origin } = ownApplication(config);
  return createEgress(
    compact({
      allow: [...(config.webhookAllow ?? []), ...(name === undefined ? [] : [name])],
      deny: config.webhookDeny ?? [],
      denyLoopback: !isLoopback(config.httpHost),
      ownOrigin: origin,
    }),
  );
}

/** Sends HTTP requests within the egress rules of the settings. Each sender has its own connections and name look-ups. */
export function httpSender({ config, clock, version }: SenderOptions): HttpSender {
  return createHttpSender({
    egress: egressOf(config),
    resolve: cachedNames(nameServers({ clock }), hostsFile(clock), clock),
    clock,
    userAgent: `Legwork/${version}`,
    connectTimeoutMs: config.webhookConnectTimeoutMs,
    timeoutMs: config.webhookTimeoutMs,
  });
}
