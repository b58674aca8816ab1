import { callRecordOf } from '../call/call-record.ts';
import type { HttpMethod, Leg, StatusCallback, VoiceSettings } from '../call/leg.ts';
import type { LiveLeg } from '../call/live-leg.ts';
import { giveUpLeg, hangUpLeg, placeLeg } from '../call/outbound-leg.ts';
import type { Parameters } from '../call/ports.ts';
import type { CallRecord } from '../call/repositories.ts';
import { newSid } from '../call/sids.ts';
import { type CalleeAddress, dialledName, resolveTarget } from '../call/targets.ts';
import { runCall } from './call-runner.ts';
import { type CallStart, callStart, fallbackOf } from './call-start.ts';
import type { CallServices } from './inbound-calls.ts';
import type { Fallback } from './position.ts';

/** Asterisk's own limits stand this much behind ours: a net for the time when we are gone. */
const NET_S = 10;

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
}

/**
 * Creates a call: durable and `queued` when this resolves; `start` begins to dial. Undefined when no more
 * calls can be taken now.
 * @throws when it could not be stored
 */
export async function createApiCall(
  order: ApiCallOrder,
  services: CallServices,
): Promise<{ readonly record: CallRecord; start(): void } | undefined> {
  if (!services.admission.admit()) return undefined;
  const voice = await voiceOf(order, services);
  const leg = legOf(order, voice, services.clock.now());
  const live = await services.journal.begin(leg);
  services.calls.add(live);
  return {
    record: callRecordOf(leg, live.state, leg.createdAt),
    start: () =>
      void dial(live, order, voice, services).catch((error: unknown) => services.onBug(live.sid, error)),
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

function legOf(order: ApiCallOrder, voice: VoiceSettings, now: number): Leg {
  return {
    sid: newSid('CA'),
    accountSid: order.accountSid,
    direction: 'outbound-api',
    from: order.from,
    to: dialledName(order.callee),
    sipHeaders: [],
    voice,
    createdAt: now,
    ...(order.statusCallback === undefined ? {} : { statusCallback: order.statusCallback }),
  };
}

/** Rings the callee and, when it answers, runs the document on its leg. */
async function dial(
  live: LiveLeg,
  order: ApiCallOrder,
  voice: VoiceSettings,
  services: CallServices,
): Promise<void> {
  const resolved = await resolveTarget(services.directory, order.accountSid, order.callee);
  await services.journal.apply(live, { type: 'place' });
  if (live.state.phase === 'ended') return;
  const cancelTimer = services.clock.after(order.timeoutS * 1000, () => {
    const why = `Nobody answered within ${order.timeoutS} s`;
    if (live.state.phase !== 'in-progress') void giveUpLeg(services, live, { as: 'no-answer', why });
  });
  await placeLeg(services, live, resolved, {
    from: order.callerId ?? order.from,
    headers: order.headers,
    timeoutS: order.timeoutS + NET_S,
  });
  const state = await live.until(({ phase }) => phase === 'in-progress');
  cancelTimer();
  if (state.phase === 'in-progress') await runAnswered(live, order, voice, services);
}

async function runAnswered(
  live: LiveLeg,
  order: ApiCallOrder,
  voice: VoiceSettings,
  services: CallServices,
): Promise<void> {
  const stopTimer = await limitTalk(live, order.timeLimitS, services);
  if (order.sendDigits !== undefined)
    await services.control.sendDigits(live.sid, order.sendDigits, live.signal);
  const start = services.runs.takeStart(live.sid) ?? startOf(order, voice);
  if (start === undefined) await hangUpLeg(services, live);
  else await runCall({ ...services, ...start, live });
  stopTimer();
}

function startOf(order: ApiCallOrder, voice: VoiceSettings): CallStart | undefined {
  if (order.document.kind !== 'inline') return callStart(voice);
  const fallback = fallbackOf(voice);
  return { first: { text: order.document.text }, ...(fallback === undefined ? {} : { fallback }) };
}

async function limitTalk(
  live: LiveLeg,
  limitS: number | undefined,
  services: CallServices,
): Promise<() => void> {
  if (limitS === undefined) return () => undefined;
  await services.control.setTimeLimit(live.sid, limitS + NET_S);
  return services.clock.after(limitS * 1000, () => void hangUpLeg(services, live));
}
