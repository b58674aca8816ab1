import { compact } from '../../../call/compact.ts';
import { present } from '../../../call/leg/parameters.ts';
import { hangUpLeg } from '../../../call/leg/hang-up.ts';
import type { Claim } from '../../../call/queue/claim.ts';
import type { Place } from '../../../call/queue/member.ts';
import type { QueueResult } from '../../../call/queue/queue-record.ts';
import { unlessAborted } from '../../../concurrency/unless-aborted.ts';
import { ERROR_CODES } from '../../document/problem.ts';
import type { RunWarning, VerbOutcome } from '../../run/run-context.ts';
import { EnqueueMemory } from './state.ts';
import type { EnqueueContext, EnqueueEnd, EnqueueVerb } from './types.ts';
import { hear } from './wait.ts';

/** How long a leg that goes on with another document waits until whoever talked to it has let it go. */
const LET_GO_WITHIN_MS = 5_000;
/** The leg was never in the queue, or for no time: a document that loops with it does nothing. */
const IDLE_RESULTS: readonly QueueResult[] = ['queue-full', 'error', 'system-error'];

/** Lets the leg wait until it is taken and the talk is over, or it leaves otherwise; then the action is asked, once. */
export async function runEnqueue(
  verb: EnqueueVerb,
  wrongName: { readonly errorCode: number; readonly what: string } | undefined,
  context: EnqueueContext,
): Promise<VerbOutcome> {
  const memory = new EnqueueMemory(context);
  const { end } = memory;
  // A former process had got so far.
  if (end !== undefined) return leave(verb, end, context.queues.placeOf(context.live.sid), context);
  if (wrongName !== undefined) {
    await context.warn({ errorCode: wrongName.errorCode, message: `Enqueue ${wrongName.what}` });
    return over(verb, { result: 'error' }, memory, context);
  }
  // From here on a restart must come back to this queue, if only to leave it.
  if (context.savedState === undefined) await memory.keep({});
  const { sid: callSid, accountSid } = context.live.leg;
  const known = context.queues.placeOf(callSid);
  if (known === undefined && context.signal.aborted) {
    return over(verb, { result: whyGone(context) }, memory, context);
  }
  const order = compact({ accountSid, callSid, name: verb.queue, maxSize: verb.maxQueueSize });
  const place = known ?? (await context.queues.join(order));
  if (place === 'full' || place === 'unavailable') {
    await context.warn(place === 'full' ? isFull(verb) : CANNOT_STORE);
    const result = place === 'full' ? 'queue-full' : 'system-error';
    return over(verb, { result }, memory, context);
  }
  // What a former process played would go on in the talk.
  if (context.resumed) await context.control.stopMusic(callSid);
  const left = await stay(verb, place, memory, context);
  return over(verb, typeof left === 'string' ? { result: left, place } : { ...left, place }, memory, context);
}

function isFull({ queue }: EnqueueVerb): RunWarning {
  const message = `The queue ${queue} is full, or it would be one queue too many of the account`;
  return { errorCode: ERROR_CODES.queueFull, message };
}

const CANNOT_STORE: RunWarning = {
  errorCode: ERROR_CODES.internal,
  message: 'The call could not be put into its queue, because the database cannot write',
};

/** A document ended the leg. */
interface HungUp {
  readonly result: QueueResult;
  readonly hangsUp: true;
}

/** Waits until the leg leaves the queue, and says how. */
async function stay(
  verb: EnqueueVerb,
  place: Place,
  memory: EnqueueMemory,
  context: EnqueueContext,
): Promise<QueueResult | HungUp> {
  for (;;) {
    const why = await waitInPlace(verb, place, memory, context);
    if (why !== 'called') return why;
    if (place.isDismissed) return 'leave';
    const { claim } = place;
    if (claim === undefined) return 'system-error';
    claim.isSilent();
    const verdict = await unlessAborted(claim.verdict, context.signal);
    if (verdict === undefined) return gone(place, context);
    if (verdict === 'bridged') return 'bridged';
    if (verdict === 'failed') return 'system-error';
    if (verdict === 'declined') return { result: 'bridging-in-process', hangsUp: true };
    if (verb.action !== undefined) return 'bridging-in-process';
    await place.goBack();
  }
}

