import type { SipMessage } from 'sip';
import { plainHeader } from './sip-text.ts';

/** How a call was over, seen from this phone. */
export interface CallEnd {
  readonly by: 'us' | 'them';
  /** `lost`: the phone was stopped under the call. */
  readonly how: 'bye' | 'cancel' | 'refused' | 'lost';
  /** The final status, when the call was refused or canceled. */
  readonly status?: number;
  /** The Reason header (RFC 3326) of what ended it. */
  readonly reason?: string;
}

/** The Reason header of a message as a field of `CallEnd`. */
export function reasonOf(message: SipMessage): { reason?: string } {
  const reason = plainHeader(message, 'Reason');
  return reason === undefined ? {} : { reason };
}
