import { hangUpLeg } from '../../../call/leg/hang-up.ts';
import type { HangUpReason } from '../../../call/call-control.ts';
import type { Parameters } from '../../../call/request-parameters.ts';
import type { VerbOutcome } from '../../run/run-context.ts';
import { endOfTalk } from './end-of-talk.ts';
import { DialRecorder } from './recording.ts';
import { describedLeg, dialParameters, dialStatusOf } from './result.ts';
import { resume } from './resume.ts';
import { giveUpLosers, ringAll, type Rung } from './ring.ts';
import { startRingback } from './ring-tone.ts';
import { DialMemory } from './state.ts';
import type { DialContext, DialVerb, NounLeg } from './types.ts';

/** Asterisk's own time limit of a talk is this much later than ours; it counts when Legwork is not running then. */
const TALK_NET_S = 5;

/** What the parts of a running Dial share. */
interface Dial {
  readonly verb: DialVerb;
  readonly context: DialContext;
  readonly memory: DialMemory;
  readonly recorder: DialRecorder;
  /** Ends what the caller hears while it rings. */
  stopRingback(): Promise<void>;
}

/** Rings the nouns, lets the first that answers talk to the caller, and returns when it is done with every leg. */
export async function runDial(verb: DialVerb, context: DialContext): Promise<VerbOutcome> {
  const { control, live: caller } = context;
  const memory = new DialMemory(context);
  const recorder = await DialRecorder.open(verb, memory, context);
  const begun = await resume(verb, memory.state, context);
  const isRinging = begun.winner === undefined;
  const stopRingback = isRinging
    ? await startRingback(verb.ringTone, context)
    : () => control.stopRinging(caller.sid);
  if (isRinging && verb.record?.from === 'ringing') await recorder.begin();
  const rung: Rung = isRinging ? await ringAll(verb, begun, memory, context) : begun;
  const bridged = await talkToWinner(rung, { verb, context, memory, recorder, stopRingback });
  await stopRingback();
  await Promise.all(rung.legs.map(({ live }) => live.doneWith));
  return outcomeOf(verb, context, { ...rung, bridged }, await recorder.finish(bridged));
}

/** Lets the winner talk to the caller, if there is one; true: they talked. */
async function talkToWinner({ legs, winner }: Rung, dial: Dial): Promise<boolean> {
  if (winner === undefined) return false;
  const { context, memory } = dial;
  context.live.outbound = winner.live;
  // Two people want to talk: nobody waits until the others have ended. After a restart they may still be ringing.
  const losers = legs.filter((leg) => leg !== winner);
  void giveUpLosers(losers, context);
  const goesOn = memory.state.talkingSince !== undefined;
  return (await talk(winner, goesOn, dial)) || goesOn;
}

/** Connects the caller and the winner until one of them ends or the time is up. True: they were connected. */
async function talk(winner: NounLeg, goesOn: boolean, dial: Dial): Promise<boolean> {
  const { context } = dial;
  const { live, noun } = winner;
  const letGo = live.useInDial();
  // A callee that was screened got its digits before its document.
  if (noun.sendDigits !== undefined && noun.screening === undefined && !goesOn) {
    await context.control.sendDigits(live.sid, noun.sendDigits, context.signal);
  }
  await context.answer();
  const isThere = live.state.phase === 'in-progress' && !live.taken.aborted;
  const connected = isThere && !context.signal.aborted && (await converse(winner, dial));
  if (!live.taken.aborted) await hangUpLeg(context, live);
  letGo();
  return connected;
}

async function converse({ live }: NounLeg, dial: Dial): Promise<boolean> {
  const { verb, context, memory, recorder } = dial;
  const { clock, control, live: caller, signal } = context;
  if (memory.state.talkingSince === undefined) {
    await memory.keep({ winner: live.sid, talkingSince: clock.now() });
    await dial.stopRingback();
    await control.setTimeLimit(live.sid, verb.timeLimitS + TALK_NET_S);
  }
  const bridge = await control.connect(caller.sid, live.sid, { reportDigits: verb.hangupOnStar });
  if (bridge === undefined) return false;
  await recorder.begin();
  const limits = {
    clock,
    signal,
    timeLimitS: verb.timeLimitS,
    since: memory.state.talkingSince ?? clock.now(),
  };
  await endOfTalk(caller, live, limits, verb.hangupOnStar ? '*' : undefined);
  recorder.stop();
  // Without that, the caller has gone, or pressed the star.
  live.endsBy(clock.now() >= limits.since + limits.timeLimitS * 1000 ? 'limit' : 'caller');
  if (!live.taken.aborted) await hangUpLeg(context, live);
  await bridge.disconnect();
  return true;
}

function outcomeOf(
  verb: DialVerb,
  context: DialContext,
  { legs, winner, bridged }: Rung & { readonly bridged: boolean },
  recorded: Parameters,
): VerbOutcome {
  const described = describedLeg(
    legs.map(({ live: { sid, state, leg }, noun }) => ({
      sid,
      state,
      answeredBy: leg.answeredBy?.by,
      screened: noun.screening !== undefined,
    })),
    winner?.live.sid,
  );
  if (described === undefined) return { kind: 'next' };
  if (verb.action !== undefined) {
    const extraParameters = [...dialParameters(described, bridged, context.clock.now()), ...recorded];
    return {
      kind: 'fetch',
      request: { url: verb.action, method: verb.method, extraParameters, reason: 'action' },
    };
  }
  if (winner !== undefined) return { kind: 'next', skipDials: true };
  const { state } = described;
  const status = dialStatusOf(described, false);
  const unanswered = context.live.state.phase === 'ringing';
  if (context.hasNext || !unanswered || state.phase !== 'ended' || status === 'completed') {
    return { kind: 'next' };
  }
  // answerOnBridge, nobody answered, nothing follows: the caller gets the callee's failure.
  return {
    kind: 'reject',
    reason: reasonOf(status, state.cause.sipStatus),
    giveUp: { as: status, why: `The callee's leg ended ${status}` },
  };
}

/** The SIP answer that passes a callee's failure on to the caller (docs/rcml.md, "Dial"): 486, 480, 404 or 500. */
function reasonOf(status: string, sipStatus: number | undefined): HangUpReason {
  if (status === 'busy') return 'busy';
  if (status === 'no-answer') return 'no-answer';
  const notThere = [undefined, 404, 410, 484, 604];
  return notThere.includes(sipStatus) ? 'not-found' : 'error';
}
