import { TokenBucket } from '../call/routing/token-bucket.ts';
import { loginOfEndpoint } from '../call/routing/sip-names.ts';
import type { Clock } from '../concurrency/clock.ts';
import type { Log } from '../concurrency/log.ts';
import type { KnownCalls } from './known-calls.ts';
import { verdictOn } from './request-rules.ts';
import { readSipMessage, type SipRequest, type SipResponse } from './sip-message.ts';
import { sipReply } from './sip-reply.ts';

/** One side: the browser's WebSocket, or the one to Asterisk. */
export interface MessageSocket {
  send(message: Uint8Array | string, isBinary: boolean): void;
  /** Says why, and waits a little until the other side has heard it. */
  close(code: number, reason: string): void;
  /** Ends it at once. */
  terminate(): void;
  ping(): void;
  /** Bytes that the other side has not taken yet. */
  readonly unsentBytes: number;
}

/** Counts wrong passwords, together with those of REST. */
export interface WrongPasswords {
  /** Seconds until this address may try this name again. */
  blockedForS(address: string, user: string): number;
  failed(address: string, user: string): void;
}

export interface WebPhoneDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly wrongPasswords: WrongPasswords;
  readonly calls: KnownCalls;
  /** Told when Asterisk has accepted a request with this digest's username. */
  readonly onSignedIn: (username: string) => void;
}

/** RFC 6455: normal, protocol error, policy violation; IANA: service restart, try again later. */
export const CLOSE = { normal: 1000, protocol: 1002, policy: 1008, restart: 1012, later: 1013 } as const;

const MESSAGES_PER_SECOND = 30;
const SIGN_IN_WITHIN_MS = 30_000;
const PING_EACH_MS = 25_000;
const PONG_WITHIN_MS = 20_000;
const MOST_UNSENT_BYTES = 1_048_576;
/** Requests with credentials that are not answered yet. */
const MOST_PENDING = 100;

const WHY = {
  403: 'From must be the uri of a token: a login with ~web',
  481: 'No such call',
} as const;
const GUESSED = 'Too many wrong passwords from this address';

/**
 * One browser phone: its SIP messages go to Asterisk, and Asterisk's to it, one by one and unchanged. Those that must
 * not pass are answered here.
 */
export class WebPhone {
  readonly address: string;
  /** The port from which its messages reach Asterisk: Asterisk's contact has it. */
  readonly port: number;
  readonly #browser: MessageSocket;
  readonly #asterisk: MessageSocket;
  readonly #deps: WebPhoneDeps;
  readonly #rate: TokenBucket;
  /** The requests with credentials that Asterisk has not answered, with their digest's username. */
  readonly #pending = new Map<string, SipRequest>();
  #username: string | undefined;
  #userAgent: string | undefined;
  #cancelDeadline: () => void;
  #cancelPing: () => void;
  #cancelPong: (() => void) | undefined;

