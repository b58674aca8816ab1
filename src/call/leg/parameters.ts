import { iso8601, rfc2822 } from '../dates.ts';
import {
  type Advance,
  type CallEvent,
  type CallStatus,
  type Leg,
  type LegState,
  statusOf,
  talkSeconds,
} from './leg.ts';
import type { NewCallback } from '../journal-store.ts';
import type { Parameters } from '../request-parameters.ts';
import { newSid } from '../sids.ts';

export const API_VERSION = '2012-04-24';

const CALLBACK_SOURCE = 'call-progress-events';

type Optional = readonly (readonly [name: string, value: string | undefined])[];

/** Leaves out parameters without a value. */
export function present(parameters: Optional): Parameters {
  return parameters.filter(
    (pair): pair is readonly [string, string] => pair[1] !== undefined && pair[1] !== '',
  );
}

/** Who calls whom. Programs written for Twilio read Caller and Called as well as From and To. */
function partiesOf({ from, to }: Leg): Optional {
  return [
    ['From', from],
    ['To', to],
    ['Caller', from],
    ['Called', to],
  ];
}

/** The parameters of every document request and of the number's status callback. */
export function standardParameters(leg: Leg, status: CallStatus): Parameters {
  return present([
    ['CallSid', leg.sid],
    ['AccountSid', leg.accountSid],
    ...partiesOf(leg),
    ['CallStatus', status],
    ['ApiVersion', API_VERSION],
    ['Direction', leg.direction],
    ['CallerName', leg.callerName],
    ['ForwardedFrom', leg.forwardedFrom],
    ['ParentCallSid', leg.parentCallSid],
    ['CallTimestamp', iso8601(leg.createdAt)],
    ['AnsweredBy', leg.answeredBy?.by],
    [
      'MachineDetectionDuration',
      leg.answeredBy === undefined ? undefined : String(leg.answeredBy.durationMs),
    ],
    ...leg.sipHeaders.map(([name, value]) => [`SipHeader_${name}`, value] as const),
  ]);
}

/** The state as a callback reports it: between placing and ringing it is `initiated`, while REST says `queued`. */
function callbackStatusOf(state: LegState): CallStatus | 'initiated' {
  return state.phase === 'initiated' ? 'initiated' : statusOf(state);
}

/** The outbound leg that a number's status callback mentions: the winner, else the newest. */
export interface OutboundMention {
  readonly sid: string;
  readonly state: LegState;
}

/** The complete callback that this event of a leg owes; undefined if nobody asked for it. Pure except for the new sid. */
export function owedCallback(
  leg: Leg,
  { state, event }: Required<Advance>,
  at: number,
  outbound?: OutboundMention,
): NewCallback | undefined {
  const { statusCallback } = leg;
  if (statusCallback?.events.includes(event) !== true) return undefined;
  return {
    sid: newSid('CB'),
    accountSid: leg.accountSid,
    callSid: leg.sid,
    url: statusCallback.url,
    method: statusCallback.method,
    parameters:
      statusCallback.kind === 'number'
        ? numberParameters(leg, state, at, outbound)
        : legParameters(leg, state, event, at),
    createdAt: at,
  };
}

function numberParameters(leg: Leg, state: LegState, at: number, outbound?: OutboundMention): Parameters {
  return present([
    ...standardParameters(leg, statusOf(state)),
    ['OutboundCallSid', outbound?.sid],
    ['DialCallStatus', outbound === undefined ? undefined : callbackStatusOf(outbound.state)],
    ['CallDuration', durationOf(state)],
    ['Timestamp', rfc2822(at)],
    ['SequenceNumber', String(numberSequence(state))],
    ['CallbackSource', CALLBACK_SOURCE],
  ]);
}

/** Counts the callbacks of this leg, one per state, without a gap if the leg is never answered. */
function numberSequence(state: LegState): number {
  if (state.phase === 'in-progress') return 1;
  if (state.phase === 'ended') return state.answeredAt === undefined ? 1 : 2;
  return 0;
}

const LEG_SEQUENCE: Readonly<Record<CallEvent, number>> = {
  initiated: 0,
  ringing: 1,
  answered: 2,
  completed: 3,
};

function legParameters(leg: Leg, state: LegState, event: CallEvent, at: number): Parameters {
  return present([
    ['AccountSid', leg.accountSid],
    ['CallSid', leg.sid],
    ['ParentCallSid', leg.parentCallSid],
    ...partiesOf(leg),
    ['Direction', leg.direction],
    ['CallerName', leg.callerName],
    ['ForwardedFrom', leg.forwardedFrom],
    ['CallStatus', callbackStatusOf(state)],
    ['CallEvent', event],
    ['CallDuration', durationOf(state)],
    ['AnsweredBy', event === 'completed' ? leg.answeredBy?.by : undefined],
    ['SipResponseCode', state.phase === 'ended' ? sipResponseCode(state) : undefined],
    ['Timestamp', rfc2822(at)],
    ['CallbackSource', CALLBACK_SOURCE],
    ['SequenceNumber', String(LEG_SEQUENCE[event])],
    ['ApiVersion', API_VERSION],
  ]);
}

/** The SIP status of the callee's final answer; undefined when there was none, or we cancelled first. */
export function sipResponseCode(state: LegState): string | undefined {
  if (state.phase === 'in-progress') return '200';
  if (state.phase !== 'ended') return undefined;
  if (state.answeredAt !== undefined) return '200';
  return state.cause.sipStatus === undefined ? undefined : String(state.cause.sipStatus);
}

function durationOf(state: LegState): string | undefined {
  return state.phase === 'ended' ? String(talkSeconds(state, state.endedAt)) : undefined;
}
