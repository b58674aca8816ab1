import type { CallbackTarget } from '../callback-target.ts';
import { outcomeOf, type EndCause, type FinalStatus, type LegEnd } from './outcome.ts';
import type { HttpMethod } from '../http-method.ts';

/** Who began a leg, as `Direction` in every request and in REST. */
export type Direction = 'inbound' | 'outbound-api' | 'outbound-dial';

/** A leg's status as REST shows it; callbacks say `initiated` between placing and ringing. */
export type CallStatus = 'queued' | 'ringing' | 'in-progress' | FinalStatus;

/** What happens to a leg; not a state: `completed` stands for every final state. */
export type CallEvent = 'initiated' | 'ringing' | 'answered' | 'completed';

/**
 * Who hears about a leg's changes. `number`: one request per state of an inbound leg, with the standard
 * parameters (the number's, client's or application's callback). `leg`: one request per chosen call event
 * (Dial nouns and the Calls API).
 */
export interface StatusCallback extends CallbackTarget<CallEvent> {
  readonly kind: 'number' | 'leg';
}

/** Where a call's documents come from; kept with the leg so that a restart knows it. */
export interface VoiceSettings {
  readonly voiceUrl?: string;
  readonly voiceMethod: HttpMethod;
  readonly voiceFallbackUrl?: string;
  readonly voiceFallbackMethod: HttpMethod;
  readonly statusCallback?: string;
  readonly statusCallbackMethod: HttpMethod;
}

/** What is known of a leg from its beginning. Times are milliseconds since the epoch. */
export interface Leg {
  readonly sid: string;
  readonly accountSid: string;
  readonly parentCallSid?: string;
  readonly direction: Direction;
  /** As dialled: E.164, user part, or client name without `client:`. */
  readonly from: string;
  readonly to: string;
  readonly callerName?: string;
  readonly forwardedFrom?: string;
  readonly phoneNumberSid?: string;
  readonly trunkSid?: string;
  /** `X-…` headers and Diversion of an inbound INVITE, names as they were spelled. */
  readonly sipHeaders: readonly (readonly [name: string, value: string])[];
  readonly statusCallback?: StatusCallback;
  readonly voice?: VoiceSettings;
  /** Asterisk's identifier of an inbound leg's channel; outbound channels are named after the leg's sid. */
  readonly channelId?: string;
  readonly createdAt: number;
}

/** Why we stop trying a leg that nobody has answered, and the final state that this gives. */
export interface GiveUp {
  readonly as: Exclude<FinalStatus, 'completed'>;
  readonly why: string;
}

/** A leg's state with all that belongs to it; times are milliseconds since the epoch. */
export type LegState =
  | { readonly phase: 'queued' }
  | { readonly phase: 'initiated'; readonly initiatedAt: number; readonly giveUp?: GiveUp }
  | {
      readonly phase: 'ringing';
      readonly initiatedAt: number;
      readonly ringingAt: number;
      readonly giveUp?: GiveUp;
    }
  | {
      readonly phase: 'in-progress';
      readonly initiatedAt: number;
      readonly answeredAt: number;
      readonly sipCallId?: string;
    }
  | {
      readonly phase: 'ended';
      readonly status: FinalStatus;
      readonly endedAt: number;
      readonly initiatedAt?: number;
      readonly answeredAt?: number;
      readonly sipCallId?: string;
      readonly cause: EndCause;
    };

/** Everything that can happen to a leg. `at` is milliseconds since the epoch. */
export type LegInput = { readonly at: number } & (
  | /** An inbound INVITE came. */ { readonly type: 'arrive' }
  | /** We begin to place an outbound leg. */ { readonly type: 'place' }
  | /** First 180 or 183 of an outbound leg. */ { readonly type: 'ring' }
  | /** 200 OK, sent or received. */ { readonly type: 'answer'; readonly sipCallId?: string }
  | /** We stop trying: the leg ends as said when its channel has gone, even if it answers late. */ ({
      readonly type: 'give-up';
    } & GiveUp)
  | /** Its channel has gone, or it could not be placed. */ ({ readonly type: 'end' } & LegEnd)
  | /** Its channel vanished without a word: Asterisk died, or we were away. */ {
      readonly type: 'lost';
      readonly why: string;
    }
);

/** A change of state, and the call event that it is, if it is one. */
export interface Advance {
  readonly state: LegState;
  readonly event?: CallEvent;
}

/**
 * The leg machine: the only place where a leg's state changes. Returns undefined when the input changes
 * nothing, which is normal for late and repeated inputs.
 */