  constructor(
    sockets: { readonly browser: MessageSocket; readonly asterisk: MessageSocket },
    from: { readonly address: string; readonly port: number },
    deps: WebPhoneDeps,
  ) {
    this.#browser = sockets.browser;
    this.#asterisk = sockets.asterisk;
    this.#deps = deps;
    this.address = from.address;
    this.port = from.port;
    const { clock } = deps;
    this.#rate = new TokenBucket(MESSAGES_PER_SECOND, clock.steady());
    this.#cancelDeadline = clock.after(SIGN_IN_WITHIN_MS, () =>
      this.close(CLOSE.policy, 'Nobody has signed in'),
    );
    this.#cancelPing = clock.after(PING_EACH_MS, () => this.#ping());
  }

  /** The digest's username with which Asterisk has accepted something; undefined until then. */
  get username(): string | undefined {
    return this.#username;
  }

  get userAgent(): string | undefined {
    return this.#userAgent;
  }

  fromBrowser(message: Uint8Array, isBinary: boolean): void {
    const now = this.#deps.clock.steady();
    if (!this.#rate.hasToken(now)) return this.close(CLOSE.policy, 'Too many messages');
    this.#rate.take();
    // RFC 5626: a ping of two line ends, its answer of one.
    if (isBlank(message)) {
      if (message.length > 2) this.#browser.send('\r\n', false);
      return;
    }
    const read = readSipMessage(message);
    if (read === undefined) return this.close(CLOSE.protocol, 'Not one whole SIP message');
    if (read.kind === 'response' || this.#maySend(read)) this.#asterisk.send(message, isBinary);
  }

  fromAsterisk(message: Uint8Array, isBinary: boolean): void {
    // Keep-alives of its own; ours are pings.
    if (isBlank(message)) return;
    const read = readSipMessage(message);
    if (read?.kind === 'request' && read.method === 'INVITE') this.#deps.calls.add(read.callId);
    if (read?.kind === 'response') this.#answered(read);
    if (this.#browser.unsentBytes > MOST_UNSENT_BYTES) return this.end();
    this.#browser.send(message, isBinary);
  }

  /** The browser has answered a ping. */
  ponged(): void {
    this.#cancelPong?.();
    this.#cancelPong = undefined;
  }

  /** Tells the browser why, and ends both sides. */
  close(code: number, reason: string): void {
    this.#stopTimers();
    this.#browser.close(code, reason);
    this.#asterisk.close(CLOSE.normal, '');
  }

  /** Ends both sides at once: one of them is gone. */
  end(): void {
    this.#stopTimers();
    this.#browser.terminate();
    this.#asterisk.close(CLOSE.normal, '');
  }

  /** Whether a request may go to Asterisk; if not, it is answered. */
  #maySend(request: SipRequest): boolean {
    const { calls, wrongPasswords } = this.#deps;
    const verdict = verdictOn(request, (callId) => calls.has(callId));
    if (verdict === 'drop') return false;
    if (verdict !== 'pass') {
      this.#browser.send(sipReply(request, verdict, WHY[verdict]), false);
      return false;
    }
    if (request.credentials === undefined || request.method === 'ACK') return true;
    const waitS = wrongPasswords.blockedForS(this.address, limited(request));
    if (waitS > 0) {
      this.#browser.send(sipReply(request, 403, GUESSED, waitS), false);
      return false;
    }
    if (this.#pending.size < MOST_PENDING) this.#pending.set(keyOf(request), request);
    return true;
  }

  #answered(response: SipResponse): void {
    const { status } = response;
    if (status > 100 && status < 300 && response.cseq.endsWith(' INVITE')) {
      this.#deps.calls.add(response.callId);
    }
    const request = status < 200 ? undefined : this.#pending.get(keyOf(response));
    if (request === undefined) return;
    this.#pending.delete(keyOf(response));
    if (status === 401 && !response.stale) this.#failed(request);
    else if (status < 300) this.#signedIn(request);
  }

  #failed(request: SipRequest): void {
    const { log, wrongPasswords } = this.#deps;
    wrongPasswords.failed(this.address, limited(request));
    const login = loginOfEndpoint(request.fromUser ?? '');
    log.warn({ address: this.address, login }, 'A browser phone gave a wrong or expired password');
  }

  #signedIn({ credentials, method, userAgent }: SipRequest): void {
    this.#cancelDeadline();
    if (method !== 'REGISTER') return;
    this.#username = credentials;
    this.#userAgent = userAgent;
    if (credentials !== undefined) this.#deps.onSignedIn(credentials);
  }

  #ping(): void {
    const { clock } = this.#deps;
    this.#browser.ping();
    this.#cancelPong ??= clock.after(PONG_WITHIN_MS, () => this.end());
    this.#cancelPing = clock.after(PING_EACH_MS, () => this.#ping());
  }

  #stopTimers(): void {
    this.#cancelDeadline();
    this.#cancelPing();
    this.#cancelPong?.();
  }
}

function isBlank(message: Uint8Array): boolean {
  return message.length <= 4 && message.every((byte) => byte === 13 || byte === 10);
}

function keyOf({ callId, cseq }: { readonly callId: string; readonly cseq: string }): string {
  return `${cseq} ${callId}`;
}

/** The name for which wrong passwords are counted; no account is named so. */
function limited({ fromUser = '' }: SipRequest): string {
  return `sip:${fromUser.toLowerCase()}`;
}
