import type { SipRequest, SipResponse } from 'sip';
import { Call, type CallParts, type MediaShapes } from './call.ts';
import { reasonOf } from './call-end.ts';
import { addHeaders, type Content, type ExtraHeaders } from './dialog.ts';
import { CallOver, SipFailure } from './sip-failure.ts';
import { plainHeader } from './sip-text.ts';
import { Deferred } from './waits.ts';

export interface OfferShapes extends MediaShapes {
  /** Sends the INVITE without an offer: the 200 has the offer, the ACK the answer. */
  readonly lateOffer?: boolean;
}

/** A call by the phone. Make it with `Phone.call`. */
export class OutgoingCall extends Call {
  /** Every response to the INVITE, in order, except challenges that were answered. */
  readonly responses: SipResponse[] = [];
  /** The statuses of the responses to our PRACKs. */
  readonly pracked: number[] = [];
  readonly #callee: string;
  readonly #offer: (sdp: string) => string;
  readonly #answer: (sdp: string) => string;
  readonly #isLate: boolean;
  readonly #ringing = new Deferred<number>();
  readonly #answered = new Deferred<SipResponse>();
  #invite: SipRequest | undefined;
  #proceeding = false;
  #canceling: { headers: ExtraHeaders | undefined } | undefined;

  constructor(parts: CallParts, callee: string, shapes: OfferShapes) {
    super(parts);
    this.#callee = callee;
    this.#offer = shapes.offer ?? unchanged;
    this.#answer = shapes.answer ?? unchanged;
    this.#isLate = shapes.lateOffer === true;
  }

  /** The statuses of all 1xx responses, in order. */
  get provisional(): readonly number[] {
    return this.responses.map(({ status }) => status).filter((status) => status < 200);
  }

  /** Resolves with the status (180 to 183) when it rings there; rejects if the call ends or is answered before that. */
  get ringing(): Promise<number> {
    return this.agent.waits.until(`${this.describe()} to ring`, this.#ringing.promise);
  }

  /** Resolves at the 200; rejects with SipFailure at a refusal, with CallOver when canceled. */
  get answered(): Promise<SipResponse> {
    return this.agent.waits.until(`${this.describe()} to be answered`, this.#answered.promise, {
      detail: () => `responses: ${this.responses.map(({ status }) => status).join(', ') || 'none'}`,
    });
  }

  describe(): string {
    return `the call to ${this.#callee}`;
  }

