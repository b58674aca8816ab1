import type { CALLBACK } from '../../api/callbacks/presenter.ts';
import type { CALL } from '../../api/calls/presenter.ts';
import type { SIP_MESSAGE } from '../../api/calls/sip/presenter.ts';
import type { EVENT } from '../../api/calls/timeline.ts';
import type { NOTIFICATION } from '../../api/notifications/presenter.ts';
import type { Shown } from '../../api/reply.ts';

// What REST shows, as the console reads it: the same types, so that a changed reply does not compile here.

export type Call = Shown<typeof CALL>;
/** One line of a timeline. */
export type CallEvent = Shown<typeof EVENT>;
/** A SIP message of a call that is traced. */
export type SipMessage = Shown<typeof SIP_MESSAGE>;
export type Callback = Shown<typeof CALLBACK>;
export type Notification = Shown<typeof NOTIFICATION>;

/** A call with all of its legs, the first of which is the one that has no parent. */
export interface CallFamily {
  readonly calls: readonly Call[];
  /** Of all legs, in order. */
  readonly events: readonly CallEvent[];
  readonly callbacks: readonly Callback[];
  readonly notifications: readonly Notification[];
}

const LIVE: readonly Call['status'][] = ['queued', 'ringing', 'in-progress'];

export function isLive({ status }: Pick<Call, 'status'>): boolean {
  return LIVE.includes(status);
}

/** The letters by which the legs of a call are told apart: A is the first. */
export function legLetters(calls: readonly Pick<Call, 'sid'>[]): ReadonlyMap<string, string> {
  return new Map(calls.map(({ sid }, index) => [sid, letter(index)]));
}

function letter(index: number): string {
  const last = String.fromCharCode(65 + (index % 26));
  return index < 26 ? last : `${letter(Math.floor(index / 26) - 1)}${last}`;
}
