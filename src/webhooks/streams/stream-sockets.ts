import type { ClientRequest, IncomingMessage } from 'node:http';
import type { LookupFunction, Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { WebSocket } from 'ws';
import { STREAM_ERRORS, type StreamError } from '../../call/stream/stream-record.ts';
import type {
  SocketListener,
  SocketOrder,
  StreamSocket,
  StreamSockets,
} from '../../call/stream/stream-sockets.ts';
import type { Clock } from '../../concurrency/clock.ts';
import type { Egress } from '../egress.ts';
import { type FailureKind, failureOf } from '../http-failure.ts';
import { checkedLookup, type Resolve, urlAllowed } from '../names/name-lookup.ts';
import { bare, basicAuthorization } from '../request-url.ts';
import { sign } from '../signature.ts';

const CONNECT_MS = 5_000;
const HANDSHAKE_MS = 5_000;
const LONGEST_MESSAGE_BYTES = 1024 * 1024;
/** After our close message the other side has this long for its own. */
const CLOSE_MS = 2_000;
const TOO_LONG = 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH';

export interface StreamSocketsOptions {
  readonly egress: Egress;
  readonly resolve: Resolve;
  readonly clock: Clock;
  /** `Legwork/<version>` */
  readonly userAgent: string;
  /** Rejects when the store cannot tell; undefined when there is no such account. */
  readonly authToken: (accountSid: string) => Promise<string | undefined>;
}

/** Opens WebSockets to customers' servers, through the egress rules, with a signed handshake. */
export function createStreamSockets(options: StreamSocketsOptions): StreamSockets {
  const lookup = checkedLookup(options.egress, options.resolve);
  return {
    async open(order, listener) {
      const url = new URL(order.url);
      if (!urlAllowed(options.egress, httpForm(url)))
        return failed(STREAM_ERRORS.unreachable, MESSAGES.denied);
      const key = await options.authToken(order.accountSid).catch(() => undefined);
      if (key === undefined) return failed(STREAM_ERRORS.unreachable, 'The handshake could not be signed');
      if (order.signal.aborted) return failed(STREAM_ERRORS.unreachable, MESSAGES.aborted);
      return new Opening(url, key, { ...options, lookup, order }, listener).opened;
    },
  };
}

type Opened = Awaited<ReturnType<StreamSockets['open']>>;

/** The same URL as the rules for requests know it. */
function httpForm(url: URL): URL {
  return new URL(url.href.replace(/^ws/, 'http'));
}

function failed(code: number, message: string): Opened {
  return { ok: false, error: { code, message } };
}

const MESSAGES = {
  denied: 'Connections to this host are not allowed (WEBHOOK_DENY)',
  aborted: 'The stream was stopped before it began',
} as const;

interface OpeningParts extends StreamSocketsOptions {
  readonly lookup: LookupFunction;
  readonly order: SocketOrder;
}

/** A socket from its first packet until it is open, with a deadline for each part of that. */
class Opening {
  readonly opened: Promise<Opened>;
  readonly #parts: OpeningParts;
  readonly #listener: SocketListener;
  readonly #socket: WebSocket;
  #settle: (opened: Opened) => void = () => undefined;
  #stopTimer: () => void = () => undefined;
  #isOpen = false;
  #tooLong = false;

  constructor(url: URL, key: string, parts: OpeningParts, listener: SocketListener) {
    this.#parts = parts;
    this.#listener = listener;
    this.opened = new Promise((resolve) => {
      this.#settle = resolve;
    });
    this.#limit(CONNECT_MS, 'The server did not accept the connection within 5 s');
    this.#socket = new WebSocket(bare(url), {
      headers: headersOf(url, key, parts.userAgent),
      perMessageDeflate: false,
      followRedirects: false,
      maxPayload: LONGEST_MESSAGE_BYTES,
      lookup: parts.lookup,
      finishRequest: (request: ClientRequest) => this.#sends(request),
    });
    parts.order.signal.addEventListener('abort', this.#abandon, { once: true });
    this.#listen();
  }

  #sends(request: ClientRequest): void {
    const connected = () =>
      this.#limit(
        HANDSHAKE_MS,
        'The server accepted the connection, but did not answer the handshake within 5 s',
      );
    request.once('socket', (socket: Socket) =>
      socket.once(socket instanceof TLSSocket ? 'secureConnect' : 'connect', connected),
    );
    request.end();
  }

  #listen(): void {
    const socket = this.#socket;
    socket.on('open', () => {
      this.#isOpen = true;
      this.#done({ ok: true, socket: streamSocket(socket, this.#parts.clock) });
    });
    socket.on('unexpected-response', (_request: ClientRequest, response: IncomingMessage) => {
      const message = `The server answered the handshake with status ${response.statusCode}, not 101`;
      this.#fail({ code: STREAM_ERRORS.handshake, message });
    });
    socket.on('error', (error) => {
      this.#tooLong ||= 'code' in error && error.code === TOO_LONG;
      if (!this.#isOpen) this.#fail(errorOf(error));
    });
    socket.on('message', (data: Buffer, isBinary: boolean) => {
      if (isBinary) this.#listener.binary();
      else this.#listener.text(data.toString('utf8'));
    });
    socket.on('close', (code: number) => {
      if (!this.#isOpen) return;
      this.#listener.closed(this.#tooLong ? { code, tooLong: true } : { code });
    });
  }

  readonly #abandon = () => this.#fail({ code: STREAM_ERRORS.unreachable, message: MESSAGES.aborted });

  #limit(ms: number, message: string): void {
    this.#stopTimer();
    this.#stopTimer = this.#parts.clock.after(ms, () => this.#fail({ code: STREAM_ERRORS.timeout, message }));
  }

  #fail(error: StreamError): void {
    if (this.#isOpen) return;
    this.#done({ ok: false, error });
    this.#socket.terminate();
  }

  #done(opened: Opened): void {
    this.#stopTimer();
    this.#parts.order.signal.removeEventListener('abort', this.#abandon);
    this.#settle(opened);
  }
}

function headersOf(url: URL, key: string, userAgent: string): Readonly<Record<string, string>> {
  const authorization = basicAuthorization(url);
  const signature = sign(key, bare(url).href, []);
  return {
    'user-agent': userAgent,
    ...(authorization === undefined ? {} : { authorization }),
    'x-twilio-signature': signature,
    'x-restcomm-signature': signature,
  };
}

const WHY: Partial<Record<FailureKind, string>> = {
  denied: MESSAGES.denied,
  'unknown-host': 'The host name could not be resolved',
  refused: 'The connection was refused',
  connection: 'The connection broke off before it was open',
};

function errorOf(error: Error): StreamError {
  // What ws itself refuses of a handshake has no code of the system's.
  if (!('code' in error)) {
    return { code: STREAM_ERRORS.handshake, message: 'The handshake was not one of a WebSocket server' };
  }
  const { kind, message } = failureOf(error);
  if (kind === 'timeout')
    return { code: STREAM_ERRORS.timeout, message: 'The server could not be reached in time' };
  return { code: STREAM_ERRORS.unreachable, message: WHY[kind] ?? message };
}

function streamSocket(socket: WebSocket, clock: Clock): StreamSocket {
  return {
    send(message) {
      if (socket.readyState === WebSocket.OPEN) socket.send(message);
    },
    get unsentBytes() {
      return socket.bufferedAmount;
    },
    close(code) {
      socket.close(code);
      if (socket.readyState === WebSocket.CLOSED) return;
      const stopTimer = clock.after(CLOSE_MS, () => socket.terminate());
      socket.once('close', stopTimer);
    },
    terminate: () => socket.terminate(),
  };
}