  protected override takeMedia(sdp: string, kind: 'offer' | 'answer'): boolean {
    return super.takeMedia(kind === 'answer' ? this.#answer(sdp) : sdp, kind);
  }

  /** Sends the INVITE. */
  invite(headers: ExtraHeaders | undefined): void {
    const build = () => {
      this.#proceeding = false;
      const content = this.#offered();
      this.#invite = this.dialog.request('INVITE', {
        headers,
        ...(content === undefined ? {} : { content }),
      });
      return this.#invite;
    };
    this.agent.send(
      build,
      this.dialog.destination,
      (response, request) => this.#receive(response, request),
      () => this.#canceling === undefined && this.state === 'setup',
    );
  }

  /** Cancels before the answer; resolves when the call is over. If the answer comes first, it gets ACK and BYE. */
  async cancel(headers?: ExtraHeaders): Promise<void> {
    if (this.state === 'up') throw new Error(`${this.agent.name}: ${this.describe()} is answered already`);
    if (this.state === 'setup' && this.#canceling === undefined) {
      this.#canceling = { headers };
      // A CANCEL must wait for the first response, or it might overtake its INVITE (RFC 3261 9.1).
      if (this.#proceeding) this.#sendCancel(headers);
    }
    await this.ended;
  }

  /** Sends BYE after the answer, CANCEL before it. */
  async hangUp(options: { headers?: ExtraHeaders; withinMs?: number } = {}): Promise<void> {
    if (this.state === 'over') return;
    if (this.state === 'setup') return this.cancel(options.headers);
    await this.sendBye(options);
  }

  #offered(): Content | undefined {
    const { type, body } = this.media();
    return this.#isLate ? undefined : { type, body: this.#offer(body) };
  }

  #sendCancel(headers: ExtraHeaders | undefined): void {
    const invite = this.#invite;
    const via = invite?.headers.via[0];
    if (invite === undefined || via === undefined) return;
    const { from, to, 'call-id': callId, cseq, route } = invite.headers;
    const cancel: SipRequest = {
      method: 'CANCEL',
      uri: invite.uri,
      headers: {
        via: [via],
        'max-forwards': '70',
        from,
        to,
        'call-id': callId,
        cseq: { seq: cseq.seq, method: 'CANCEL' },
      },
    };
    if (route !== undefined) cancel.headers.route = route;
    addHeaders(cancel.headers, headers);
    this.agent.socket.send(cancel, this.dialog.destination, () => undefined);
  }

  #receive(response: SipResponse, request: SipRequest): void {
    const retransmitted = response.status >= 200 && this.state !== 'setup';
    if (!retransmitted) this.responses.push(response);
    if (response.status < 200) this.#receiveProvisional(response);
    else if (response.status < 300) this.#receiveAnswer(response, request);
    else this.#receiveRefusal(response);
  }

  #receiveProvisional(response: SipResponse): void {
    if (this.state !== 'setup') return;
    if (!this.#proceeding && this.#canceling !== undefined) this.#sendCancel(this.#canceling.headers);
    this.#proceeding = true;
    if (response.content) this.takeMedia(response.content, 'answer');
    if (plainHeader(response, 'RSeq') !== undefined) this.#acknowledge(response);
    if (response.status > 100) this.#ringing.resolve(response.status);
  }

  /** Sends PRACK for a response that needs one (RFC 3262), which only a caller that offers `100rel` gets. */
  #acknowledge(response: SipResponse): void {
    const { seq } = response.headers.cseq;
    this.dialog.confirm(response);
    const RAck = `${plainHeader(response, 'RSeq')} ${seq} INVITE`;
    const prack = () => this.dialog.request('PRACK', { headers: { RAck } });
    this.agent.send(prack, this.dialog.destination, ({ status }) => this.pracked.push(status));
  }

  #receiveAnswer(response: SipResponse, request: SipRequest): void {
    if (this.state === 'setup') this.dialog.confirm(response);
    else if (response.headers.to.params['tag'] !== this.dialog.remoteTag) return;
    if (this.state === 'setup' && this.#isLate && response.content) this.takeMedia(response.content, 'offer');
    // Every repetition of the 200 is acknowledged too, because it means that the ACK was lost.
    const ack = this.dialog.ack(request, this.#isLate ? this.media() : undefined);
    this.agent.socket.sendAck(ack, this.dialog.destination);
    if (this.state !== 'setup') return;
    if (this.#canceling !== undefined) {
      this.#fail(new CallOver(`${this.agent.name} canceled ${this.describe()}`));
      // The call is over for us, whatever the response to BYE is.
      this.sendBye({}, { by: 'us', how: 'cancel', status: response.status }).catch(() => undefined);
      return;
    }
    this.state = 'up';
    if (response.content && !this.#isLate) this.takeMedia(response.content, 'answer');
    this.#ringing.reject(new Error(`${this.agent.name}: ${this.describe()} was answered without ringing`));
    this.#answered.resolve(response);
  }

  #receiveRefusal(response: SipResponse): void {
    if (this.state !== 'setup') return;
    const { status, reason } = response;
    if (this.#canceling !== undefined && (status === 487 || !this.#proceeding)) {
      this.#fail(new CallOver(`${this.agent.name} canceled ${this.describe()}`));
      this.finish({ by: 'us', how: 'cancel', status });
      return;
    }
    const what = `${this.agent.name}: ${this.describe()}`;
    this.#fail(new SipFailure(what, status, reason, plainHeader(response, 'Reason')));
    this.finish({ by: 'them', how: 'refused', status, ...reasonOf(response) });
  }

  #fail(error: Error): void {
    this.#ringing.reject(error);
    this.#answered.reject(error);
  }
}

function unchanged(sdp: string): string {
  return sdp;
}
