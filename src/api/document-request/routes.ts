import { z } from 'zod';
import type { DocumentReply, Documents } from '../../call/documents.ts';
import type { CompileTurns } from '../../rcml/document/compile-turns.ts';
import { API_ERRORS, badRequest } from '../errors.ts';
import { jsonParameters } from '../json-parameters.ts';
import { httpMethod, httpUrl, optional, required } from '../parameters.ts';
import { findingsIn } from '../rcml-lint/findings-in.ts';
import { lintProblem, presentFindings } from '../rcml-lint/presenter.ts';
import { resource, type Shown, shows } from '../reply.ts';
import { text, whole } from '../reply-parts.ts';
import { defineRoute, type Route } from '../route.ts';
import { presentTiming, timingReply } from '../timing.ts';

const DOCUMENT_REQUEST = resource('DocumentRequest', {
  url: text.meta({ description: 'The URL that the reply came from, after redirects' }),
  response_code: whole.nullable(),
  error: text.nullable(),
  error_code: whole.nullable(),
  request_duration: whole.meta({ description: 'Milliseconds' }),
  timing: timingReply,
  content_type: text.nullable(),
  response_body: text.nullable(),
  problems: z.array(lintProblem),
});

const documentRequestSchema = z.object({
  Url: required(API_ERRORS.badRequest, httpUrl(API_ERRORS.badRequest)),
  Method: optional(httpMethod()),
  Parameters: optional(z.string().meta({ description: 'the parameters of the request, a JSON object' })),
});

export interface DocumentRequestDeps {
  readonly askDocument: Documents['request'] | undefined;
  readonly turns: CompileTurns;
}

/** `P/DocumentRequest`: what an application server would say to a call that does not exist. */
export function documentRequestRoutes({ askDocument, turns }: DocumentRequestDeps): readonly Route[] {
  return [
    defineRoute({
      method: 'POST',
      path: '/DocumentRequest',
      // The request is signed with the AuthToken.
      authTokenOnly: true,
      summary: 'Asks an application server for a document as a call does, signed, but without a call',
      query: 'ignored',
      form: documentRequestSchema,
      reply: shows(DOCUMENT_REQUEST),
      handle: async ({ account, asking, form: { Url: url, Method: method = 'POST', Parameters } }) => {
        const parameters = jsonParameters('Parameters', Parameters);
        if (askDocument === undefined) throw badRequest(API_ERRORS.url, 'Documents are not fetched here');
        // A token of its own: the application server must not take it for a repeat of the call's request.
        const token = crypto.randomUUID();
        const reply = await askDocument({ accountSid: account.sid, url, method, parameters, token });
        return { shown: await present(reply, asking.sid, turns) };
      },
    }),
  ];
}

async function present(
  reply: DocumentReply,
  accountSid: string,
  turns: CompileTurns,
): Promise<Shown<typeof DOCUMENT_REQUEST>> {
  const common = { url: reply.url, request_duration: reply.durationMs, timing: presentTiming(reply.timing) };
  if (!reply.ok) {
    return {
      ...common,
      response_code: reply.status ?? null,
      error: reply.message,
      error_code: reply.errorCode,
      content_type: null,
      response_body: reply.responseHead ?? null,
      problems: [],
    };
  }
  const { status, contentType, body, url } = reply;
  const findings = await findingsIn({ text: body, contentType, url }, accountSid, turns);
  return {
    ...common,
    response_code: status,
    error: null,
    error_code: null,
    content_type: contentType,
    response_body: body,
    problems: presentFindings(findings).problems,
  };
}
