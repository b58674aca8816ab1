import type { SipRequest, SipResponse } from 'sip';
import { type CallEnd, reasonOf } from './call-end.ts';
import type { CallAudio } from './call-audio.ts';
import type { Content, Dialog, ExtraHeaders } from './dialog.ts';
import { ReliableAnswer } from './reliable-answer.ts';
import { answeringDirection, type Direction, describeMedia, parseMedia } from './sdp.ts';
import { CallOver, SipFailure } from './sip-failure.ts';
import { SDP, type UserAgent } from './user-agent.ts';
import { Deferred } from './waits.ts';

export interface CallParts {
  readonly agent: UserAgent;
  readonly dialog: Dialog;
  readonly audio: CallAudio;
  /** Told once, when the call is over. */
  readonly onOver: (call: Call) => void;
}

/** How a call's session descriptions differ from what the phone itself would send and accept. */
export interface MediaShapes {
  /** Changes the phone's own offer before it is sent, or a received offer before the phone reads it. */
  readonly offer?: (sdp: string) => string;
  /** The same for the answer. */
  readonly answer?: (sdp: string) => string;
}

/** What calls in either direction have in common: everything after the answer. */
export abstract class Call {
  readonly audio: CallAudio;
  readonly callId: string;
  protected readonly agent: UserAgent;
  protected readonly dialog: Dialog;
  protected state: 'setup' | 'up' | 'over' = 'setup';
  readonly #onOver: (call: Call) => void;
  readonly #ended = new Deferred<CallEnd>();
  #unacknowledged: ReliableAnswer | undefined;
  #sdpVersion = 1;
  #direction: Direction = 'sendrecv';
  #eventPayload = 101;
  readonly #infoBodies: string[] = [];

  protected constructor(parts: CallParts) {
    this.agent = parts.agent;
    this.dialog = parts.dialog;
    this.audio = parts.audio;
    this.callId = parts.dialog.callId;
    this.#onOver = parts.onOver;
  }

