/** A final SIP response other than success. */
export class SipFailure extends Error {
  readonly status: number;
  readonly reason: string;
  /** The Reason header (RFC 3326) of the response, when it had one. */
  readonly reasonHeader: string | undefined;

  constructor(what: string, status: number, reason: string, reasonHeader?: string) {
    super(`${what}: ${status} ${reason}`.trimEnd());
    this.name = 'SipFailure';
    this.status = status;
    this.reason = reason;
    this.reasonHeader = reasonHeader;
  }
}

/** The call was over (canceled, hung up, phone stopped) before the request could be carried out. */
export class CallOver extends Error {
  constructor(what: string) {
    super(what);
    this.name = 'CallOver';
  }
}
