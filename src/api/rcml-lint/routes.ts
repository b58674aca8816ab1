import type { z } from 'zod';
import { compact } from '../../call/compact.ts';
import type { CompileTurns } from '../../rcml/document/compile-turns.ts';
import type { FetchDocument, FetchedDocument } from '../../rcml/lint/lint-fetch.ts';
import { API_ERRORS, badRequest } from '../errors.ts';
import { shows } from '../reply.ts';
import { defineRoute, type Route } from '../route.ts';
import { findingsIn } from './findings-in.ts';
import { presentFindings, RCML_LINT } from './presenter.ts';
import { rcmlLintSchema } from './schema.ts';

export interface RcmlLintDeps {
  /** Undefined where nothing may be fetched. */
  readonly fetchDocument: FetchDocument | undefined;
  readonly turns: CompileTurns;
}

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
        return { shown: presentFindings(findings) };
      },
    }),
  ];
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
