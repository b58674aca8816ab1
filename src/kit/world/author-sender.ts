import { systemClock } from '../../clock.ts';
import { createEgress } from '../../webhooks/egress.ts';
import { createHttpSender, type HttpSender } from '../../webhooks/http-request.ts';
import { resolveBySystem } from '../../webhooks/names/name-lookup.ts';

/** Sends requests as a running Legwork does, with its default limits. The author's server may be on this machine. */
export function authorSender(version: string): HttpSender {
  return createHttpSender({
    egress: createEgress({ allow: [], deny: [], denyLoopback: false }),
    resolve: resolveBySystem,
    clock: systemClock,
    userAgent: `Legwork/${version}`,
    connectTimeoutMs: 5_000,
    timeoutMs: 15_000,
  });
}
