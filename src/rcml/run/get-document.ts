import { compact } from '../../call/compact.ts';
import type { LiveLeg } from '../../call/leg/live-leg.ts';
import type { DocumentReply, Documents } from '../../call/documents.ts';
import type { Parameters } from '../../call/request-parameters.ts';
import { compile, type Document } from '../document/compile.ts';
import type { DocumentSource } from '../document/document-source.ts';
import type { PendingRequest } from './position.ts';
import { RcmlError } from '../document/problem.ts';
import { withoutCredentials } from '../../call/shown-url.ts';
import type { TimelineWriter, Notice } from './timeline-writer.ts';

/** How many characters of a refused document are kept for its author. */
const KEPT_BODY = 4096;
/** How many characters of every other document are kept in the timeline. */
const KEPT_HEAD = 1024;

/** Why there is no document; `status` is the application server's, when it answered. */
export interface NoDocument {
  readonly errorCode: number;
  readonly status?: number;
}

export type Got =
  | { readonly ok: true; readonly source: DocumentSource }
  | ({ readonly ok: false } & NoDocument);

/** Requests a document and writes the result to the timeline; the document is not compiled yet. */
export async function requestDocument(
  request: PendingRequest,
  live: LiveLeg,
  documents: Documents,
  timeline: TimelineWriter,
): Promise<Got> {
  const { url, method, parameters, token } = request;
  const { accountSid } = live.leg;
  live.cookies ??= documents.cookies();
  const { cookies } = live;
  const reply = await documents.request({ accountSid, url, method, parameters, token, cookies });
  recordReply(request, reply, timeline);
  if (reply.ok) {
    return { ok: true, source: { text: reply.body, contentType: reply.contentType, url: reply.url } };
  }
  timeline.notify({
    level: 'error',
    errorCode: reply.errorCode,
    message: reply.message,
    ...requestOf(request),
    ...(reply.responseHead === undefined ? {} : { responseBody: withoutSecrets(reply.responseHead) }),
  });
  return compact({
    ok: false,
    errorCode: reply.errorCode,
    status: reply.status,
  });
}

/** Compiles a document, and makes a notification of every mistake in it. */
export function compileDocument(source: DocumentSource, timeline: TimelineWriter): Document | NoDocument {
  const about: Partial<Notice> =
    source.url === undefined ? {} : { requestUrl: withoutCredentials(source.url) };
  try {
    const document = compile(source);
    for (const { level, errorCode, message } of document.warnings) {
      timeline.notify({ level, errorCode, message, ...about });
    }
    return document;
  } catch (error) {
    if (!(error instanceof RcmlError)) throw error;
    const responseBody = withoutSecrets(source.text.slice(0, KEPT_BODY));
    for (const { level, errorCode, message } of error.problems) {
      timeline.notify({ level, errorCode, message, ...about, responseBody });
    }
    return { errorCode: error.problems[0].errorCode };
  }
}

/** The parameters of the failed request, with what went wrong and where. */
export function fallbackParameters(
  parameters: Parameters,
  failure: NoDocument,
  failedUrl: string | undefined,
): Parameters {
  return [
    ...parameters,
    ['ErrorCode', String(failure.errorCode)],
    ...(failedUrl === undefined ? [] : [['ErrorUrl', withoutCredentials(failedUrl)] as const]),
  ];
}

function requestOf({ url, method }: PendingRequest): Pick<Notice, 'requestUrl' | 'requestMethod'> {
  return { requestUrl: withoutCredentials(url), requestMethod: method };
}

function recordReply(
  { reason, url, method, parameters }: PendingRequest,
  reply: DocumentReply,
  timeline: TimelineWriter,
): void {
  timeline.event(
    'document',
    compact({
      reason,
      url: withoutCredentials(url),
      method,
      status: reply.status,
      parameters: shown(parameters),
      durationMs: reply.durationMs,
      timing: reply.timing,
      ...(reply.ok
        ? {
            contentType: reply.contentType,
            characters: reply.body.length,
            responseHead: withoutSecrets(reply.body.slice(0, KEPT_HEAD)),
          }
        : {
            errorCode: reply.errorCode,
            message: reply.message,
            ...(reply.responseHead === undefined ? {} : { responseHead: withoutSecrets(reply.responseHead) }),
          }),
    }),
  );
}

/** What the caller pressed or said stays between the caller and the application server. */
const PRIVATE = /^(Digits|.*SpeechResult)$/;
const HIDDEN = '***';

function shown(parameters: Parameters): Readonly<Record<string, string>> {
  return Object.fromEntries(parameters.map(([name, value]) => [name, PRIVATE.test(name) ? HIDDEN : value]));
}

/** A document as it may be shown: without the passwords of SIP peers and the digits to be sent. */
function withoutSecrets(text: string): string {
  const secret = /(\b(?:password|digits|sendDigits)\s*=\s*)("[^"]*"?|'[^']*'?)/gi;
  return text.replace(secret, `$1"${HIDDEN}"`);
}
