import { type Leg, type LegState, ringSeconds, statusOf, talkSeconds } from '../call/leg/leg.ts';
import type { CallRecord } from './repositories.ts';

/**
 * A leg as REST shows it; `updatedAt` is when its state was written, in milliseconds since the epoch. A duration is
 * given once it no longer changes: that of the ringing from the answer on, that of the talk when the leg has ended.
 */
export function callRecordOf(leg: Leg, state: LegState, updatedAt: number): CallRecord {
  const { sid, accountSid, direction, from, to } = leg;
  const isOver = state.phase === 'ended';
  const optional = {
    parentCallSid: leg.parentCallSid,
    callerName: leg.callerName,
    forwardedFrom: leg.forwardedFrom,
    phoneNumberSid: leg.phoneNumberSid,
    trunkSid: leg.trunkSid,
    answeredBy: leg.answeredBy?.by,
    startTime: state.phase === 'queued' ? undefined : state.initiatedAt,
    answerTime: 'answeredAt' in state ? state.answeredAt : undefined,
    endTime: isOver ? state.endedAt : undefined,
    duration: isOver ? talkSeconds(state, updatedAt) : undefined,
    ringDuration: isOver || state.phase === 'in-progress' ? ringSeconds(state, updatedAt) : undefined,
  };
  const present = Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined));
  return {
    sid,
    accountSid,
    direction,
    from,
    to,
    status: statusOf(state),
    dateCreated: leg.createdAt,
    dateUpdated: updatedAt,
    ...present,
  };
}
