import type { Clock } from '../../concurrency/clock.ts';
import type { HangUpReason, InboundCall, LegListener } from '../../call/call-control.ts';
import { AriError, isGoing } from '../ari/ari-error.ts';
import type { AriConnection } from '../ari/connection.ts';
import type { MediaSettings } from '../sip-accounts/sip-object.ts';
import type { AriEvent } from '../ari/events.ts';
import type { Log } from '../../concurrency/log.ts';

/** Whoever wants to hear what happens to a channel. */
export interface ChannelOwner {
  onEvent(event: AriEvent): void;
}

/** A leg by its names. `channelId` is an inbound leg's; the channels of other legs are named after the CallSid. */
export interface LegNames {
  readonly callSid: string;
  readonly channelId?: string;
}

/** Whether this channel is one of the leg's. */
export function isChannelOf(leg: LegNames, channelId: string): boolean {
  return channelId === leg.channelId || channelId.startsWith(`${leg.callSid}.`);
}

/** What everything that controls legs shares. */
export interface LegContext {
  readonly ari: AriConnection;
  readonly clock: Clock;
  readonly log: Log;
  /** Is told what happens to legs. */
  readonly legs: LegListener;
  /** Is offered the calls that come in. */
  readonly inbound: (call: InboundCall) => void;
  /** Channel → who owns it; filled before the request that makes the channel. */
  readonly owners: Map<string, ChannelOwner>;
  /** A net inside Asterisk: no channel lives longer, whatever happens to us. */
  readonly longestCallS: number;
  /** For endpoints that one call alone uses. */
  readonly media?: MediaSettings;
}

/** The variable by which a channel says which leg it is; it comes back in lists of channels. */
export const LEG_VARIABLE = 'LEGWORK';

/** Variables that every channel of ours has. */
export function legVariables(context: LegContext, callSid: string) {
  return {
    [LEG_VARIABLE]: { value: callSid, report_events: true },
    'TIMEOUT(absolute)': String(context.longestCallS),
  };
}

/** ARI's `reason` for a hang-up of an unanswered inbound channel, and so its SIP status (all measured). */
export const ARI_REASONS: Readonly<Record<HangUpReason, string>> = {
  normal: 'normal', // 603
  busy: 'busy', // 486
  'no-answer': 'no_answer', // 480
  'not-found': 'unallocated', // 404
  error: 'interworking', // 500
  overload: 'congestion', // 503
  forbidden: 'rejected', // 403
  // For legs that we place: a CANCEL with this is no missed call.
  'answered-elsewhere': 'answered_elsewhere',
};

/** True when it was done; false when the channel is going or gone, or Asterisk did not do it (logged). */
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
    context.log.warn({ callSid, status, reason: String(error) }, 'Asterisk did not do it');
    return false;
  }
}
