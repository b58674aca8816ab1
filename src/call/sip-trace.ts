/** Which calls' SIP messages are kept. */
export type SipTraceMode = 'problems' | 'all';

/** One end of a SIP connection. */
export interface SipEnd {
  readonly address: string;
  readonly port: number;
}

/** A SIP message as it went between Asterisk and a party, without credentials, keys and digits. */
export interface SipMessage {
  /** Milliseconds since the epoch, with a fraction. */
  readonly at: number;
  readonly source: SipEnd;
  readonly destination: SipEnd;
  /** `udp`, `tcp`, `tls`, `ws` or `wss`. */
  readonly transport: string;
  readonly text: string;
}

/** A message of a leg's trace. */
export interface TracedMessage extends SipMessage {
  /** Whether Asterisk sent it; otherwise the leg's party did. */
  readonly isSent: boolean;
}

/** The messages with one Call-ID, in the order in which Asterisk saw them. A leg whose client has several phones has several. */
export interface SipTrace {
  readonly accountSid: string;
  readonly callSid: string;
  readonly sipCallId: string;
  readonly messages: readonly TracedMessage[];
  /** How many were left out in the middle, because there were too many. */
  readonly omitted: number;
}
