import { detectAnswer } from '../../call/answering-machine/detect-answer.ts';
import { compact } from '../../call/compact.ts';
import type { VoiceSettings } from '../../call/leg/leg.ts';
import type { LiveLeg } from '../../call/leg/live-leg.ts';
import { ASTERISK_RING_NET_S } from '../../call/leg/ring-nets.ts';
import { giveUpLeg, hangUpLeg } from '../../call/leg/hang-up.ts';
import { placeLeg } from '../../call/leg/place.ts';
import type { SipCredentials } from '../../call/call-control.ts';
import { resolveTarget } from '../../call/routing/targets.ts';
import type { ApiCallOrder } from './api-call-order.ts';
import { runCall } from './call-runner.ts';
import { type CallStart, callStart, fallbackOf } from './call-start.ts';
import type { CallServices } from './inbound-calls.ts';
import type { DiallingPosition } from './position.ts';
import { ERROR_CODES } from '../document/problem.ts';
import { TimelineWriter } from './timeline-writer.ts';

/** Asterisk's own time limit of a talk is this much later than ours; it counts when Legwork is not running then. */
const TALK_NET_S = 10;

/** Rings the callee and, when it answers, runs the document on its leg. */
export async function dialApiCall(
  live: LiveLeg,
  dialling: DiallingPosition,
  services: CallServices,
  credentials?: SipCredentials,
): Promise<void> {
  const { order } = dialling;
  const { clock, directory, journal } = services;
  const from = order.callerId ?? order.from;
  const resolved = await resolveTarget(directory, order.accountSid, order.callee, from);
  const since = clock.now();
  const position: DiallingPosition = { ...dialling, since };
  await journal.note(live, { position });
  await journal.apply(live, { type: 'place' });
  if (live.state.phase === 'ended') return forget(live, services);
  const why = await placeLeg(
    services,
    live,
    resolved,
    compact({
      from,
      headers: order.headers,
      timeoutS: order.timeoutS + ASTERISK_RING_NET_S,
      credentials,
    }),
  );
  if (why !== undefined) await warn(live, why, services);
  await awaitAnswer(live, position, services);
}

async function warn(live: LiveLeg, message: string, { journal, clock }: CallServices): Promise<void> {
  const timeline = new TimelineWriter(live, journal, clock);
  timeline.notify({ level: 'warning', errorCode: ERROR_CODES.dialFailed, message });
  await timeline.flush();
}

/** Resumes a REST call of a former process; one that was never placed is placed now. */
export async function resumeApiCall(
  live: LiveLeg,
  position: DiallingPosition,
  services: CallServices,
): Promise<void> {
  const { start } = position;
  if (start !== undefined) await services.runs.setStart(live.sid, start);
  if (live.state.phase === 'queued') await dialApiCall(live, position, services);
  else await awaitAnswer(live, position, services);
}

async function awaitAnswer(live: LiveLeg, dialling: DiallingPosition, services: CallServices): Promise<void> {
  const { order, voice, since = services.clock.now() } = dialling;
  const modified = new AbortController();
  services.runs.keepStarts(live.sid, (start) => {
    modified.abort();
    const position: DiallingPosition = { ...dialling, start };
    return services.journal.note(live, { position });
  });
  const cancelTimer = services.clock.after(since + order.timeoutS * 1000 - services.clock.now(), () => {
    const why = `Nobody answered within ${order.timeoutS} s`;
    if (live.state.phase === 'in-progress') return;
    live.endsBy('limit');
    void giveUpLeg(services, live, { as: 'no-answer', why });
  });
  const state = await live.until(({ phase }) => phase === 'in-progress');
  cancelTimer();
  if (state.phase === 'in-progress') await runAnswered(live, { order, voice }, services, modified.signal);
  else await forget(live, services);
}

/** `modified` aborts when the leg gets another document before the first one. */
async function runAnswered(
  live: LiveLeg,
  { order, voice }: Pick<DiallingPosition, 'order' | 'voice'>,
  services: CallServices,
  modified: AbortSignal,
): Promise<void> {
  const hangUpAt = endOfTalk(live, order.timeLimitS);
  const stopTimer = await limitTalk(live, hangUpAt, services);
  if (order.record !== undefined) await recordLeg(live, order.record, services);
  if (order.sendDigits !== undefined) {
    await services.control.sendDigits(live.sid, order.sendDigits, live.signal);
  }
  if (live.leg.machineDetection?.isAsync === false) await detectAnswer(live, services, modified);
  const start = services.runs.takeStart(live.sid) ?? startOf(order, voice);
  if (start === undefined) {
    live.endsBy('document');
    await hangUpLeg(services, live);
    await forget(live, services);
  } else {
    await runCall(compact({ ...services, ...start, live, hangUpAt }));
  }
  stopTimer();
}

/** Records what the leg says and hears until it ends. */
async function recordLeg(
  live: LiveLeg,
  { channels = 1, track, trimSilence = false, statusCallback }: NonNullable<ApiCallOrder['record']>,
  { runningRecordings }: CallServices,
): Promise<void> {
  const running = await runningRecordings.begin(
    live,
    compact({ source: 'OutboundAPI', channels, track, trimSilence, statusCallback }),
  );
  running.finishAtEnd();
}

function forget(live: LiveLeg, { journal, runs }: CallServices): Promise<void> {
  runs.takeStart(live.sid);
  return journal.note(live, { position: null });
}

function startOf(order: ApiCallOrder, voice: VoiceSettings): CallStart | undefined {
  if (order.document.kind !== 'inline') return callStart(voice);
  const fallback = fallbackOf(voice);
  return compact({ first: { text: order.document.text }, fallback });
}

/** Counted from the answer, also when that was before a restart. */
function endOfTalk({ state }: LiveLeg, limitS: number | undefined): number | undefined {
  if (limitS === undefined || state.phase !== 'in-progress') return undefined;
  return state.answeredAt + limitS * 1000;
}

async function limitTalk(
  live: LiveLeg,
  hangUpAt: number | undefined,
  services: CallServices,
): Promise<() => void> {
  if (hangUpAt === undefined) return () => undefined;
  const { clock, control } = services;
  await control.setTimeLimit(live.sid, (hangUpAt - clock.now()) / 1000 + TALK_NET_S);
  return clock.after(hangUpAt - clock.now(), () => {
    live.endsBy('limit');
    void hangUpLeg(services, live);
  });
}