  /** Resolves when the call is over, whatever ended it. The deadline begins when this is read. */
  get ended(): Promise<CallEnd> {
    return this.agent.waits.until(`the end of ${this.describe()}`, this.#ended.promise);
  }

  get isOver(): boolean {
    return this.state === 'over';
  }

  get localTag(): string {
    return this.dialog.localTag;
  }

  /** What this call is called in error messages. */
  abstract describe(): string;

  /** Ends the call in the way that its state requires. */
  abstract hangUp(options?: { headers?: ExtraHeaders; withinMs?: number }): Promise<void>;

  /** RFC 4733 events; resolves when they are sent, even if the last one has ended the call. */
  sendDigits(digits: string, options?: { toneMs?: number; gapMs?: number }): Promise<void> {
    return this.audio.sendDigits(digits, options);
  }

  /** One digit in a SIP INFO, as some older phones send it. */
  async sendInfoDigit(digit: string, durationMs = 160): Promise<void> {
    const body = `Signal=${digit}\r\nDuration=${durationMs}\r\n`;
    await this.sendInfo({ type: 'application/dtmf-relay', body });
  }

  /** Sends a SIP INFO with this content; throws SipFailure when it is refused. */
  async sendInfo(content: Content): Promise<void> {
    const response = await this.agent.transact(
      () => this.dialog.request('INFO', { content }),
      this.dialog.destination,
    );
    if (response.status >= 300) throw new SipFailure('INFO', response.status, response.reason);
  }

  /** The methods of the requests received in this call, in order. */
  readonly requests: string[] = [];

  /** The bodies of the SIP INFOs received. */
  get infoBodies(): readonly string[] {
    return this.#infoBodies;
  }

  hold(): Promise<void> {
    return this.#offerAgain('sendonly');
  }

  unhold(): Promise<void> {
    return this.#offerAgain('sendrecv');
  }

  /** Sends a re-INVITE that offers what `shape` makes of our session description; throws SipFailure when it is refused. */
  offerAgain(shape: (sdp: string) => string): Promise<void> {
    return this.#offerAgain(this.#direction, shape);
  }

  /** Sends a re-INVITE without an offer, as a PBX does to refresh a session: the 200 has the offer, the ACK the answer. */
  refresh(): Promise<void> {
    return this.#reinvite(undefined, (response) => {
      if (!response.content || !this.takeMedia(response.content, 'offer')) return undefined;
      return this.media();
    });
  }

  /** What the other side last allowed us: `recvonly` or `inactive` while it has us on hold. */
  get direction(): Direction {
    return this.#direction;
  }

  /** Our session description, as an offer or, after `takeMedia`, as an answer. */
  protected media(): { type: string; body: string } {
    const { host } = this.agent.socket.address;
    const body = describeMedia(
      { host, port: this.audio.port },
      { version: this.#sdpVersion, direction: this.#direction, eventPayload: this.#eventPayload },
    );
    return { type: SDP, body };
  }

  /** Connects the audio to what a session description says; false when there is no audio for us in it. */
  protected takeMedia(sdp: string, kind: 'offer' | 'answer'): boolean {
    const remote = parseMedia(sdp);
    if (remote === undefined) return false;
    const direction = answeringDirection(remote.direction);
    if (kind === 'offer') {
      if (direction !== this.#direction) this.#sdpVersion += 1;
      this.#direction = direction;
      this.#eventPayload = remote.eventPayload;
    }
    this.audio.connect(remote);
    return true;
  }

  /** Sends a 200 again and again until its ACK comes, then resolves. */
  protected async answerReliably(
    invite: SipRequest,
    options: { headers?: ExtraHeaders | undefined; withinMs?: number | undefined } = {},
  ): Promise<void> {
    const { contact } = this.dialog;
    const parts = { status: 200, reason: 'OK', headers: options.headers, content: this.media(), contact };
    const answer = new ReliableAnswer(invite, () => this.agent.respond(invite, parts, this.localTag));
    this.#unacknowledged = answer;
    await this.agent.waits.until(`the ACK in ${this.describe()}`, answer.acknowledged, {
      withinMs: options.withinMs,
    });
  }

  /** A request inside this call's dialog. */
  receive(request: SipRequest): void {
    const { method } = request;
    this.requests.push(method);
    if (method === 'ACK') return this.#receiveAck(request);
    if (method === 'INVITE') return this.#receiveOffer(request);
    if (method === 'INFO') this.#infoBodies.push(request.content ?? '');
    this.agent.respond(request, { status: 200, reason: 'OK' }, this.localTag);
    if (method === 'BYE') this.finish({ by: 'them', how: 'bye', ...reasonOf(request) });
  }

  #receiveAck(ack: SipRequest): void {
    if (this.#unacknowledged?.isAcknowledgedBy(ack) !== true) return;
    this.#unacknowledged = undefined;
    if (ack.content) this.takeMedia(ack.content, 'answer');
  }

  #receiveOffer(invite: SipRequest): void {
    if (this.state !== 'up' || this.#unacknowledged !== undefined) {
      return this.agent.respond(invite, { status: 491, reason: 'Request Pending' }, this.localTag);
    }
    if (invite.content && !this.takeMedia(invite.content, 'offer')) {
      return this.agent.respond(invite, { status: 488, reason: 'Not Acceptable Here' }, this.localTag);
    }
    this.dialog.updateTarget(invite);
    // Without an ACK the call goes on; whoever needs the change waits for its effect.
    this.answerReliably(invite).catch(() => undefined);
  }

  async #offerAgain(direction: Direction, shape = (sdp: string) => sdp): Promise<void> {
    this.#sdpVersion += 1;
    this.#direction = direction;
    const { type, body } = this.media();
    await this.#reinvite({ type, body: shape(body) }, (response) => {
      if (response.content) this.takeMedia(response.content, 'answer');
      return undefined;
    });
  }

  /** `accept` reads the body of a 200, and returns the body of its ACK. */
  async #reinvite(
    content: Content | undefined,
    accept: (response: SipResponse) => Content | undefined,
  ): Promise<void> {
    if (this.state !== 'up') throw new CallOver(`${this.describe()} is not up`);
    const final = new Deferred<void>();
    this.agent.send(
      () => this.dialog.request('INVITE', content === undefined ? {} : { content }),
      this.dialog.destination,
      (response, request) => {
        if (response.status < 200) return;
        if (response.status >= 300)
          return final.reject(new SipFailure('re-INVITE', response.status, response.reason));
        this.agent.socket.sendAck(this.dialog.ack(request, accept(response)), this.dialog.destination);
        final.resolve();
      },
    );
    await this.agent.waits.until('the answer to re-INVITE', final.promise);
  }

  /** Ends an answered call. */
  protected async sendBye(
    options: { headers?: ExtraHeaders; withinMs?: number } = {},
    end: CallEnd = { by: 'us', how: 'bye' },
  ): Promise<void> {
    const { headers, withinMs } = options;
    const done = this.agent.transact(() => this.dialog.request('BYE', { headers }), this.dialog.destination, {
      withinMs,
    });
    this.finish(end);
    await done;
  }

  /** Every end of a call comes through here; the first one counts. */
  finish(end: CallEnd): void {
    if (this.state === 'over') return;
    this.state = 'over';
    const why = new CallOver(`${this.agent.name}: ${this.describe()} is over`);
    this.#unacknowledged?.giveUp(why);
    this.audio.close(why);
    this.#ended.resolve(end);
    this.#onOver(this);
  }
}
