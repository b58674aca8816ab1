import { z } from 'zod';
import type { ShownBy } from './reply.ts';
import { text, whole } from './reply-parts.ts';

/** The codes of REST errors: Twilio's, where it has one for the same mistake. */
export const API_ERRORS = {
  badRequest: 20001,
  unauthorized: 20003,
  methodNotAllowed: 20004,
  accountNotActive: 20005,
  accessDenied: 20006,
  notFound: 20404,
  tooManyRequests: 20429,
  internal: 20500,
  unavailable: 20503,
  toRequired: 21201,
  url: 21205,
  sendDigits: 21206,
  timeout: 21208,
  method: 21209,
  to: 21211,
  from: 21212,
  fromRequired: 21213,
  applicationSid: 21218,
  callState: 21220,
  voiceUrl: 21402,
  voiceMethod: 21403,
  phoneNumber: 21421,
  phoneNumberTaken: 21422,
  callerIdTaken: 21450,
  statusCallback: 21502,
  statusCallbackEvent: 21626,
} as const;

/** The request is refused. The message is for the person who wrote the request. */
export class ApiError extends Error {
  /** HTTP status. */
  readonly status: number;
  /** One of `API_ERRORS`. */
  readonly code: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, code: number, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

/** 404: there is no such thing, or the account that asks must not know that there is. */
export function notFound(what = 'The requested resource'): ApiError {
  return new ApiError(404, API_ERRORS.notFound, `${what} was not found`);
}

export function badRequest(code: number, message: string): ApiError {
  return new ApiError(400, code, message);
}

/** 429, with the time to wait before trying again. */
export function tooManyRequests(message: string, retryAfterS: number): ApiError {
  return new ApiError(429, API_ERRORS.tooManyRequests, message, { 'Retry-After': String(retryAfterS) });
}

/** The body of a refusal. */
export const errorReply = z.strictObject({ code: whole, message: text, more_info: text, status: whole });

export function presentError(error: ApiError): ShownBy<typeof errorReply> {
  return {
    code: error.code,
    message: error.message,
    more_info: moreInfoOn(error.code),
    status: error.status,
  };
}

/** Twilio's page about one of its codes, which ours are. */
export function moreInfoOn(code: number): string {
  return `https://www.twilio.com/docs/errors/${code}`;
}
