import type { AnsweredBy } from '../../../call/answering-machine/machine-detection.ts';
import { type FinalStatus, tellingRank } from '../../../call/leg/outcome.ts';
import { type LegState, ringSeconds, talkSeconds } from '../../../call/leg/leg.ts';
import { present, sipResponseCode } from '../../../call/leg/parameters.ts';
import type { Parameters } from '../../../call/request-parameters.ts';

/** One leg that a Dial made, as it stands when the Dial is over. */
export interface DialledLeg {
  readonly sid: string;
  readonly state: LegState;
  /** Who answered it, if somebody listened for that. */
  readonly answeredBy?: AnsweredBy | undefined;
  /** Its callee was screened: one that answered and did not pass counts as one that did not answer. */
  readonly screened?: boolean;
}

/** The one leg that the action describes: the winner, else the one whose outcome tells most; of equal ones, the last to end. */
export function describedLeg(
  legs: readonly DialledLeg[],
  winnerSid: string | undefined,
): DialledLeg | undefined {
  const winner = legs.find((leg) => leg.sid === winnerSid);
  if (winner !== undefined) return winner;
  return legs.reduce<DialledLeg | undefined>((best, leg) => {
    if (best === undefined) return leg;
    const difference = rank(leg) - rank(best);
    if (difference !== 0) return difference < 0 ? leg : best;
    return endedAt(leg) >= endedAt(best) ? leg : best;
  }, undefined);
}

function rank(leg: DialledLeg): number {
  return tellingRank(leg.state.phase === 'ended' ? dialStatusOf(leg, false) : undefined);
}

function endedAt(leg: DialledLeg): number {
  return leg.state.phase === 'ended' ? leg.state.endedAt : 0;
}

/** What a Dial's action request says beyond the standard parameters. Times in whole seconds. */
export function dialParameters(leg: DialledLeg, bridged: boolean, now: number): Parameters {
  const { state } = leg;
  return present([
    ['DialCallSid', leg.sid],
    ['DialCallStatus', dialStatusOf(leg, bridged)],
    ['DialCallDuration', String(talkSeconds(state, now))],
    ['DialRingDuration', String(ringSeconds(state, now))],
    ['DialBridged', String(bridged)],
    ['DialSipResponseCode', sipResponseCode(state)],
    ['DialAnsweredBy', leg.answeredBy],
    ['DialSipCallId', state.phase === 'ended' || state.phase === 'in-progress' ? state.sipCallId : undefined],
  ]);
}

/** How a leg ended for the Dial; one that was taken out lives on, but for the Dial it is over. */
export function dialStatusOf({ state, screened = false }: DialledLeg, bridged: boolean): FinalStatus {
  if (state.phase === 'ended') {
    return state.status === 'completed' && screened && !bridged ? 'no-answer' : state.status;
  }
  return state.phase === 'in-progress' ? 'completed' : 'canceled';
}
