import type { HttpMethod } from './http-method.ts';
import type { Parameters } from './request-parameters.ts';

export interface DocumentRequest {
  readonly accountSid: string;
  readonly url: string;
  readonly method: HttpMethod;
  readonly parameters: Parameters;
  /** I-Idempotency-Token: a repeat carries the same. */
  readonly token: string;
  /** Of the call: sent with it, and set by what comes. */
  readonly cookies?: Cookies;
}

/** What application servers set as cookies on one call. */
export interface Cookies {
  /** The Cookie header of a request to this URL; undefined: there is none for it. */
  headerFor(url: string): string | undefined;
  /** Takes the Set-Cookie lines of a reply from this URL. */
  set(url: string, setCookie: readonly string[]): void;
  /** JSON from which `Documents.cookies` makes them again; undefined: there are none. */
  kept(): unknown;
}

export type DocumentReply =
  | {
      readonly ok: true;
      /** Where it was found, after redirects. */
      readonly url: string;
      readonly status: number;
      /** Lower case, without parameters; empty when there was none. */
      readonly contentType: string;
      readonly body: string;
      readonly durationMs: number;
    }
  | {
      readonly ok: false;
      readonly url: string;
      /** Twilio's number: 11200 (HTTP), 11205 (connection), 11206 (timeout), 11750 (too large) … */
      readonly errorCode: number;
      readonly message: string;
      /** The application server's status, when it answered. */
      readonly status?: number;
      readonly responseHead?: string;
      readonly durationMs: number;
    };

/** Asks the application server for a document. Never throws: a failure is a reply. */
export interface Documents {
  request(request: DocumentRequest): Promise<DocumentReply>;
  /** The cookies of a call: none yet, or those that were kept. */
  cookies(kept?: unknown): Cookies;
}
