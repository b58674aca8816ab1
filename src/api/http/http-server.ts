import { createServer, type IncomingMessage, type Server, ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Clock } from '../../concurrency/clock.ts';
import { API_ERRORS, badRequest, presentError } from '../errors.ts';

/** A request is cut off when it takes longer than this: as a whole, and for its headers. */
const REQUEST_TIMEOUT_MS = 30_000;
const HEADERS_TIMEOUT_MS = 10_000;
/** A connection on which nothing moves for so long while a reply is sent is closed: the client does not read. */
const IDLE_MS = 120_000;
const MAX_HEADER_BYTES = 16_384;
/** Longer than load balancers keep theirs, so that they never send into a connection that we are closing. */
const KEEP_ALIVE_MS = 65_000;
const TIMEOUT_CHECK_MS = 5000;
/** Each takes a file descriptor. This is far below the usual limit of those, and far above what clients need. */
const MAX_CONNECTIONS = 5000;
const CLOSE_GRACE_MS = 5000;

const NO_HTTP: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: '413 Payload Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};
/** As typed: `/Conferences/Büro`. */
const INVALID_URL = JSON.stringify(
  presentError(
    badRequest(
      API_ERRORS.badRequest,
      'The URL must be ASCII; other characters must be encoded, such as ü as %C3%BC',
    ),
  ),
);

/** It is not possible to listen on the address; the message is for the person who chose it. */
export class ListenError extends Error {
  constructor(message: string, cause: unknown) {
    super(message, { cause });
    this.name = 'ListenError';
  }
}

export interface HttpServer {
  readonly host: string;
  /** The port that was given, or the one that was chosen for port 0. */
  readonly port: number;
  /** Takes no more requests; resolves when those under way have been answered, or cut off after 5 s. */
  close(): Promise<void>;
}

export interface HttpServerOptions {
  readonly host: string;
  readonly port: number;
  readonly clock: Clock;
  /** Takes a request to become another protocol; false when it is not for it. */
  readonly upgrade?: (request: IncomingMessage, socket: Duplex, head: Buffer) => boolean;
  /** Speaks https instead of http. */
  readonly tls?: TlsCertificate;
  /** Milliseconds, for tests: for the whole request, for its headers, and how often these are checked. */
  readonly timeouts?: { readonly request: number; readonly headers: number; readonly check: number };
}

/** A certificate with its chain, and its key, in PEM. */
export interface TlsCertificate {
  current(): { readonly cert: Buffer; readonly key: Buffer };
  /** Tells of another one; returns what ends that. */
  onChange(use: (certificate: { readonly cert: Buffer; readonly key: Buffer }) => void): () => void;
}

/** Answers requests, as `koa.callback()` does; must not reject. */
export type RequestHandler = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

/** Serves HTTP; resolves when it listens. @throws ListenError */
export function startHttpServer(handle: RequestHandler, options: HttpServerOptions): Promise<HttpServer> {
  const { host, port, clock } = options;
  const { server, stopWatching } = makeServer(handle, options);
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (options.upgrade?.(request, socket, head) !== true) answerPlainly(handle, request, socket as Socket);
  });
  server.timeout = IDLE_MS;
  server.maxConnections = MAX_CONNECTIONS;
  server.on('clientError', refuseNoHttp);
  // Otherwise a connection that has just become idle would stay open.
  server.on('request', (_request, response) => {
    response.once('close', () => {
      if (!server.listening) server.closeIdleConnections();
    });
  });
  const close = () =>
    new Promise<void>((resolve) => {
      const cancel = clock.after(CLOSE_GRACE_MS, () => server.closeAllConnections());
      stopWatching();
      server.close(() => {
        cancel();
        resolve();
      });
    });
  return new Promise((resolve, reject) => {
    const refuse = (error: NodeJS.ErrnoException) => reject(listenError(error, host, port));
    server.once('error', refuse);
    server.listen({ host, port, exclusive: true }, () => {
      server.off('error', refuse);
      resolve({ host, port: (server.address() as AddressInfo).port, close });
    });
  });
}

function makeServer(
  handle: RequestHandler,
  { timeouts, tls }: HttpServerOptions,
): { readonly server: Server; readonly stopWatching: () => void } {
  const options = {
    requestTimeout: timeouts?.request ?? REQUEST_TIMEOUT_MS,
    headersTimeout: timeouts?.headers ?? HEADERS_TIMEOUT_MS,
    maxHeaderSize: MAX_HEADER_BYTES,
    keepAliveTimeout: KEEP_ALIVE_MS,
    connectionsCheckingInterval: timeouts?.check ?? TIMEOUT_CHECK_MS,
  };
  const listener = (request: IncomingMessage, response: ServerResponse) => void handle(request, response);
  if (tls === undefined) return { server: createServer(options, listener), stopWatching: () => undefined };
  const secure = { minVersion: 'TLSv1.2', handshakeTimeout: HEADERS_TIMEOUT_MS } as const;
  const server = createTlsServer({ ...options, ...secure, ...tls.current() }, listener);
  return { server, stopWatching: tls.onChange((certificate) => server.setSecureContext(certificate)) };
}

/** A client offers another protocol (curl: h2c); as RFC 9110 allows, it is answered as if it had not. */
function answerPlainly(handle: RequestHandler, request: IncomingMessage, socket: Socket): void {
  const { headers } = request;
  if (headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined) {
    // Its body has not been read as one.
    return refuseNoHttp(new Error('A body with Upgrade'), socket);
  }
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  response.assignSocket(socket);
  response.once('finish', () => {
    response.detachSocket(socket);
    socket.end();
  });
  socket.on('error', () => socket.destroy());
  void handle(request, response);
}

/** Refuses what Node's parser does not accept as a request, as Node itself would; only a URL with other characters gets an explanation. */
function refuseNoHttp(error: NodeJS.ErrnoException, socket: Duplex): void {
  const status = NO_HTTP[error.code ?? ''] ?? '400 Bad Request';
  if (socket.writable && error.code !== 'ECONNRESET') {
    const body = error.code === 'HPE_INVALID_URL' ? INVALID_URL : '';
    const type = body === '' ? '' : 'Content-Type: application/json; charset=utf-8\r\n';
    socket.write(`HTTP/1.1 ${status}\r\nConnection: close\r\n${type}\r\n${body}`);
  }
  socket.destroy(error);
}

function listenError(error: NodeJS.ErrnoException, host: string, port: number): ListenError {
  const address = `${host}:${port}`;
  switch (error.code) {
    case 'EADDRINUSE':
      return new ListenError(`${address} is taken by another program; choose another HTTP_PORT`, error);
    case 'EACCES':
      return new ListenError(
        `${address} may not be used by this user; choose an HTTP_PORT above 1023`,
        error,
      );
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new ListenError(`${host} is not an address of this machine; choose another HTTP_HOST`, error);
    default:
      return new ListenError(`Legwork cannot listen on ${address} (${error.code ?? error.message})`, error);
  }
}
