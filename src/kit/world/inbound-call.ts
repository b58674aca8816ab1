import { compact } from '../../call/compact.ts';
import type { HttpMethod } from '../../call/http-method.ts';
import type { Parameters } from '../../call/request-parameters.ts';
import { readPhoneNumber } from '../../call/routing/phone-number.ts';
import { takeInboundCall } from '../../rcml/run/inbound-calls.ts';
import { TRUNK_SID } from '../simulated-switch/directory.ts';
import type { World } from './world.ts';

/** Somebody who calls a number of ours. URLs are absolute. */
export interface InboundOrder {
  /** A client's login, or a phone number that calls through a trunk. */
  readonly from: string;
  readonly to: string;
  readonly headers: Parameters;
  readonly url: string;
  readonly method: HttpMethod;
  readonly fallbackUrl?: string;
  readonly statusCallback?: string;
}

/** Lets a call come in; resolves when all of it is over. */
export function callIn({ directory, services }: World, order: InboundOrder): Promise<void> {
  const { from, to: dialled, headers: sipHeaders } = order;
  directory.own = {
    phoneNumber: dialled,
    voice: compact({
      voiceUrl: order.url,
      voiceMethod: order.method,
      voiceFallbackUrl: order.fallbackUrl,
      voiceFallbackMethod: 'POST',
      statusCallback: order.statusCallback,
      statusCallbackMethod: 'POST',
    }),
  };
  const isNumber = readPhoneNumber(from) !== undefined;
  const source = isNumber
    ? ({ kind: 'trunk', trunkSid: TRUNK_SID } as const)
    : ({ kind: 'client', login: from.toLowerCase() } as const);
  const channelId = crypto.randomUUID();
  return takeInboundCall({ channelId, source, dialled, from, sipHeaders }, services);
}
