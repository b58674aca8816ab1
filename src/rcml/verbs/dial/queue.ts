import type { CallQueue } from '../../../call/queue/call-queue.ts';
import type { TakenMember } from '../../../call/queue/taken-member.ts';
import { ERROR_CODES } from '../../document/problem.ts';
import type { VerbOutcome } from '../../run/run-context.ts';
import { endOfTalk } from './end-of-talk.ts';
import { outcomeOfQueue, type QueueDialResult } from './queue-result.ts';
import { DialRecorder } from './recording.ts';
import { startRingback } from './ring-tone.ts';
import { DialMemory } from './state.ts';
import type { DialContext, DialVerb, QueueNoun } from './types.ts';
import { whisper } from './whisper.ts';

/** When neither leg's end was reported by then, it was Asterisk that could not connect them. */
const END_REPORTED_WITHIN_MS = 5_000;

/** What the parts of a Dial to a queue share. */
interface QueueDial {
  readonly verb: DialVerb;
  readonly noun: QueueNoun;
  readonly context: DialContext;
  readonly memory: DialMemory;
  readonly recorder: DialRecorder;
  /** Ends what the caller hears until it is connected. */
  stopRingback(): Promise<void>;
}

/** Takes the first leg out of a queue, or waits for the next one, and lets it talk to the caller. */
export async function runDialQueue(
  verb: DialVerb,
  noun: QueueNoun,
  context: DialContext,
): Promise<VerbOutcome> {
  const memory = new DialMemory(context);
  const recorder = await DialRecorder.open(verb, memory, context);
  const { accountSid, sid } = context.live.leg;
  const queue = context.queues.find(accountSid, noun.name);
  if (queue === undefined) {
    const message = `Dial: there is no queue "${noun.name}"`;
    await context.warn({ errorCode: ERROR_CODES.noSuchQueue, message });
    return outcomeOfQueue(verb, memory.state, context, 'failed', await recorder.finish(false));
  }
  const since = memory.state.since ?? context.clock.now();
  if (memory.state.since === undefined) await memory.keep({ since });
  const isTalking = memory.state.talkingSince !== undefined;
  const isLooking = !isTalking && !context.signal.aborted;
  const first = queue.reclaim(sid) ?? (isLooking ? await queue.take(sid, AbortSignal.abort()) : undefined);
  const stopRingback = isTalking ? () => Promise.resolve() : await startRingback(verb.ringTone, context);
  if (!isTalking && verb.record?.from === 'ringing') await recorder.begin();
  const dial = { verb, noun, context, memory, recorder, stopRingback };
  // They talked when the process died, and the other leg has gone since.
  const result = isTalking && first === undefined ? 'completed' : await takeInTurn(queue, first, since, dial);
  await stopRingback();
  const hasTalked = result === 'completed';
  return outcomeOfQueue(verb, memory.state, context, result, await recorder.finish(hasTalked));
}

/** Takes one leg after the other until one has talked, nobody came in time, or the caller has gone. */
async function takeInTurn(
  queue: CallQueue,
  first: TakenMember | undefined,
  since: number,
  dial: QueueDial,
): Promise<QueueDialResult> {
  const { verb, context } = dial;
  const { clock, live, signal } = context;
  const tooLong = new AbortController();
  const cancelTimer = clock.after(since + verb.timeoutS * 1000 - clock.now(), () => tooLong.abort());
  const until = AbortSignal.any([signal, tooLong.signal]);
  let result: QueueDialResult | 'next' = 'next';
  for (let member = first; result === 'next'; member = undefined) {
    member ??= await queue.take(live.sid, until);
    if (member === undefined) result = whyNobody(queue, dial);
    else result = await serve(member, dial);
  }
  cancelTimer();
  return result;
}

function whyNobody({ isOver }: CallQueue, { context }: QueueDial): QueueDialResult {
  if (context.signal.aborted) return 'canceled';
  return isOver ? 'failed' : 'no-answer';
}

/** Whispers to a leg from the queue and connects it; `next`: it had gone, or was to be hung up. */
async function serve(member: TakenMember, dial: QueueDial): Promise<QueueDialResult | 'next'> {
  const { noun, context, memory } = dial;
  const { claim, callSid, queueSid, waitedS } = member;
  const { signal } = context;
  const live = context.calls.get(callSid);
  if (live === undefined || claim.gone.aborted) {
    member.finish('abandoned');
    return claim.isTalking ? 'completed' : 'next';
  }
  if (memory.state.member?.callSid !== callSid) {
    await memory.keep({ member: { callSid, queueSid, waitedS }, screenings: {} });
  }
  await claim.silent;
  const isNew = memory.state.talkingSince === undefined;
  if (noun.whisper !== undefined && isNew) {
    const heard = await whisper({ ...noun.whisper, live, member }, memory, context);
    if (heard === 'declined') {
      member.finish('declined');
      return 'next';
    }
  }
  if (!claim.gone.aborted && !signal.aborted) await context.answer();
  if (signal.aborted || claim.gone.aborted) {
    // A former process may have connected them.
    member.finish(claim.isTalking ? 'bridged' : 'abandoned');
    if (claim.isTalking) return 'completed';
    return signal.aborted ? 'canceled' : 'next';
  }
  context.live.talksTo = live;
  live.talksTo = context.live;
  const result = await talk(member, dial);
  context.live.talksTo = undefined;
  live.talksTo = undefined;
  return result;
}

/** Connects the two until one of them goes, the caller presses the star, or the time is up. */
async function talk(member: TakenMember, dial: QueueDial): Promise<QueueDialResult | 'next'> {
  const { verb, context, memory, recorder } = dial;
  const { clock, control, live: caller, signal } = context;
  const { claim, callSid } = member;
  const isNew = memory.state.talkingSince === undefined;
  await Promise.all([
    member.talks(),
    isNew ? memory.keep({ talkingSince: clock.now() }) : undefined,
    dial.stopRingback(),
  ]);
  const bridge = await control.connect(caller.sid, callSid, { reportDigits: verb.hangupOnStar });
  if (bridge === undefined) return notConnected(member, dial);
  await recorder.begin();
  const since = memory.state.talkingSince ?? clock.now();
  const limits = { clock, signal, timeLimitS: verb.timeLimitS, since };
  const doneWith = new Promise<void>((resolve) => {
    if (claim.gone.aborted) resolve();
    claim.gone.addEventListener('abort', () => resolve(), { once: true });
  });
  await endOfTalk(caller, { doneWith }, limits, verb.hangupOnStar ? '*' : undefined);
  recorder.stop();
  await bridge.disconnect();
  member.finish('bridged');
  return 'completed';
}

/** One of the two has gone in this moment, which is about to be reported, or Asterisk failed. */
async function notConnected(
  member: TakenMember,
  { context, memory }: QueueDial,
): Promise<QueueDialResult | 'next'> {
  const { clock, signal } = context;
  const { claim } = member;
  await clock.sleep(END_REPORTED_WITHIN_MS, AbortSignal.any([signal, claim.gone]));
  await memory.forgetTalk();
  if (signal.aborted) {
    member.finish('abandoned');
    return 'canceled';
  }
  if (claim.gone.aborted) {
    member.finish('abandoned');
    return 'next';
  }
  member.finish('failed');
  await context.warn({
    errorCode: ERROR_CODES.dialFailed,
    message: 'Asterisk could not connect the two legs',
  });
  return 'failed';
}
