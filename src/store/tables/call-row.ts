import { type Leg, type LegState, type GiveUp, statusOf } from '../../call/leg/leg.ts';
import { type EndedBy, endCauseText } from '../../call/leg/ended-by.ts';
import { type EndCause, type FinalStatus } from '../../call/leg/outcome.ts';
import { callRecordOf } from '../../records/call-record.ts';
import type { CallRecord } from '../../records/repositories.ts';
import { fromJson, optional, orNull, type Row, toJson } from '../rows.ts';

/** A row of `calls`: a leg with its state. */
export interface CallRow {
  readonly sid: string;
  readonly account_sid: string;
  readonly parent_call_sid: string | null;
  readonly root_call_sid: string;
  readonly direction: Leg['direction'];
  readonly from_party: string;
  readonly to_party: string;
  readonly caller_name: string | null;
  readonly forwarded_from: string | null;
  readonly phone_number_sid: string | null;
  readonly trunk_sid: string | null;
  readonly sip_headers: string;
  readonly status_callback: string | null;
  readonly voice: string | null;
  readonly machine_detection: string | null;
  readonly answered_by: string | null;
  readonly channel_id: string | null;
  readonly owner: string | null;
  readonly asterisk_id: string | null;
  readonly created_at: number;
  readonly phase: LegState['phase'];
  readonly status: string;
  readonly initiated_at: number | null;
  readonly ringing_at: number | null;
  readonly answered_at: number | null;
  readonly ended_at: number | null;
  readonly sip_call_id: string | null;
  readonly give_up: string | null;
  readonly cause: string | null;
  readonly position: string | null;
  readonly updated_at: number;
  readonly ended_by: EndedBy | null;
  readonly note: string | null;
}

/** The columns of a leg: who it is, which never changes. */
export function legColumns(leg: Leg): Row {
  return {
    sid: leg.sid,
    account_sid: leg.accountSid,
    parent_call_sid: orNull(leg.parentCallSid),
    direction: leg.direction,
    from_party: leg.from,
    to_party: leg.to,
    caller_name: orNull(leg.callerName),
    forwarded_from: orNull(leg.forwardedFrom),
    phone_number_sid: orNull(leg.phoneNumberSid),
    trunk_sid: orNull(leg.trunkSid),
    sip_headers: JSON.stringify(leg.sipHeaders),
    status_callback: toJson(leg.statusCallback),
    voice: toJson(leg.voice),
    machine_detection: toJson(leg.machineDetection),
    answered_by: toJson(leg.answeredBy),
    channel_id: orNull(leg.channelId),
    created_at: leg.createdAt,
  };
}

/** The columns of a state: each phase leaves empty what it does not have. */
export function stateColumns(state: LegState): Row {
  return {
    phase: state.phase,
    status: statusOf(state),
    initiated_at: orNull('initiatedAt' in state ? state.initiatedAt : undefined),
    ringing_at: orNull('ringingAt' in state ? state.ringingAt : undefined),
    answered_at: orNull('answeredAt' in state ? state.answeredAt : undefined),
    ended_at: orNull('endedAt' in state ? state.endedAt : undefined),
    sip_call_id: orNull('sipCallId' in state ? state.sipCallId : undefined),
    give_up: toJson('giveUp' in state ? state.giveUp : undefined),
    cause: toJson('cause' in state ? state.cause : undefined),
  };
}

/** The leg in a row. */
export function legOf(row: CallRow): Leg {
  return {
    sid: row.sid,
    accountSid: row.account_sid,
    ...optional('parentCallSid', row.parent_call_sid),
    direction: row.direction,
    from: row.from_party,
    to: row.to_party,
    ...optional('callerName', row.caller_name),
    ...optional('forwardedFrom', row.forwarded_from),
    ...optional('phoneNumberSid', row.phone_number_sid),
    ...optional('trunkSid', row.trunk_sid),
    sipHeaders: fromJson(row.sip_headers),
    ...(row.status_callback === null ? {} : { statusCallback: fromJson(row.status_callback) }),
    ...(row.voice === null ? {} : { voice: fromJson(row.voice) }),
    ...(row.machine_detection === null ? {} : { machineDetection: fromJson(row.machine_detection) }),
    ...(row.answered_by === null ? {} : { answeredBy: fromJson(row.answered_by) }),
    ...optional('channelId', row.channel_id),
    createdAt: row.created_at,
  };
}

/** The state in a row. */
export function stateOf(row: CallRow): LegState {
  const giveUp = row.give_up === null ? {} : { giveUp: fromJson<GiveUp>(row.give_up) };
  const sipCallId = optional('sipCallId', row.sip_call_id);
  switch (row.phase) {
    case 'queued':
      return { phase: 'queued' };
    case 'initiated':
      return { phase: 'initiated', initiatedAt: Number(row.initiated_at), ...giveUp };
    case 'ringing':
      return {
        phase: 'ringing',
        initiatedAt: Number(row.initiated_at),
        ringingAt: Number(row.ringing_at),
        ...giveUp,
      };
    case 'in-progress':
      return {
        phase: 'in-progress',
        initiatedAt: Number(row.initiated_at),
        ...optional('ringingAt', row.ringing_at === null ? null : Number(row.ringing_at)),
        answeredAt: Number(row.answered_at),
        ...sipCallId,
      };
    case 'ended':
      return {
        phase: 'ended',
        status: row.status as FinalStatus,
        endedAt: Number(row.ended_at),
        ...optional('initiatedAt', row.initiated_at),
        ...optional('ringingAt', row.ringing_at),
        ...optional('answeredAt', row.answered_at),
        ...sipCallId,
        cause: fromJson<EndCause>(row.cause ?? '{}'),
      };
  }
}

/** The call as REST shows it. */
export function callOf(row: CallRow): CallRecord {
  const cause = row.cause === null ? undefined : endCauseText(fromJson<EndCause>(row.cause));
  return {
    ...callRecordOf(legOf(row), stateOf(row), row.updated_at),
    ...optional('endedBy', row.ended_by),
    ...optional('endCause', cause ?? null),
    ...optional('note', row.note),
  };
}
