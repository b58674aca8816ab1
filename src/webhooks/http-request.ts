import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { LookupFunction } from 'node:net';
import type { Clock } from '../concurrency/clock.ts';
import type { HttpMethod } from '../call/http-method.ts';
import { compact } from '../call/compact.ts';
import type { Cookies, RequestTiming } from '../call/documents.ts';
import type { Parameters } from '../call/request-parameters.ts';
import type { Egress } from './egress.ts';
import { attempt, type Attempt, type Connections } from './http-attempt.ts';
import { type Failure, failure } from './http-failure.ts';
import { checkedLookup, type Resolve, urlAllowed } from './names/name-lookup.ts';
import { bare, basicAuthorization, formBody, redirected, withQuery } from './request-url.ts';
import { sign } from './signature.ts';
import { overridesIn } from './url-overrides.ts';

const MAX_REDIRECTS = 5;
const SEE_OTHER = 303;
const REDIRECT_STATUSES: readonly number[] = [301, 302, SEE_OTHER, 307, 308];
const IDLE_SOCKETS_PER_HOST = 32;

export interface HttpRequest {
  /** User and password in it become basic authentication. */
  readonly url: string;
  readonly method: HttpMethod;
  readonly parameters: Parameters;
  /** The account's AuthToken; the request is signed with it. */
  readonly authToken?: string;
  /** I-Idempotency-Token. */
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Bytes of a 2xx reply's body. More: `refuse` fails with too-large, `cut` drops the rest. */
  readonly bodyLimit: number;
  readonly overLimit: 'refuse' | 'cut';
  /** Lower case. The body of a 2xx reply whose media type begins with this does not matter, like the bodies of other replies. */
  readonly unreadType?: string;
  /** A connection that broke before any byte of the reply is tried once more: always, or only when it was an old one. */
  readonly retryBroken: 'always' | 'reused-connection';
  /** For the whole request with its redirects; default is the sender's. */
  readonly timeoutMs?: number;
  /** For the look-up, the connection, and the first byte of the reply, each; default is the whole time. */
  readonly firstByteMs?: number;
  readonly signal?: AbortSignal;
  /** Asked at the moment when a request is about to be written, each hop and each repeat anew: else it is `aborted`. */
  readonly mayWrite?: () => boolean;
  /** Each hop sends the cookies for its URL and stores those that it is told to. */
  readonly cookies?: Pick<Cookies, 'headerFor' | 'set'>;
}

export interface HttpReply {
  readonly ok: true;
  /** The URL of the last hop as it was given: with user and password, without the parameters of a GET. */
  readonly url: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** At most `bodyLimit` bytes; of a reply that is not 2xx, or of `unreadType`, the first 2 KB. */
  readonly body: Buffer;
  readonly durationMs: number;
  readonly timing?: RequestTiming;
}

export interface HttpFailure extends Failure {
  readonly ok: false;
  /** Like `HttpReply.url`. */
  readonly url: string;
  /** When the reply had begun. */
  readonly status?: number;
  readonly durationMs: number;
  readonly timing?: RequestTiming;
}

/** Sends requests to application servers, through the egress rules. Never rejects: a failure is a result. */
export interface HttpSender {
  send(request: HttpRequest): Promise<HttpReply | HttpFailure>;
  /** Closes idle and running connections. */
  close(): void;
}

export interface HttpSenderOptions {
  readonly egress: Egress;
  readonly resolve: Resolve;
  readonly clock: Clock;
  /** `Legwork/<version>` */
  readonly userAgent: string;
  readonly connectTimeoutMs: number;
  readonly timeoutMs: number;
}

export function createHttpSender(options: HttpSenderOptions): HttpSender {
  const lookup = checkedLookup(options.egress, options.resolve);
  const kept = connections(lookup, true);
  const fresh = connections(lookup, false);
  return {
    async send(request) {
      const startedAt = options.clock.steady();
      const { connectMs = options.connectTimeoutMs, readMs, totalMs } = overridesIn(request.url);
      const whole =
        request.timeoutMs === undefined
          ? (totalMs ?? options.timeoutMs)
          : Math.min(request.timeoutMs, totalMs ?? request.timeoutMs);
      const firstByteMs =
        readMs === undefined ? request.firstByteMs : Math.min(readMs, request.firstByteMs ?? readMs);
      const context = { ...options, connectTimeoutMs: connectMs, kept, fresh };
      const limited = { ...request, ...(firstByteMs === undefined ? {} : { firstByteMs }) };
      const send = (hop: Hop) => sendHop(context, limited, hop, startedAt + whole);
      const outcome = await follow(request, send);
      return { ...outcome, durationMs: options.clock.steady() - startedAt };
    },
    close() {
      for (const agent of [kept.http, kept.https, fresh.http, fresh.https]) agent.destroy();
    },
  };
}

