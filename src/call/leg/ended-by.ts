import type { Leg, LegState, ReportedInput } from './leg.ts';
import type { EndCause } from './outcome.ts';

/**
 * Who ended a leg: one of its two sides, what the call's document said, a request over REST, a time limit, or nobody
 * on purpose, because something between us failed.
 */
export const ENDED_BY = ['caller', 'callee', 'document', 'api', 'limit', 'network'] as const;
export type EndedBy = (typeof ENDED_BY)[number];

/** Who ended it; `ours`: who made us end it, if anybody did. */
export function enderOf(
  { direction }: Pick<Leg, 'direction'>,
  state: LegState,
  input: Pick<ReportedInput, 'type'>,
  ours: EndedBy | undefined,
): EndedBy | undefined {
  if (state.phase !== 'ended') return undefined;
  const { cause, answeredAt } = state;
  if (input.type === 'lost' || cause.noMedia === true) return 'network';
  if (ours !== undefined) return ours;
  if (direction === 'inbound') return 'caller';
  // 408 is also what Asterisk says when nothing came from the other side.
  const hasAnswered = cause.sipStatus !== undefined && cause.sipStatus !== 408;
  return answeredAt !== undefined || hasAnswered ? 'callee' : 'network';
}

/** RFC 3261, section 21, and those that phones and carriers send besides. */
const PHRASES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  406: 'Not Acceptable',
  407: 'Proxy Authentication Required',
  408: 'Request Timeout',
  410: 'Gone',
  415: 'Unsupported Media Type',
  420: 'Bad Extension',
  433: 'Anonymity Disallowed',
  480: 'Temporarily Unavailable',
  481: 'Call/Transaction Does Not Exist',
  482: 'Loop Detected',
  483: 'Too Many Hops',
  484: 'Address Incomplete',
  485: 'Ambiguous',
  486: 'Busy Here',
  487: 'Request Terminated',
  488: 'Not Acceptable Here',
  491: 'Request Pending',
  500: 'Server Internal Error',
  501: 'Not Implemented',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Server Time-out',
  600: 'Busy Everywhere',
  603: 'Decline',
  604: 'Does Not Exist Anywhere',
  606: 'Not Acceptable',
  607: 'Unwanted',
  608: 'Rejected',
};

/** A cause for people: `486 Busy Here`, or in words when no SIP status came; undefined when nothing is known. */
export function endCauseText({ sipStatus, why, q850 }: EndCause): string | undefined {
  if (sipStatus === undefined) return why ?? (q850 === undefined ? undefined : `Q.850 cause ${q850}`);
  const phrase = PHRASES[sipStatus];
  return phrase === undefined ? String(sipStatus) : `${sipStatus} ${phrase}`;
}
