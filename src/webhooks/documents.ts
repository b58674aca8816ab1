import { compact } from '../call/compact.ts';
import type { DocumentReply, DocumentRequest, Documents } from '../call/documents.ts';
import { CallCookies } from './call-cookies.ts';
import type { FailureKind } from './http-failure.ts';
import type { HttpFailure, HttpReply, HttpRequest, HttpSender } from './http-request.ts';
import { decodeText, mediaType, replyHead } from './reply-text.ts';
import { withoutCredentials } from '../call/shown-url.ts';
import { overridesIn, type RetryReason } from './url-overrides.ts';

/** Twilio's limit for TwiML, 64 kB. */
const MAX_DOCUMENT_BYTES = 65_536;
/** A sound is no document: it is played from its URL, so its body is not read here and may be of any size. */
const SOUND = 'audio/';
const HTTP_RETRIEVAL_FAILURE = 11200;

/**
 * Twilio's error codes for the same failures (its Error and Warning Dictionary). 11205 counts both timers and
 * private addresses among the connection failures.
 */
const ERROR_CODES: Readonly<Record<FailureKind, number>> = {
  'invalid-url': 11100,
  denied: 11205,
  refused: 11205,
  timeout: 11205,
  connection: 11205,
  aborted: 11205,
  protocol: 11206,
  'unknown-host': 11210,
  redirects: 11215,
  redirect: 11216,
  tls: 11220,
  'certificate-name': 11235,
  'certificate-expired': 11236,
  'certificate-untrusted': 11237,
  'too-large': 11750,
};

export interface DocumentsOptions {
  readonly sender: HttpSender;
  /** Rejects when the store cannot tell; undefined when there is no such account. */
  readonly authToken: (accountSid: string) => Promise<string | undefined>;
  /** Whether a URL is that of a recording of ours; undefined: no URL is. */
  readonly ownRecording?: (
    url: URL,
    accountSid: string,
  ) => Promise<{ readonly ok: true } | { readonly ok: false; readonly message: string } | undefined>;
}

export function createDocuments({ sender, authToken, ownRecording }: DocumentsOptions): Documents {
  return {
    async request(request) {
      const { url, accountSid } = request;
      const own = URL.canParse(url) ? await ownRecording?.(new URL(url), accountSid) : undefined;
      if (own !== undefined) return recordingReply(url, own);
      const key = await authToken(request.accountSid).catch(() => undefined);
      if (key === undefined) return unsigned(request);
      const result = await sendWithRetries(sender, {
        url: request.url,
        method: request.method,
        parameters: request.parameters,
        authToken: key,
        token: request.token,
        bodyLimit: MAX_DOCUMENT_BYTES,
        overLimit: 'refuse',
        unreadType: SOUND,
        retryBroken: 'always',
        ...(request.cookies === undefined ? {} : { cookies: request.cookies }),
      });
      return result.ok ? replyOf(result) : failureOf(result);
    },
    cookies: (kept) => new CallCookies(kept),
  };
}

/** Sends it again, with the same token, as often and for what its URL's fragment says. */
async function sendWithRetries(sender: HttpSender, request: HttpRequest): Promise<HttpReply | HttpFailure> {
  const { retries, retryOn, totalMs = Number.POSITIVE_INFINITY } = overridesIn(request.url);
  let result = await sender.send(request);
  let tookMs = result.durationMs;
  for (let retry = 0; retry < retries && tookMs < totalMs && isRetried(result, retryOn); retry += 1) {
    const left = Number.isFinite(totalMs) ? { timeoutMs: totalMs - tookMs } : {};
    result = await sender.send({ ...request, ...left });
    tookMs += result.durationMs;
  }
  return { ...result, durationMs: tookMs };
}

const NO_CONNECTION: readonly FailureKind[] = ['refused', 'connection', 'unknown-host', 'tls', 'timeout'];

function isRetried(result: HttpReply | HttpFailure, retryOn: readonly RetryReason[]): boolean {
  if (result.ok) {
    const reason = result.status >= 500 ? '5xx' : result.status >= 400 ? '4xx' : undefined;
    return reason !== undefined && retryOn.includes(reason);
  }
  if (retryOn.includes('ct') && NO_CONNECTION.includes(result.kind)) return true;
  return retryOn.includes('rt') && result.kind === 'timeout';
}

/** A recording of ours is played like a sound of the application server's, without asking the network for it. */
function recordingReply(
  url: string,
  own: { readonly ok: true } | { readonly ok: false; readonly message: string },
): DocumentReply {
  if (own.ok) return { ok: true, url, status: 200, contentType: 'audio/wav', body: '', durationMs: 0 };
  const { message } = own;
  const errorCode = HTTP_RETRIEVAL_FAILURE;
  return { ok: false, url: withoutCredentials(url), errorCode, message, status: 404, durationMs: 0 };
}

/** A request that the receiver could not check is not sent. */
function unsigned(request: DocumentRequest): DocumentReply {
  return {
    ok: false,
    url: withoutCredentials(request.url),
    errorCode: HTTP_RETRIEVAL_FAILURE,
    message: 'The request could not be signed',
    durationMs: 0,
  };
}

function replyOf(reply: HttpReply): DocumentReply {
  const { status, durationMs, timing } = reply;
  const contentType = headerText(reply.headers['content-type']);
  if (status >= 200 && status < 300) {
    const type = mediaType(contentType);
    const body = type.startsWith(SOUND) ? '' : decodeText(reply.body, contentType);
    return compact({
      ok: true as const,
      url: reply.url,
      status,
      contentType: type,
      body,
      durationMs,
      timing,
    });
  }
  const responseHead = replyHead(reply.body, contentType);
  return {
    ok: false,
    url: withoutCredentials(reply.url),
    errorCode: HTTP_RETRIEVAL_FAILURE,
    message: `The application server answered with status ${status}`,
    status,
    ...(responseHead === undefined ? {} : { responseHead }),
    durationMs,
    ...(timing === undefined ? {} : { timing }),
  };
}

function failureOf(result: HttpFailure): DocumentReply {
  return {
    ok: false,
    url: withoutCredentials(result.url),
    errorCode: ERROR_CODES[result.kind],
    message: result.message,
    ...(result.status === undefined ? {} : { status: result.status }),
    durationMs: result.durationMs,
    ...(result.timing === undefined ? {} : { timing: result.timing }),
  };
}

function headerText(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'object' ? value[0] : value;
}
