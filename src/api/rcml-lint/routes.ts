import type { z } from 'zod';
import { compact } from '../../call/compact.ts';
import type { CompileTurns } from '../../rcml/document/compile-turns.ts';
import type { FetchDocument, FetchedDocument } from '../../rcml/lint/lint-fetch.ts';
import type { DocumentSource } from '../../rcml/document/document-source.ts';
import type { Finding } from '../../rcml/lint/lint-finding.ts';
import { lint } from '../../rcml/lint/lint.ts';
import { API_ERRORS, badRequest, tooManyRequests } from '../errors.ts';
import { shows } from '../reply.ts';
import { defineRoute, type Route } from '../route.ts';
import { presentFindings, RCML_LINT } from './presenter.ts';
import { rcmlLintSchema } from './schema.ts';

export interface RcmlLintDeps {
  /** Undefined where nothing may be fetched. */
  readonly fetchDocument: FetchDocument | undefined;
  readonly turns: CompileTurns;
}

/** How many large documents of an account may be waiting: checking one takes tens of milliseconds, in which nothing else is done. */
const MOST_WAITING = 10;
const RETRY_AFTER_S = 5;

/** `P/RcmlLint`: checks a document without a call. */
export function rcmlLintRoutes({ fetchDocument, turns }: RcmlLintDeps): readonly Route[] {
  return [
    defineRoute({
      method: 'POST',
      path: '/RcmlLint',
      summary: 'Checks a document without a call',
      query: 'ignored',
      form: rcmlLintSchema,
      reply: shows(RCML_LINT),
      handle: async ({ form, asking }) => {
        const document = await documentOf(form, fetchDocument);
        if (!document.ok) throw badRequest(API_ERRORS.url, `Url cannot be read: ${document.message}`);
        const findings = [...document.findings, ...(await findingsIn(document.source, asking.sid, turns))];
        const inOrder = findings.toSorted((a, b) => a.line - b.line || a.column - b.column);
        return { shown: presentFindings(inOrder) };
      },
    }),
  ];
}

async function findingsIn(
  source: DocumentSource,
  accountSid: string,
  turns: CompileTurns,
): Promise<readonly Finding[]> {
  if (turns.before(source, accountSid) >= MOST_WAITING) {
    throw tooManyRequests('Too many large documents of this account are being checked', RETRY_AFTER_S);
  }
  // Nothing takes it out of the line, which is short.
  const asker = { accountSid, signal: new AbortController().signal };
  return (await turns.run(source, asker, () => lint(source))) ?? [];
}

async function documentOf(
  { Rcml, BaseUrl, Url, Method }: z.output<typeof rcmlLintSchema>,
  fetchDocument: FetchDocument | undefined,
): Promise<FetchedDocument> {
  if (Rcml !== undefined) {
    return { ok: true, source: compact({ text: Rcml, contentType: '', url: BaseUrl }), findings: [] };
  }
  if (Url === undefined) throw badRequest(API_ERRORS.badRequest, 'Rcml (a document) or Url is required');
  if (fetchDocument === undefined) return { ok: false, message: 'documents are not fetched here' };
  return fetchDocument(Url, Method ?? 'GET');
}
