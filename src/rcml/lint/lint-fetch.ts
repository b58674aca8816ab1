import type { HttpMethod } from '../../call/http-method.ts';
import type { DocumentSource } from '../document/document-source.ts';
import type { Finding } from './lint-finding.ts';

/** A document as it came, with findings about its encoding; or why there is none. */
export type FetchedDocument =
  | { readonly ok: true; readonly source: DocumentSource; readonly findings: readonly Finding[] }
  | { readonly ok: false; readonly message: string };

/** Fetches a document to be checked, through the egress rules. Never rejects. */
export type FetchDocument = (url: string, method: HttpMethod) => Promise<FetchedDocument>;
