import { z } from 'zod';
import { text, whole } from '../openapi/reply-parts.ts';
import { httpMethod, httpUrl, optional } from '../parameters.ts';

/** `POST P/RcmlLint`. */
export const rcmlLintSchema = z.object({
  /** A whole document; the body's own limit (100 kB) is above that of documents. */
  Rcml: optional(z.string()),
  /** Where relative URLs in `Rcml` resolve. */
  BaseUrl: optional(httpUrl()),
  Url: optional(httpUrl()),
  Method: optional(httpMethod()),
});

/** What the reply looks like, for the OpenAPI document. */
export const rcmlLintReply = z.strictObject({
  errors: whole,
  warnings: whole,
  notes: whole,
  problems: z.array(
    z.strictObject({
      level: z.enum(['error', 'warning', 'note']),
      error_code: whole,
      message: text,
      line: whole,
      column: whole,
      element: text.nullable(),
      attribute: text.nullable(),
      allowed: z.array(text).nullable(),
      did_you_mean: text.nullable(),
    }),
  ),
});
