import { type Leg, type LegState, statusOf } from '../call/leg/leg.ts';
import { ringSeconds, talkSeconds } from '../call/leg/durations.ts';
import type { CallRecord } from './repositories.ts';

/** A leg as REST shows it, `now` being when its state was written. */
export function callRecordOf(leg: Leg, state: LegState, now: number): CallRecord {
  const { sid, accountSid, direction, from, to } = leg;
  const optional = {
    parentCallSid: leg.parentCallSid,
    callerName: leg.callerName,
    forwardedFrom: leg.forwardedFrom,
    phoneNumberSid: leg.phoneNumberSid,
    trunkSid: leg.trunkSid,
    startTime: state.phase === 'queued' ? undefined : state.initiatedAt,
    answerTime: 'answeredAt' in state ? state.answeredAt : undefined,
    ...(state.phase === 'ended'
      ? {
          endTime: state.endedAt,
          duration: talkSeconds(state, now),
          ringDuration: ringSeconds(state, now),
          sipResponseCode: state.answeredAt === undefined ? state.cause.sipStatus : 200,
        }
      : {}),
  };
  const present = Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined));
  const status = statusOf(state);
  return {
    sid,
    accountSid,
    direction,
    from,
    to,
    status,
    dateCreated: leg.createdAt,
    dateUpdated: now,
    ...present,
  };
}
