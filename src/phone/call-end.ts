import type { SipMessage } from 'sip';
import { plainHeader } from './sip-text.ts';

/** How a call ended, as this phone sees it. */
export interface CallEnd {
  readonly by: 'us' | 'them';
  /** `lost`: the phone was stopped during the call. */
  readonly how: 'bye' | 'cancel' | 'refused' | 'lost';
  /** The final status, when the call was refused or canceled. */
  readonly status?: number;
  /** The Reason header (RFC 3326) of the message that ended it. */
  readonly reason?: string;
}

/** The Reason header of a message as a field of `CallEnd`. */
export function reasonOf(message: SipMessage): { reason?: string } {
  const reason = plainHeader(message, 'Reason');
  return reason === undefined ? {} : { reason };
}