export function advance(direction: Direction, state: LegState, input: LegInput): Advance | undefined {
  if (state.phase === 'ended') return undefined;
  switch (input.type) {
    case 'arrive':
      if (state.phase !== 'queued' || direction !== 'inbound') return undefined;
      return { state: { phase: 'ringing', initiatedAt: input.at, ringingAt: input.at }, event: 'ringing' };
    case 'place':
      if (state.phase !== 'queued' || direction === 'inbound') return undefined;
      return { state: { phase: 'initiated', initiatedAt: input.at }, event: 'initiated' };
    case 'ring':
      if (state.phase !== 'initiated' || state.giveUp !== undefined) return undefined;
      return {
        state: { phase: 'ringing', initiatedAt: state.initiatedAt, ringingAt: input.at },
        event: 'ringing',
      };
    case 'answer':
      return answer(state, input);
    case 'give-up':
      return giveUp(state, input);
    case 'end':
      return end(direction, state, input);
    case 'lost':
      return lost(direction, state, input);
  }
}

type Live = Exclude<LegState, { phase: 'ended' }>;
type Input<T extends LegInput['type']> = Extract<LegInput, { type: T }>;

function answer(state: Live, input: Input<'answer'>): Advance | undefined {
  if (state.phase !== 'initiated' && state.phase !== 'ringing') return undefined;
  // A leg that we are cancelling and that answers late gets BYE, and was never answered.
  if (state.giveUp !== undefined) return undefined;
  return {
    state: {
      phase: 'in-progress',
      initiatedAt: state.initiatedAt,
      answeredAt: input.at,
      ...(input.sipCallId === undefined ? {} : { sipCallId: input.sipCallId }),
    },
    event: 'answered',
  };
}

function giveUp(state: Live, input: Input<'give-up'>): Advance | undefined {
  if (state.phase === 'in-progress') return undefined;
  if (state.phase === 'queued') return final(state, input.as, input.at, { why: input.why });
  if (state.giveUp !== undefined) return undefined;
  return { state: { ...state, giveUp: { as: input.as, why: input.why } } };
}

function end(direction: Direction, state: Live, input: Input<'end'>): Advance {
  const cause = {
    ...(input.sipStatus === undefined ? {} : { sipStatus: input.sipStatus }),
    ...(input.q850 === undefined ? {} : { q850: input.q850 }),
    ...(input.why === undefined ? {} : { why: input.why }),
    ...(input.noMedia === undefined ? {} : { noMedia: input.noMedia }),
  };
  if (state.phase === 'in-progress') return final(state, 'completed', input.at, cause, input.sipCallId);
  if (state.phase !== 'queued' && state.giveUp !== undefined) {
    const { as, why } = state.giveUp;
    const hasCalleesWord = direction !== 'inbound' && cause.sipStatus !== undefined;
    // Of several phones one had given its answer before the time was up: that decides.
    if (as !== 'no-answer' || !hasCalleesWord) {
      const told = hasCalleesWord ? withoutSip(cause) : cause;
      return final(state, as, input.at, { ...told, why }, input.sipCallId);
    }
  }
  const status = direction === 'inbound' ? 'canceled' : outcomeOf(cause, state.phase === 'ringing');
  return final(state, status, input.at, cause, input.sipCallId);
}

/** Where another callee answered or the caller has gone, no answer of this one counts. */
function withoutSip(cause: EndCause): EndCause {
  const { sipStatus: _, ...rest } = cause;
  return rest;
}

function lost(direction: Direction, state: Live, input: Input<'lost'>): Advance {
  const cause = { why: input.why };
  if (state.phase === 'in-progress') return final(state, 'completed', input.at, cause);
  if (state.phase !== 'queued' && state.giveUp !== undefined) {
    return final(state, state.giveUp.as, input.at, cause);
  }
  return final(state, direction === 'inbound' ? 'canceled' : 'failed', input.at, cause);
}

function final(
  state: Live,
  status: FinalStatus,
  endedAt: number,
  cause: EndCause,
  lateSipCallId?: string,
): Advance {
  const sipCallId = state.phase === 'in-progress' ? (state.sipCallId ?? lateSipCallId) : lateSipCallId;
  return {
    state: {
      phase: 'ended',
      status,
      endedAt,
      cause,
      ...(state.phase === 'queued' ? {} : { initiatedAt: state.initiatedAt }),
      ...(state.phase === 'in-progress' ? { answeredAt: state.answeredAt } : {}),
      ...(sipCallId === undefined ? {} : { sipCallId }),
    },
    event: 'completed',
  };
}

/** The status that REST shows and documents carry. */
export function statusOf(state: LegState): CallStatus {
  if (state.phase === 'ended') return state.status;
  return state.phase === 'initiated' ? 'queued' : state.phase;
}

/** A leg's input without its time: the receiver stamps it. */
export type ReportedInput = LegInput extends infer T
  ? T extends { at: number }
    ? Omit<T, 'at'>
    : never
  : never;
