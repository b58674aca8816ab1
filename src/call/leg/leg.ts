import type { Answerer, MachineDetection } from '../answering-machine/machine-detection.ts';
import type { CallbackTarget } from '../callback-target.ts';
import { compact } from '../compact.ts';
import { outcomeOf, type EndCause, type FinalStatus, type LegEnd } from './outcome.ts';
import type { HttpMethod } from '../http-method.ts';

/** Who began a leg, as `Direction` in every request and in REST. */
export type Direction = 'inbound' | 'outbound-api' | 'outbound-dial';

/** A leg's status as REST shows it; callbacks say `initiated` between placing and ringing. */
export type CallStatus = 'queued' | 'ringing' | 'in-progress' | FinalStatus;

/** What happens to a leg; not a state: `completed` stands for every final state. */
export type CallEvent = 'initiated' | 'ringing' | 'answered' | 'completed';

/**
 * Where a leg's status callbacks go. `number`: one request per state of an inbound leg, with the standard parameters
 * (the callback of a number, client or application). `leg`: one request per chosen call event (Dial nouns and the Calls
 * API).
 */
export interface StatusCallback extends CallbackTarget<CallEvent> {
  readonly kind: 'number' | 'leg';
}

/** Where a call's documents come from; stored with the leg for a restart. */
export interface VoiceSettings {
  readonly voiceUrl?: string;
  readonly voiceMethod: HttpMethod;
  readonly voiceFallbackUrl?: string;
  readonly voiceFallbackMethod: HttpMethod;
  readonly statusCallback?: string;
  readonly statusCallbackMethod: HttpMethod;
}

/** What is known about a leg from its beginning. Times are milliseconds since the epoch. */
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
  /** The `X-…` headers and Diversion of an inbound INVITE; the names as they were spelled. */
  readonly sipHeaders: readonly (readonly [name: string, value: string])[];
  readonly statusCallback?: StatusCallback;
  readonly voice?: VoiceSettings;
  /** What was asked about who answers it. */
  readonly machineDetection?: MachineDetection;
  /** What was found out about that. */
  readonly answeredBy?: Answerer;
  /** Asterisk's id of an inbound leg's channel; the ids of outbound channels begin with the leg's sid. */
  readonly channelId?: string;
  readonly createdAt: number;
}

/** Why we stop trying a leg that nobody has answered, and the final state that this gives. */
export interface GiveUp {
  readonly as: Exclude<FinalStatus, 'completed'>;
  readonly why: string;
}

/** A leg's state with everything that belongs to it. Times are milliseconds since the epoch. */
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
      /** Absent when it was answered without a 180 or 183. */
      readonly ringingAt?: number;
      readonly answeredAt: number;
      readonly sipCallId?: string;
    }
  | {
      readonly phase: 'ended';
      readonly status: FinalStatus;
      readonly endedAt: number;
      readonly initiatedAt?: number;
      readonly ringingAt?: number;
      readonly answeredAt?: number;
      readonly sipCallId?: string;
      readonly cause: EndCause;
    };

/** Everything that can happen to a leg. `at` is milliseconds since the epoch. */
export type LegInput = { readonly at: number } & (
  | /** An inbound INVITE came. */ { readonly type: 'arrive' }
  | /** We are about to place an outbound leg. */ { readonly type: 'place' }
  | /** The first 180 or 183 of an outbound leg came. */ { readonly type: 'ring' }
  | /** 200 OK was sent or received. */ { readonly type: 'answer'; readonly sipCallId?: string }
  | /** We stop trying: when its channel is gone the leg ends with this outcome, even if it is answered late. */ ({
      readonly type: 'give-up';
    } & GiveUp)
  | /** The leg's channel is gone, or the leg could not be placed. */ ({ readonly type: 'end' } & LegEnd)
  | /** The leg's channel vanished without an event: Asterisk died, or Legwork was not running. */ {
      readonly type: 'lost';
      readonly why: string;
    }
);

/** A change of state, and the call event that it means, if any. */
export interface Advance {
  readonly state: LegState;
  readonly event?: CallEvent;
}

