import type { SipRequest } from 'sip';
import { Deferred } from './waits.ts';

const FIRST_RETRANSMISSION_MS = 500;
const LONGEST_RETRANSMISSION_MS = 4000;

/** A 2xx to an INVITE is sent again and again until its ACK comes (RFC 3261 13.3.1.4). */
export class ReliableAnswer {
  readonly #acknowledged = new Deferred<void>();
  readonly #sequence: number;
  readonly #send: () => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(invite: SipRequest, send: () => void) {
    this.#sequence = invite.headers.cseq.seq;
    this.#send = send;
    this.#sendAndRepeat(FIRST_RETRANSMISSION_MS);
  }

  get acknowledged(): Promise<void> {
    return this.#acknowledged.promise;
  }

  isAcknowledgedBy(ack: SipRequest): boolean {
    if (ack.headers.cseq.seq !== this.#sequence) return false;
    clearTimeout(this.#timer);
    this.#acknowledged.resolve();
    return true;
  }

  giveUp(why: Error): void {
    clearTimeout(this.#timer);
    this.#acknowledged.reject(why);
  }

  #sendAndRepeat(againInMs: number): void {
    this.#send();
    const next = Math.min(2 * againInMs, LONGEST_RETRANSMISSION_MS);
    this.#timer = setTimeout(() => this.#sendAndRepeat(next), againInMs);
  }
}
