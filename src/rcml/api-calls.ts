import { callRecordOf } from '../call/call-record.ts';
import type { HttpMethod, Leg, StatusCallback, VoiceSettings } from '../call/leg.ts';
import type { LiveLeg } from '../call/live-leg.ts';
import { giveUpLeg } from '../call/outbound-leg.ts';
import type { Parameters, SipCredentials } from '../call/ports.ts';
import type { RecordingRecord } from '../call/recording-record.ts';
import type { CallRecord } from '../call/repositories.ts';
import { newSid } from '../call/sids.ts';
import { type CalleeAddress, dialledName, resolveTarget } from '../call/targets.ts';
import { type Dialling, dialApiCall } from './api-dialling.ts';
import type { CallServices } from './inbound-calls.ts';
import type { Fallback } from './position.ts';

/** A call that somebody asks for over REST; every value is checked. Times in seconds. */
export interface ApiCallOrder {
  readonly accountSid: string;
  readonly callee: CalleeAddress;
  readonly headers: Parameters;
  readonly from: string;
  readonly callerId?: string;
  readonly document:
    | { readonly kind: 'url'; readonly url: string; readonly method: HttpMethod }
    | { readonly kind: 'inline'; readonly text: string }
    | { readonly kind: 'application'; readonly applicationSid: string };
  readonly fallback?: Fallback;
  readonly statusCallback?: StatusCallback;
  readonly timeoutS: number;
  readonly timeLimitS?: number;
  readonly sendDigits?: string;
  /** The whole leg is recorded, from its answer to its end. */
  readonly record?: { readonly statusCallback?: RecordingRecord['statusCallback'] };
  /** What answers a SIP address that asks who calls; kept nowhere, so a restart before it is dialled forgets it. */
  readonly credentials?: SipCredentials;
}

/**
 * Creates a call: durable and `queued` when this resolves; `start` begins to dial. Undefined when no more
 * calls can be taken now.
 * @throws when it could not be stored
 */
export async function createApiCall(
  { credentials, ...order }: ApiCallOrder,
  services: CallServices,
): Promise<{ readonly record: CallRecord; start(): void } | undefined> {
  if (!services.admission.admit()) return undefined;
  const voice = await voiceOf(order, services);
  const leg = legOf(order, voice, await trunkOf(order, services), services.clock.now());
  const position: Dialling = { version: 1, dialling: { order, voice } };
  const live = await services.journal.begin(leg, undefined, position);
  services.calls.add(live);
  return {
    record: callRecordOf(leg, live.state, leg.createdAt),
    start: () =>
      void dialApiCall(live, position, services, credentials).catch((error: unknown) =>
        services.onBug(live.sid, error),
      ),
  };
}

/** Ends a live leg for somebody who asked: an unanswered inbound one gets 603, everything else BYE or CANCEL. */
export async function endCall(live: LiveLeg, services: CallServices): Promise<void> {
  if (live.state.phase === 'in-progress') await services.control.hangUp(live.sid, 'normal');
  else await giveUpLeg(services, live, { as: 'canceled', why: 'Ended over REST' });
}

async function voiceOf(order: ApiCallOrder, services: CallServices): Promise<VoiceSettings> {
  const { document, fallback } = order;
  const application =
    document.kind === 'application'
      ? await services.directory.application(order.accountSid, document.applicationSid)
      : undefined;
  return {
    voiceMethod: 'POST',
    voiceFallbackMethod: 'POST',
    statusCallbackMethod: 'POST',
    ...application,
    ...(document.kind === 'url' ? { voiceUrl: document.url, voiceMethod: document.method } : {}),
    ...(fallback === undefined
      ? {}
      : { voiceFallbackUrl: fallback.url, voiceFallbackMethod: fallback.method }),
  };
}

/** The trunk that the call will go out by. */
async function trunkOf(order: ApiCallOrder, { directory }: CallServices): Promise<string | undefined> {
  if (order.callee.kind !== 'number') return undefined;
  const resolved = await resolveTarget(directory, order.accountSid, order.callee);
  return resolved.ok && resolved.target.kind === 'trunk' ? resolved.target.trunkSid : undefined;
}

function legOf(order: ApiCallOrder, voice: VoiceSettings, trunkSid: string | undefined, now: number): Leg {
  return {
    sid: newSid('CA'),
    accountSid: order.accountSid,
    direction: 'outbound-api',
    from: order.from,
    to: dialledName(order.callee),
    sipHeaders: [],
    voice,
    createdAt: now,
    ...(trunkSid === undefined ? {} : { trunkSid }),
    ...(order.statusCallback === undefined ? {} : { statusCallback: order.statusCallback }),
  };
}