type Outcome = Omit<HttpReply, 'durationMs'> | Omit<HttpFailure, 'durationMs'>;

interface Hop {
  readonly url: URL;
  readonly method: HttpMethod;
  /** Redirects before it. */
  readonly number: number;
}

/** The redirects, by hand: each hop is checked and signed anew. */
async function follow(
  request: Pick<HttpRequest, 'url' | 'method' | 'cookies'>,
  send: (hop: Hop) => Promise<Attempt>,
): Promise<Outcome> {
  if (!URL.canParse(request.url)) return { ok: false, url: request.url, ...failure('invalid-url') };
  let { method } = request;
  let url = new URL(request.url);
  for (let number = 0; ; number += 1) {
    const result = await send({ url, method, number });
    if (!result.ok) {
      const { kind, message, status, timing } = result;
      return compact({ ok: false as const, url: url.href, kind, message, status, timing });
    }
    const { status, headers, body, timing } = result;
    request.cookies?.set(url.href, headers['set-cookie'] ?? []);
    if (!REDIRECT_STATUSES.includes(status) || headers['location'] === undefined)
      return compact({ ok: true as const, url: url.href, status, headers, body, timing });
    if (number === MAX_REDIRECTS)
      return { ok: false, url: url.href, status, ...failure('redirects', `${MAX_REDIRECTS} at most`) };
    const next = redirected(url, headers['location']);
    if (next === undefined) return { ok: false, url: url.href, status, ...failure('redirect') };
    url = next;
    // "See other": the POST was accepted, and its answer is to be fetched elsewhere. The other four mean the same request again.
    if (status === SEE_OTHER) method = 'GET';
  }
}

interface HopContext extends HttpSenderOptions {
  readonly kept: Connections;
  readonly fresh: Connections;
}

async function sendHop(
  context: HopContext,
  request: HttpRequest,
  { url, method, number }: Hop,
  deadline: number,
): Promise<Attempt> {
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    return { ok: false, broken: 'no', ...failure('invalid-url') };
  if (!urlAllowed(context.egress, url)) return { ok: false, broken: 'no', ...failure('denied') };
  const sent = method === 'GET' ? withQuery(bare(url), request.parameters, number > 0) : bare(url);
  const order = {
    url: sent,
    method,
    headers: headersOf(context, { ...request, method }, url, sent),
    ...(method === 'POST' ? { body: formBody(request.parameters) } : {}),
    bodyLimit: request.bodyLimit,
    overLimit: request.overLimit,
    ...(request.unreadType === undefined ? {} : { unreadType: request.unreadType }),
    connectTimeoutMs: Math.min(context.connectTimeoutMs, request.firstByteMs ?? Number.POSITIVE_INFINITY),
    ...(request.firstByteMs === undefined ? {} : { firstByteMs: request.firstByteMs }),
    ...(request.signal === undefined ? {} : { signal: request.signal }),
    ...(request.mayWrite === undefined ? {} : { mayWrite: request.mayWrite }),
  };
  const remaining = () => deadline - context.clock.steady();
  if (remaining() <= 0) return { ok: false, broken: 'no', ...failure('timeout') };
  const first = await attempt({ ...order, timeoutMs: remaining(), connections: context.kept });
  if (first.ok || !worthRepeating(first.broken, request.retryBroken) || remaining() <= 0) return first;
  return attempt({ ...order, timeoutMs: remaining(), connections: context.fresh });
}

function worthRepeating(
  broken: 'no' | 'new-connection' | 'reused-connection',
  when: HttpRequest['retryBroken'],
): boolean {
  return broken === 'reused-connection' || (broken === 'new-connection' && when === 'always');
}

function headersOf(
  context: HopContext,
  request: HttpRequest,
  url: URL,
  sent: URL,
): Readonly<Record<string, string>> {
  const authorization = basicAuthorization(url);
  const cookie = request.cookies?.headerFor(sent.href);
  const signature =
    request.authToken === undefined
      ? undefined
      : sign(request.authToken, sent.href, request.method === 'POST' ? request.parameters : []);
  return {
    ...request.headers,
    'user-agent': context.userAgent,
    ...(request.method === 'POST'
      ? { 'content-type': 'application/x-www-form-urlencoded; charset=UTF-8' }
      : {}),
    ...(authorization === undefined ? {} : { authorization }),
    ...(cookie === undefined ? {} : { cookie }),
    ...(request.token === undefined ? {} : { 'i-idempotency-token': request.token }),
    ...(signature === undefined
      ? {}
      : { 'x-twilio-signature': signature, 'x-restcomm-signature': signature }),
  };
}

/** The look-up is part of the agent, so that no connection is made without it. */
function connections(lookup: LookupFunction, keepAlive: boolean): Connections {
  const options = { keepAlive, maxFreeSockets: IDLE_SOCKETS_PER_HOST, lookup };
  return { http: new HttpAgent(options), https: new HttpsAgent(options) };
}
