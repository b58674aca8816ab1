import { z } from 'zod';
import { httpMethod, httpUrl, optional } from '../parameters.ts';

/** `POST P/RcmlLint`. */
export const rcmlLintSchema = z.object({
  /** A whole document; the limit of the body (100 kB) is higher than that of documents. */
  Rcml: optional(z.string()),
  /** What relative URLs in `Rcml` are resolved against. */
  BaseUrl: optional(httpUrl()),
  Url: optional(httpUrl()),
  Method: optional(httpMethod()),
});
