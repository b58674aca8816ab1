import type { Clock } from '../../concurrency/clock.ts';
import { compact } from '../compact.ts';
import { rfc2822 } from '../dates.ts';
import type { CallControl } from '../call-control.ts';
import type { NewCallback, NewCallEvent, CallNotification } from '../journal-store.ts';
import type { LegJournal } from '../leg/journal.ts';
import type { Leg } from '../leg/leg.ts';
import type { LiveLeg } from '../leg/live-leg.ts';
import { present } from '../leg/parameters.ts';
import { newSid } from '../sids.ts';
import { AnswerDetector, type AnswerVerdict, TALK_ENDS_AFTER_MS, type VoiceSpan } from './answer-detector.ts';
import type { DetectionPlaces } from './detection-places.ts';
import type { Answerer, MachineDetection } from './machine-detection.ts';

/** Not enough is known, and there is no place to find out. */
const NO_PLACE = 12_400;

export interface DetectionDeps {
  readonly control: Pick<CallControl, 'listenForTalk'>;
  readonly journal: Pick<LegJournal, 'answeredBy'>;
  readonly clock: Clock;
  readonly detections: DetectionPlaces;
}

/** Finds out who answers a leg beside everything else, once it is answered, if somebody has asked for that. */
export function detectWhenAnswered(live: LiveLeg, deps: DetectionDeps): void {
  if (live.leg.machineDetection?.isAsync !== true) return;
  void live
    .until(({ phase }) => phase === 'in-progress')
    .then(({ phase }) => (phase === 'in-progress' ? detectAnswer(live, deps, live.signal) : undefined));
}

/**
 * Finds out who has answered a leg, and writes it down with the callback that is owed. Resolves when that is durable, or
 * without a result when `signal` aborts or the leg ends before. Never rejects.
 */
export async function detectAnswer(live: LiveLeg, deps: DetectionDeps, signal: AbortSignal): Promise<void> {
  const { state } = live;
  const { machineDetection: order, answeredBy } = live.leg;
  if (order === undefined || answeredBy !== undefined || state.phase !== 'in-progress') return;
  const release = deps.detections.take();
  if (release === undefined) return await withoutPlace(live, order, deps);
  const stop = AbortSignal.any([signal, live.signal]);
  try {
    const found = await listen(live, order, state.answeredAt, stop, deps);
    if (found !== undefined) await conclude(live, order, found, deps);
  } finally {
    release();
  }
}

interface Found extends AnswerVerdict {
  readonly durationMs: number;
  readonly spans: readonly VoiceSpan[];
}

/** Undefined: it was stopped. */
async function listen(
  live: LiveLeg,
  order: MachineDetection,
  answeredAt: number,
  stop: AbortSignal,
  { control, clock }: DetectionDeps,
): Promise<Found | undefined> {
  // After a restart it begins anew, but the time from the answer on counts.
  const before = Math.max(0, clock.now() - answeredAt);
  const { timeoutMs } = order.thresholds;
  const thresholds = { ...order.thresholds, timeoutMs: Math.max(0, timeoutMs - before) };
  const detector = new AnswerDetector({ mode: order.mode, thresholds });
  const began = clock.steady();
  const sinceBegin = () => clock.steady() - began;
  const over = new AbortController();
  let news = new AbortController();
  const ended = AbortSignal.any([stop, over.signal]);
  const listening = control.listenForTalk(
    live.sid,
    TALK_ENDS_AFTER_MS,
    (talk) => {
      detector.heard(talk, sinceBegin());
      news.abort();
    },
    ended,
  );
  try {
    for (;;) {
      if (stop.aborted) return undefined;
      const at = sinceBegin();
      const verdict = detector.verdict(at);
      if (verdict !== undefined) return { ...verdict, durationMs: before + at, spans: detector.spans(at) };
      news = new AbortController();
      await clock.sleep(detector.nextLook(at) - at, AbortSignal.any([stop, news.signal]));
    }
  } finally {
    over.abort();
    await listening;
  }
}

async function conclude(
  live: LiveLeg,
  order: MachineDetection,
  { by, cause, durationMs, spans }: Found,
  { journal, clock }: DetectionDeps,
): Promise<void> {
  const at = clock.now();
  const answerer: Answerer = { by, durationMs: Math.round(durationMs) };
  const event = eventOf(live.leg, answerer, { cause, heard: spokenSpans(spans, durationMs) }, at);
  const callback = callbackOf(live.leg, order, answerer, at);
  await journal.answeredBy(
    live,
    answerer,
    compact({ events: [event], callbacks: callback === undefined ? undefined : [callback] }),
  );
}

async function withoutPlace(
  live: LiveLeg,
  order: MachineDetection,
  { journal, clock, detections }: DetectionDeps,
): Promise<void> {
  const at = clock.now();
  const answerer: Answerer = { by: 'unknown', durationMs: 0 };
  const callback = callbackOf(live.leg, order, answerer, at);
  const notification: CallNotification = {
    sid: newSid('NO'),
    accountSid: live.leg.accountSid,
    callSid: live.sid,
    at,
    level: 'warning',
    errorCode: NO_PLACE,
    message: `Nobody listened for an answering machine, because ${detections.most} calls were listened to already (AMD_MAX)`,
  };
  await journal.answeredBy(
    live,
    answerer,
    compact({
      events: [eventOf(live.leg, answerer, { cause: 'no-place' }, at)],
      notifications: [notification],
      callbacks: callback === undefined ? undefined : [callback],
    }),
  );
}

function eventOf(leg: Leg, { by, durationMs }: Answerer, why: object, at: number): NewCallEvent {
  const data = { answeredBy: by, durationMs, ...why };
  return { accountSid: leg.accountSid, callSid: leg.sid, at, kind: 'amd', data };
}

/** The callback that tells an asynchronous result. */
function callbackOf(
  leg: Leg,
  { isAsync, callback }: MachineDetection,
  { by, durationMs }: Answerer,
  at: number,
): NewCallback | undefined {
  if (!isAsync || callback === undefined) return undefined;
  const parameters = present([
    ['CallSid', leg.sid],
    ['AccountSid', leg.accountSid],
    ['AnsweredBy', by],
    ['MachineDetectionDuration', String(durationMs)],
    ['From', leg.from],
    ['To', leg.to],
    ['Timestamp', rfc2822(at)],
  ]);
  return {
    sid: newSid('CB'),
    accountSid: leg.accountSid,
    callSid: leg.sid,
    ...callback,
    parameters,
    createdAt: at,
  };
}

/** `+0.4 voice 1.3, +1.7 silence 1.2`: in seconds since it was listened for. */
function spokenSpans(spans: readonly VoiceSpan[], untilMs: number): string {
  const parts: string[] = [];
  let silentSince = 0;
  const seconds = (ms: number) => (ms / 1000).toFixed(1);
  const add = (what: string, from: number, to: number) => {
    if (to - from >= 50) parts.push(`+${seconds(from)} ${what} ${seconds(to - from)}`);
  };
  for (const { from, to } of spans) {
    add('silence', silentSince, from);
    add('voice', from, to);
    silentSince = to;
  }
  add('silence', silentSince, untilMs);
  return parts.join(', ');
}
