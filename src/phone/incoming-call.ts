import type { SipRequest } from 'sip';
import { Call, type CallParts, type MediaShapes } from './call.ts';
import { reasonOf } from './call-end.ts';
import type { ExtraHeaders } from './dialog.ts';
import { CallOver } from './sip-failure.ts';
import { displayOf, rawHeaders, userOf } from './sip-text.ts';
import { Deferred } from './waits.ts';

/** A call to the phone, beginning with its INVITE. */
export class IncomingCall extends Call {
  /** The headers of the INVITE as they came, by lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly fromUser: string;
  readonly fromDisplay: string;
  /** The user part that was called. */
  readonly calledUser: string;
  readonly #invite: SipRequest;
  readonly #canceled = new Deferred<{ reason?: string }>();
  #answering: Promise<void> | undefined;
  #shapes: MediaShapes = {};

  constructor(parts: CallParts, invite: SipRequest, text: string) {
    super(parts);
    this.#invite = invite;
    this.headers = rawHeaders(text);
    this.fromUser = userOf(invite.headers.from.uri);
    this.fromDisplay = displayOf(invite.headers.from.name);
    this.calledUser = userOf(invite.uri);
  }

  header(name: string): string | undefined {
    return this.headers[name.toLowerCase()];
  }

  /** Resolves (with the Reason header) when the caller gives up before the answer. */
  get canceled(): Promise<{ reason?: string }> {
    return this.agent.waits.until(`CANCEL of ${this.describe()}`, this.#canceled.promise);
  }

  describe(): string {
    return `the call from ${this.fromUser}`;
  }

  /** Sends 180 Ringing. */
  ring(headers?: ExtraHeaders): void {
    this.#assertUnanswered();
    const { contact } = this.dialog;
    this.agent.respond(this.#invite, { status: 180, reason: 'Ringing', headers, contact }, this.localTag);
  }

  /** Sends 183 Session Progress, with early media unless `media` is false. */
  progress(options: { media?: boolean; headers?: ExtraHeaders } = {}): void {
    this.#assertUnanswered();
    const content = options.media === false ? undefined : this.#acceptOffer();
    const { contact } = this.dialog;
    const parts = { status: 183, reason: 'Session Progress', headers: options.headers, content, contact };
    this.agent.respond(this.#invite, parts, this.localTag);
  }

  /** Sends 200 OK; resolves when the caller has acknowledged it. */
  async answer(
    options: MediaShapes & { readonly headers?: ExtraHeaders; readonly withinMs?: number } = {},
  ): Promise<void> {
    this.#assertUnanswered();
    this.#shapes = options;
    this.#acceptOffer();
    this.state = 'up';
    this.#answering = this.answerReliably(this.#invite, options);
    await this.#answering;
  }

  /** Sends any final response of 300 and above. */
  reject(status: number, reason: string, headers?: ExtraHeaders): void {
    this.#assertUnanswered();
    this.agent.respond(this.#invite, { status, reason, headers }, this.localTag);
    this.finish({ by: 'us', how: 'refused', status });
  }

  /** Sends BYE once the answer is acknowledged, and 480 before the answer. */
  async hangUp(options: { headers?: ExtraHeaders; withinMs?: number } = {}): Promise<void> {
    if (this.state === 'over') return;
    if (this.state === 'setup') return this.reject(480, 'Temporarily Unavailable', options.headers);
    // A callee must not send BYE before its 2xx is acknowledged (RFC 3261 15).
    await this.#answering;
    await this.sendBye(options);
  }

  /** Whether this CANCEL is for the INVITE of this call: both have the same branch (RFC 3261 9.2). */
  isCanceledBy(cancel: SipRequest): boolean {
    const branch = (request: SipRequest) => request.headers.via[0]?.params['branch'];
    return this.callId === cancel.headers['call-id'] && branch(this.#invite) === branch(cancel);
  }

  receiveCancel(cancel: SipRequest): void {
    this.agent.respond(cancel, { status: 200, reason: 'OK' }, this.localTag);
    if (this.state !== 'setup') return;
    this.agent.respond(this.#invite, { status: 487, reason: 'Request Terminated' }, this.localTag);
    const reason = reasonOf(cancel);
    this.#canceled.resolve(reason);
    this.finish({ by: 'them', how: 'cancel', status: 487, ...reason });
  }

  protected override media(): { type: string; body: string } {
    const { type, body } = super.media();
    return { type, body: this.#shapes.answer?.(body) ?? body };
  }

  protected override takeMedia(sdp: string, kind: 'offer' | 'answer'): boolean {
    return super.takeMedia(kind === 'offer' ? (this.#shapes.offer?.(sdp) ?? sdp) : sdp, kind);
  }

  /** Our session description for the answer; refuses the call if the offer has no audio that we can speak. */
  #acceptOffer(): { type: string; body: string } {
    const offer = this.#invite.content;
    if (offer && !this.takeMedia(offer, 'offer')) {
      this.reject(488, 'Not Acceptable Here');
      throw new CallOver(`${this.agent.name}: no PCMU audio in the offer of ${this.describe()}`);
    }
    return this.media();
  }

  #assertUnanswered(): void {
    if (this.state === 'setup') return;
    const state = this.state === 'over' ? 'over' : 'answered already';
    throw new CallOver(`${this.agent.name}: ${this.describe()} is ${state}`);
  }
}
