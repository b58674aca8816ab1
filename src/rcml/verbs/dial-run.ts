import { giveUpLeg, hangUpLeg } from '../../call/outbound-leg.ts';
import type { HangUpReason } from '../../call/ports.ts';
import { newSid } from '../../call/sids.ts';
import type { RunContext, VerbOutcome } from '../run-context.ts';
import { beginLeg, type NounLeg } from './dial-legs.ts';
import { describedLeg, dialParameters } from './dial-result.ts';
import { endOfTalk, firstAnswer } from './dial-waits.ts';
import type { DialNoun, DialVerb } from './dial.ts';

/** Asterisk's own talk limit stands this much behind ours: a net for the time when we are gone. */
const TALK_NET_S = 5;

/** What a Dial has done so far. */
interface Progress {
  readonly legs: NounLeg[];
  winner?: NounLeg;
  bridged: boolean;
}

/** Rings the nouns, lets the first who answers talk to the caller, and returns when every leg has ended. */
export async function runDial(verb: DialVerb, context: RunContext): Promise<VerbOutcome> {
  const progress: Progress = { legs: [], bridged: false };
  await context.control.startRinging(context.live.sid);
  for (const nouns of verb.sequential ? verb.nouns.map((noun) => [noun]) : [verb.nouns]) {
    if (context.signal.aborted) break;
    await ring(nouns, verb, context, progress);
    if (progress.winner !== undefined) break;
  }
  if (progress.winner !== undefined) await talk(progress.winner, verb, context, progress);
  await context.control.stopRinging(context.live.sid);
  await Promise.all(progress.legs.map(({ live }) => live.ended));
  return outcomeOf(verb, context, progress);
}

/** Rings some nouns at once, until one answers or none can any more. */
async function ring(
  nouns: readonly DialNoun[],
  verb: DialVerb,
  context: RunContext,
  progress: Progress,
): Promise<void> {
  const turn = nouns.map((noun) => ({ noun, sid: newSid('CA') }));
  await context.saveState({
    legs: [...progress.legs.map(({ live }) => live.sid), ...turn.map(({ sid }) => sid)],
    ringingSince: context.clock.now(),
  });
  const begun = await Promise.all(turn.map(({ noun, sid }) => beginLeg(verb, noun, sid, context)));
  const legs = begun.filter((leg) => leg !== undefined);
  progress.legs.push(...legs);
  const limits = { clock: context.clock, timeoutS: verb.timeoutS, signal: context.signal };
  const race = await firstAnswer(
    legs.map(({ live }) => live),
    limits,
  );
  const winner = legs.find(({ live }) => live === race.winner);
  const losers = legs.filter((leg) => leg !== winner);
  const over = Promise.all(losers.map(({ live }) => giveUpLeg(context, live, race.others)));
  if (winner === undefined) {
    await over;
    return;
  }
  // The losers' ends are waited for at the end of the Dial: two people want to talk.
  progress.winner = winner;
  context.live.outbound = winner.live;
}

/** Connects the caller and the winner until one of them ends or the time is up. */
async function talk(winner: NounLeg, verb: DialVerb, context: RunContext, progress: Progress): Promise<void> {
  const { control, live: caller, signal } = context;
  if (winner.noun.sendDigits !== undefined) {
    await control.sendDigits(winner.live.sid, winner.noun.sendDigits, signal);
  }
  await context.answer();
  if (!signal.aborted && winner.live.state.phase === 'in-progress') {
    await context.saveState({
      legs: progress.legs.map(({ live }) => live.sid),
      winner: winner.live.sid,
      talkingSince: context.clock.now(),
    });
    await control.stopRinging(caller.sid);
    await control.setTimeLimit(winner.live.sid, verb.timeLimitS + TALK_NET_S);
    const bridge = await control.connect(caller.sid, winner.live.sid);
    progress.bridged = bridge !== undefined;
    const limits = { clock: context.clock, timeoutS: verb.timeLimitS, signal };
    if (bridge !== undefined)
      await endOfTalk(caller, winner.live, limits, verb.hangupOnStar ? '*' : undefined);
    await hangUpLeg(context, winner.live);
    await bridge?.disconnect();
  } else {
    await hangUpLeg(context, winner.live);
  }
}

function outcomeOf(verb: DialVerb, context: RunContext, progress: Progress): VerbOutcome {
  const legs = progress.legs.map(({ live }) => live);
  const described = describedLeg(legs, progress.winner?.live.sid);
  if (described === undefined) return { kind: 'next' };
  if (verb.action !== undefined) {
    const extraParameters = dialParameters(described, progress.bridged, context.clock.now());
    return {
      kind: 'fetch',
      request: { url: verb.action, method: verb.method, extraParameters, reason: 'action' },
    };
  }
  if (progress.winner !== undefined) return { kind: 'next', skipDials: true };
  const { state } = described;
  const unanswered = context.live.state.phase === 'ringing';
  if (context.hasNext || !unanswered || state.phase !== 'ended' || state.status === 'completed') {
    return { kind: 'next' };
  }
  // answerOnBridge, nobody answered, nothing follows: the caller gets the callee's failure.
  return {
    kind: 'reject',
    reason: reasonOf(state.status, state.cause.sipStatus),
    giveUp: { as: state.status, why: `The callee's leg ended ${state.status}` },
  };
}

/** The SIP answer that passes a callee's failure on (spec/rcml.md, "Answering"): 486, 480, 404 or 500. */
function reasonOf(status: string, sipStatus: number | undefined): HangUpReason {
  if (status === 'busy') return 'busy';
  if (status === 'no-answer') return 'no-answer';
  const notThere = [undefined, 404, 410, 484, 604];
  return notThere.includes(sipStatus) ? 'not-found' : 'error';
}
