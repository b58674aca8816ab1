import { systemClock } from '../../src/clock.ts';
import { createEgress, type EgressSettings } from '../../src/webhooks/egress.ts';
import {
  createHttpSender,
  type HttpSender,
  type HttpSenderOptions,
} from '../../src/webhooks/http-request.ts';
import { resolveBySystem } from '../../src/webhooks/names/name-lookup.ts';

/** A sender of a local installation (loopback allowed) in real time, with short time limits. */
export function localSender(options: Partial<HttpSenderOptions & EgressSettings> = {}): HttpSender {
  return createHttpSender({
    egress: createEgress({
      allow: options.allow ?? [],
      deny: options.deny ?? [],
      denyLoopback: options.denyLoopback ?? false,
    }),
    resolve: resolveBySystem,
    clock: systemClock,
    userAgent: 'Legwork/test',
    connectTimeoutMs: 1000,
    timeoutMs: 2000,
    ...options,
  });
}
