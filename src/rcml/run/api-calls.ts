import { detectWhenAnswered } from '../../call/answering-machine/detect-answer.ts';
import { compact } from '../../call/compact.ts';
import type { Leg, VoiceSettings } from '../../call/leg/leg.ts';
import type { LiveLeg } from '../../call/leg/live-leg.ts';
import { giveUpLeg } from '../../call/leg/hang-up.ts';
import { newSid } from '../../call/sids.ts';
import { dialledName, resolveTarget } from '../../call/routing/targets.ts';
import type { ApiCallOrder } from './api-call-order.ts';
import { dialApiCall } from './api-dialling.ts';
import type { CallServices } from './inbound-calls.ts';
import { type DiallingPosition, POSITION_VERSION } from './position.ts';
import { ERROR_CODES } from '../document/problem.ts';
import { TimelineWriter } from './timeline-writer.ts';

/**
 * Creates a call: durable and `queued` when this resolves; `start` begins to dial. Undefined when no more
 * calls can be taken now.
 * @throws when it could not be stored
 */
export async function createApiCall(
  { credentials, ignored, warnings, ...order }: ApiCallOrder,
  services: CallServices,
): Promise<{ readonly live: LiveLeg; start(): void } | undefined> {
  const place = services.admission.admit({ accountSid: order.accountSid });
  if (place === undefined) return undefined;
  try {
    const { live, position } = await begin(order, services);
    void live.ended.then(place);
    services.calls.add(live);
    tellIgnored(live, ignored, services);
    for (const warning of warnings ?? []) warn(live, warning, services);
    detectWhenAnswered(live, services);
    const dial = () => dialApiCall(live, position, services, credentials);
    return {
      live,
      start: () => void dial().catch((error: unknown) => services.onBug(live.sid, error)),
    };
  } catch (error) {
    place();
    throw error;
  }
}

async function begin(order: ApiCallOrder, services: CallServices) {
  const voice = await voiceOf(order, services);
  const leg = legOf(order, voice, await trunkOf(order, services), services.clock.now());
  const position: DiallingPosition = { version: POSITION_VERSION, kind: 'dialling', order, voice };
  return { live: await services.journal.begin(leg, undefined, position), position };
}

/** Writes a notification of the parameters of a request that had no effect on the call, without waiting for the write. */
export function tellIgnored(live: LiveLeg, names: readonly string[] = [], services: CallServices): void {
  if (names.length === 0) return;
  warn(
    live,
    `Parameters that had no effect, because they are not supported (yet): ${names.join(', ')}`,
    services,
  );
}

/** Writes a notification about a parameter, without waiting for the write. */
function warn(live: LiveLeg, message: string, { journal, clock }: CallServices): void {
  const timeline = new TimelineWriter(live, journal, clock);
  timeline.notify({ level: 'warning', errorCode: ERROR_CODES.parameter, message });
  void timeline.flush();
}

/** Ends a live leg on request: an unanswered inbound one gets 603, every other one BYE or CANCEL. */
export async function endCall(live: LiveLeg, services: CallServices): Promise<void> {
  live.endsBy('api');
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

/** The trunk through which the call will go out. */
async function trunkOf(order: ApiCallOrder, { directory }: CallServices): Promise<string | undefined> {
  if (order.callee.kind !== 'number') return undefined;
  const resolved = await resolveTarget(directory, order.accountSid, order.callee);
  return resolved.ok && resolved.target.kind === 'trunk' ? resolved.target.trunkSid : undefined;
}

function legOf(order: ApiCallOrder, voice: VoiceSettings, trunkSid: string | undefined, now: number): Leg {
  return compact({
    sid: newSid('CA'),
    accountSid: order.accountSid,
    direction: 'outbound-api',
    from: order.from,
    to: dialledName(order.callee),
    sipHeaders: [],
    voice,
    createdAt: now,
    trunkSid,
    statusCallback: order.statusCallback,
    machineDetection: order.machineDetection,
  });
}
