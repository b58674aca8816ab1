import type { Agent as HttpAgent, ClientRequest, IncomingMessage } from 'node:http';
import type { Agent as HttpsAgent } from 'node:https';
import { TLSSocket } from 'node:tls';
import got, { type Request, type Response } from 'got';
import { compact } from '../call/compact.ts';
import type { RequestTiming } from '../call/documents.ts';
import type { HttpMethod } from '../call/http-method.ts';
import { guardWriting } from '../concurrency/guarded-request.ts';
import { type Failure, failure, failureOf } from './http-failure.ts';

/** How much is kept of a body that is not needed. */
const HEAD_BYTES = 2048;

export interface Connections {
  readonly http: HttpAgent;
  readonly https: HttpsAgent;
}

/** One HTTP request, complete; redirects are replies like any other. */
export interface AttemptOrder {
  readonly url: URL;
  readonly method: HttpMethod;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly bodyLimit: number;
  readonly overLimit: 'refuse' | 'cut';
  readonly unreadType?: string;
  readonly connectTimeoutMs: number;
  readonly firstByteMs?: number;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  readonly mayWrite?: () => boolean;
  readonly connections: Connections;
}

export type Attempt =
  | {
      readonly ok: true;
      readonly status: number;
      readonly headers: Response['headers'];
      readonly body: Buffer;
      readonly timing?: RequestTiming;
    }
  | ({
      readonly ok: false;
      readonly timing?: RequestTiming;
      readonly status?: number;
      /** Whether the connection broke before any byte of the reply. */
      readonly broken: 'no' | 'new-connection' | 'reused-connection';
    } & Failure);

const client = got.extend({
  followRedirect: false,
  throwHttpErrors: false,
  retry: { limit: 0 },
});

/** Sends one request and reads its reply up to the limit. Never rejects. */
export async function attempt(order: AttemptOrder): Promise<Attempt> {
  const { mayWrite } = order;
  if (mayWrite?.() === false) return { ok: false, broken: 'no', ...failure('aborted') };
  let stream: Request;
  try {
    stream = open(order);
  } catch (error) {
    // got refuses some valid URLs, for instance with the host `unix`.
    return { ok: false, broken: 'no', ...failureOf(error) };
  }
  // What goes wrong after we have lost interest must not end the process.
  stream.on('error', () => undefined);
  readOldNames(stream);
  if (mayWrite !== undefined) {
    stream.once('request', (request: ClientRequest) =>
      guardWriting(request, mayWrite, 'may not be sent now'),
    );
  }
  const socket = watchSocket(stream);
  let response: Response | undefined;
  stream.once('response', (received: Response) => (response = received));
  const chunks: Buffer[] = [];
  try {
    const whole = await collect(stream, chunks, () => limitOf(order, response));
    if (!whole)
      return { ok: false, broken: 'no', ...status(response), ...timingOf(stream), ...tooLarge(order) };
  } catch (error) {
    // Of a reply whose body does not matter, the status is all we need.
    if (response === undefined || limitOf(order, response).over === 'refuse')
      return {
        ok: false,
        broken: socket.brokenBy(error, response),
        ...status(response),
        ...timingOf(stream),
        ...failureOf(error),
      };
  }
  if (response === undefined) return { ok: false, broken: 'no', ...failure('connection') };
  const body = Buffer.concat(chunks).subarray(0, limitOf(order, response).bytes);
  return { ok: true, status: response.statusCode, headers: response.headers, body, ...timingOf(stream) };
}

/** What got measured, in whole milliseconds. */
function timingOf({ timings }: Request): { readonly timing?: RequestTiming } {
  if (timings === undefined) return {};
  const { wait, dns, tcp, tls, request, firstByte, download } = timings.phases;
  const sent = firstByte === undefined ? undefined : (request ?? 0) + firstByte;
  const timing = compact({
    waitMs: whole(wait),
    dnsMs: whole(dns),
    connectMs: whole(tcp),
    tlsMs: whole(tls),
    firstByteMs: whole(sent),
    downloadMs: whole(download),
  });
  return Object.keys(timing).length === 0 ? {} : { timing };
}

function whole(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : Math.max(0, Math.round(ms));
}

/** Content codings have an old name too (RFC 9110, 8.4.1), and stand in any case; got knows `gzip` and `deflate`. */
function readOldNames(stream: Request): void {
  stream.once('request', (request: ClientRequest) => {
    // Before got looks at it.
    request.prependOnceListener('response', ({ headers }: IncomingMessage) => {
      const coding = headers['content-encoding']?.trim().toLowerCase();
      if (coding !== undefined) headers['content-encoding'] = coding.replace(/^x-/, '');
    });
  });
}

interface BodyLimit {
  readonly bytes: number;
  readonly over: 'refuse' | 'cut';
}

/** Reads until the end or the limit; false when there is more than may be. Leaving the loop destroys the stream. */
async function collect(stream: Request, chunks: Buffer[], limit: () => BodyLimit): Promise<boolean> {
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > limit().bytes) return limit().over === 'cut';
  }
  return true;
}

function tooLarge(order: AttemptOrder): Failure {
  return failure('too-large', `over ${order.bodyLimit} bytes`);
}

function open(order: AttemptOrder): Request {
  return client.stream(order.url, {
    method: order.method,
    headers: { ...order.headers },
    ...(order.body === undefined ? {} : { body: order.body }),
    agent: { http: order.connections.http, https: order.connections.https },
    timeout: {
      lookup: order.connectTimeoutMs,
      connect: order.connectTimeoutMs,
      secureConnect: order.connectTimeoutMs,
      request: order.timeoutMs,
      ...(order.firstByteMs === undefined ? {} : { response: order.firstByteMs }),
    },
    ...(order.signal === undefined ? {} : { signal: order.signal }),
  });
}

function status(response: Response | undefined): { readonly status?: number } {
  return response === undefined ? {} : { status: response.statusCode };
}

function limitOf(order: AttemptOrder, response: Response | undefined): BodyLimit {
  const asked = response !== undefined && response.statusCode >= 200 && response.statusCode < 300;
  const { unreadType } = order;
  const unread =
    unreadType !== undefined && response?.headers['content-type']?.toLowerCase().startsWith(unreadType);
  return asked && unread !== true
    ? { bytes: order.bodyLimit, over: order.overLimit }
    : { bytes: HEAD_BYTES, over: 'cut' };
}

/** Notes what a broken connection was: an old one that the server had closed, or one that never replied. */
function watchSocket(stream: Request) {
  let request: ClientRequest | undefined;
  let readBefore = 0;
  stream.once('request', (made: ClientRequest) => {
    request = made;
    made.once('socket', (socket) => (readBefore = socket.bytesRead));
  });
  return {
    brokenBy(error: unknown, response: Response | undefined) {
      if (response !== undefined || failureOf(error).kind !== 'connection') return 'no';
      const socket = request?.socket;
      if (socket === undefined || socket === null) return 'no';
      // The bytes of a TLS handshake count too, so there only the missing response tells.
      if (!(socket instanceof TLSSocket) && socket.bytesRead > readBefore) return 'no';
      return request?.reusedSocket === true ? 'reused-connection' : 'new-connection';
    },
  } as const;
}
