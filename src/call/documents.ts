import type { HttpMethod } from './http-method.ts';
import type { Parameters } from './request-parameters.ts';

export interface DocumentRequest {
  readonly accountSid: string;
  readonly url: string;
  readonly method: HttpMethod;
  readonly parameters: Parameters;
  /** I-Idempotency-Token: a repeat carries the same. */
  readonly token: string;
  /** The call's cookies: sent with the request, and updated from the reply. */
  readonly cookies?: Cookies;
}

/** The cookies that application servers have set on one call. */
export interface Cookies {
  /** The Cookie header of a request to this URL; undefined: there is none for it. */
  headerFor(url: string): string | undefined;
  /** Takes the Set-Cookie lines of a reply from this URL. */
  set(url: string, setCookie: readonly string[]): void;
  /** JSON to keep, from which `Documents.cookies` restores them; undefined: there are none. */
  kept(): unknown;
}

/** Where the time of a request went, of its last hop. What it did not come to is undefined; a connection that was open already took 0. */
export interface RequestTiming {
  /** Until there was a place for it among the connections. */
  readonly waitMs?: number;
  readonly dnsMs?: number;
  readonly connectMs?: number;
  readonly tlsMs?: number;
  /** From the connection to the first byte of the reply. */
  readonly firstByteMs?: number;
  readonly downloadMs?: number;
}

export type DocumentReply =
  | {
      readonly ok: true;
      /** The URL that it came from, after redirects. */
      readonly url: string;
      readonly status: number;
      /** Lower case, without parameters; empty when there was none. */
      readonly contentType: string;
      readonly body: string;
      readonly durationMs: number;
      readonly timing?: RequestTiming;
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
      readonly timing?: RequestTiming;
    };

/** Asks the application server for a document. Never throws: a failure is a reply. */
export interface Documents {
  request(request: DocumentRequest): Promise<DocumentReply>;
  /** The cookies of a call: those that were kept, or none yet. */
  cookies(kept?: unknown): Cookies;
}
