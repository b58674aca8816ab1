import { z } from 'zod';
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