/**
 * The leg machine, the only place where a leg's state changes. Returns undefined when the input changes nothing, which
 * is normal for late and repeated inputs.
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
  // A leg that is answered late, while we cancel it, gets BYE and does not count as answered.
  if (state.giveUp !== undefined) return undefined;
  const { initiatedAt } = state;
  const ringingAt = state.phase === 'ringing' ? state.ringingAt : undefined;
  const { at: answeredAt, sipCallId } = input;
  return {
    state: compact({ phase: 'in-progress', initiatedAt, ringingAt, answeredAt, sipCallId }),
    event: 'answered',
  };
}

function giveUp(state: Live, { at, as, why }: Input<'give-up'>): Advance | undefined {
  if (state.phase === 'in-progress') return undefined;
  if (state.phase === 'queued') return ended(state, as, at, { why });
  if (state.giveUp !== undefined) return undefined;
  return { state: { ...state, giveUp: { as, why } } };
}

function end(direction: Direction, state: Live, input: Input<'end'>): Advance {
  const { type: _, at, ...legEnd } = input;
  if (state.phase === 'in-progress') return ended(state, 'completed', at, legEnd);
  if (state.phase !== 'queued' && state.giveUp !== undefined) {
    const { as, why } = state.giveUp;
    const hasCalleesWord = direction !== 'inbound' && legEnd.sipStatus !== undefined;
    // One of several phones had refused before the time was up, and that decides.
    if (as !== 'no-answer' || !hasCalleesWord) {
      return ended(state, as, at, { ...(hasCalleesWord ? withoutSip(legEnd) : legEnd), why });
    }
  }
  const status = direction === 'inbound' ? 'canceled' : outcomeOf(legEnd, state.phase === 'ringing');
  return ended(state, status, at, legEnd);
}

/** If another callee answered or the caller has hung up, this callee's own answer does not count. */
function withoutSip(legEnd: LegEnd): LegEnd {
  const { sipStatus: _, ...rest } = legEnd;
  return rest;
}

function lost(direction: Direction, state: Live, { at, why }: Input<'lost'>): Advance {
  if (state.phase === 'in-progress') return ended(state, 'completed', at, { why });
  if (state.phase !== 'queued' && state.giveUp !== undefined) {
    return ended(state, state.giveUp.as, at, { why });
  }
  return ended(state, direction === 'inbound' ? 'canceled' : 'failed', at, { why });
}

function ended(state: Live, status: FinalStatus, endedAt: number, legEnd: LegEnd): Advance {
  const { sipCallId: lateSipCallId, ...cause } = legEnd;
  return {
    state: compact({
      phase: 'ended',
      status,
      endedAt,
      cause,
      initiatedAt: state.phase === 'queued' ? undefined : state.initiatedAt,
      ringingAt: state.phase === 'queued' || state.phase === 'initiated' ? undefined : state.ringingAt,
      answeredAt: state.phase === 'in-progress' ? state.answeredAt : undefined,
      sipCallId: (state.phase === 'in-progress' ? state.sipCallId : undefined) ?? lateSipCallId,
    }),
    event: 'completed',
  };
}

/** The status that REST shows and documents carry. */
export function statusOf(state: LegState): CallStatus {
  if (state.phase === 'ended') return state.status;
  return state.phase === 'initiated' ? 'queued' : state.phase;
}

/** Whole seconds of talk, from the answer to the end (or `now`); 0 without an answer. */
export function talkSeconds(state: LegState, now: number): number {
  if (state.phase === 'in-progress') return seconds(state.answeredAt, now);
  if (state.phase === 'ended' && state.answeredAt !== undefined)
    return seconds(state.answeredAt, state.endedAt);
  return 0;
}

/**
 * Whole seconds from the first 180 or 183 (inbound: from arrival) to the answer; without one, to the end (or `now`). Of a
 * leg that was answered at once, from placing; 0 when nothing rang.
 */
export function ringSeconds(state: LegState, now: number): number {
  switch (state.phase) {
    case 'queued':
    case 'initiated':
      return 0;
    case 'ringing':
      return seconds(state.ringingAt, now);
    case 'in-progress':
      return seconds(state.ringingAt ?? state.initiatedAt, state.answeredAt);
    case 'ended':
      return ringSecondsOf(state);
  }
}

function ringSecondsOf({
  answeredAt,
  endedAt,
  initiatedAt,
  ringingAt,
}: Extract<LegState, { phase: 'ended' }>) {
  const from = ringingAt ?? (answeredAt === undefined ? undefined : initiatedAt);
  return from === undefined ? 0 : seconds(from, answeredAt ?? endedAt);
}

function seconds(from: number, to: number): number {
  return Math.max(0, Math.round((to - from) / 1000));
}

/** An input as it is reported, without the time, which the receiver adds. */
export type ReportedInput = LegInput extends infer T
  ? T extends { at: number }
    ? Omit<T, 'at'>
    : never
  : never;