/** Waits with what is to be heard, until somebody calls the leg, or it leaves. */
async function waitInPlace(
  verb: EnqueueVerb,
  place: Place,
  memory: EnqueueMemory,
  context: EnqueueContext,
): Promise<QueueResult | HungUp | 'called'> {
  const { clock } = context;
  const tooLong = new AbortController();
  const { maxWaitTimeS } = verb;
  const cancelTimer =
    maxWaitTimeS === undefined
      ? undefined
      : clock.after(place.joinedAt + maxWaitTimeS * 1000 - clock.now(), () => tooLong.abort());
  const signal = AbortSignal.any([context.signal, place.called, tooLong.signal]);
  const asked = await hear(verb, place, memory, context, signal);
  cancelTimer?.();
  if (place.called.aborted) return 'called';
  if (context.signal.aborted) return gone(place, context);
  // Whoever has taken it in this moment has won.
  if (!place.withdraw('leaves')) return waitUntilCalled(place, context);
  if (asked === 'hang-up') return { result: 'hangup', hangsUp: true };
  return asked ?? 'timeout';
}

/** It was taken, which is being written. */
async function waitUntilCalled(place: Place, context: EnqueueContext): Promise<QueueResult | 'called'> {
  const signal = AbortSignal.any([place.called, context.signal]);
  await unlessAborted(new Promise(() => undefined), signal);
  return place.called.aborted ? 'called' : gone(place, context);
}

/** The leg has hung up, or goes on with another document. */
async function gone(place: Place, context: EnqueueContext): Promise<QueueResult> {
  const { claim } = place;
  place.withdraw('gone');
  const why = whyGone(context);
  if (why === 'hangup' || claim === undefined || claim.takerSid === 'api') return why;
  await letGo(claim, context);
  return claim.isTalking ? 'redirected-from-bridged' : why;
}

function whyGone({ live }: EnqueueContext): 'hangup' | 'redirected' {
  return live.signal.aborted ? 'hangup' : 'redirected';
}

/** The other document must not begin while the leg is still connected. */
async function letGo({ verdict }: Claim, { clock }: EnqueueContext): Promise<void> {
  const done = new AbortController();
  await Promise.race([verdict, clock.sleep(LET_GO_WITHIN_MS, done.signal)]);
  done.abort();
}

interface Result {
  readonly result: QueueResult;
  readonly place?: Place;
  readonly hangsUp?: true;
}

/** Makes durable how it ended before the queue lets the leg go. */
async function over(
  verb: EnqueueVerb,
  { result, place, hangsUp }: Result,
  memory: EnqueueMemory,
  context: EnqueueContext,
): Promise<VerbOutcome> {
  const end: EnqueueEnd = compact({
    result,
    token: context.newToken(),
    queueSid: place?.queueSid,
    waitedS: place?.waitedS,
    hangsUp,
  });
  await memory.keep({ end });
  return leave(verb, end, place, context);
}

async function leave(
  verb: EnqueueVerb,
  { result, token, queueSid, waitedS, hangsUp = false }: EnqueueEnd,
  place: Place | undefined,
  context: EnqueueContext,
): Promise<VerbOutcome> {
  const { live, signal } = context;
  await place?.leave(result);
  if (place === undefined) context.queues.turnedAway(result);
  if (hangsUp) {
    live.endsBy('document');
    await hangUpLeg(context, live);
  }
  const idle = IDLE_RESULTS.includes(result);
  if (verb.action === undefined) return signal.aborted ? { kind: 'ended' } : { kind: 'next', idle };
  const extraParameters = present([
    ['QueueResult', result],
    ['QueueSid', queueSid],
    ['QueueTime', waitedS === undefined ? undefined : String(waitedS)],
  ]);
  const request = {
    url: verb.action,
    method: verb.method,
    extraParameters,
    reason: 'action',
    token,
  } as const;
  return { kind: 'fetch', request, idle };
}
