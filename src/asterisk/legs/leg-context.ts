import type { Clock } from '../../concurrency/clock.ts';
import type { HangUpReason, InboundCall, LegListener } from '../../call/call-control.ts';
import { AriError, isGoing } from '../ari/ari-error.ts';
import type { AriConnection } from '../ari/connection.ts';
import type { MediaSettings, SipProxy } from '../sip-accounts/sip-object.ts';
import type { AriEvent } from '../ari/events.ts';
import type { Log } from '../../concurrency/log.ts';

/** Whoever is told what happens to a channel. */
export interface ChannelOwner {
  onEvent(event: AriEvent): void;
}

/** What a leg's channels are found by: `channelId` is that of an inbound leg; those of other legs begin with the CallSid. */
export interface LegNames {
  readonly callSid: string;
  readonly channelId?: string;
}

/** Whether this channel is one of the leg's. */
export function isChannelOf(leg: LegNames, channelId: string): boolean {
  return channelId === leg.channelId || channelId.startsWith(`${leg.callSid}.`);
}

/** Shared by everything that controls legs. */
export interface LegContext {
  readonly ari: AriConnection;
  readonly clock: Clock;
  readonly log: Log;
  /** Told what happens to legs. */
  readonly legs: LegListener;
  /** Offered every call that comes in. */
  readonly inbound: (call: InboundCall) => void;
  /** Channel → its owner; filled before the request that makes the channel. */
  readonly owners: Map<string, ChannelOwner>;
  /** Asterisk itself ends every channel after this time, even when Legwork is not running. */
  readonly longestCallS: number;
  /** For endpoints that are made for a single call. */
  readonly media?: MediaSettings;
  /** Where clients are called, when they do not register at this Asterisk. */
  readonly proxy?: SipProxy;
  /** The path of a sound's file that Asterisk can read itself; undefined: it has to fetch the URL. */
  readonly soundFile?: (mediaUrl: string) => string | undefined;
}

/** The channel variable that says which leg a channel belongs to; lists of channels include it. */
export const LEG_VARIABLE = 'LEGWORK';

/** The variables of each of our channels. */
export function legVariables(context: LegContext, callSid: string) {
  return {
    [LEG_VARIABLE]: { value: callSid, report_events: true },
    'TIMEOUT(absolute)': String(context.longestCallS),
  };
}

/** ARI's `reason` for hanging up an unanswered inbound channel, and the SIP status that it gives (all measured). */
export const ARI_REASONS: Readonly<Record<HangUpReason, string>> = {
  normal: 'normal', // 603
  busy: 'busy', // 486
  'no-answer': 'no_answer', // 480
  'not-found': 'unallocated', // 404
  error: 'interworking', // 500
  overload: 'congestion', // 503
  forbidden: 'rejected', // 403
  // For legs that we place: phones do not show a missed call after a CANCEL with this reason.
  'answered-elsewhere': 'answered_elsewhere',
};

/** True when Asterisk did the work; false when the channel is ending or gone, or when it failed otherwise (logged). */
export async function attempt(
  context: LegContext,
  callSid: string,
  work: Promise<unknown>,
): Promise<boolean> {
  try {
    await work;
    return true;
  } catch (error) {
    if (isGoing(error)) return false;
    const status = error instanceof AriError ? error.status : undefined;
    context.log.warn({ callSid, status, reason: String(error) }, 'Asterisk did not do what it was asked');
    return false;
  }
}
