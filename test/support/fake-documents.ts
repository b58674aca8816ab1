import type { Cookies, DocumentReply, DocumentRequest, Documents } from '../../src/call/documents.ts';
import { withoutCredentials } from '../../src/call/shown-url.ts';
import { CallCookies } from '../../src/webhooks/call-cookies.ts';
import { mediaType } from '../../src/webhooks/reply-text.ts';

/** A reply but for what can be guessed, and the Set-Cookie lines that come with it. */
export type FakeReply = Partial<DocumentReply> & { readonly setCookie?: readonly string[] };

/** What the application server says: RCML as text, a whole reply, or what it makes of the request. */
export type Answer = string | FakeReply | ((request: DocumentRequest) => string);

/** Stands for the application server behind the documents port: answers by URL and notes every request. */
export class FakeDocuments implements Documents {
  /** Without their cookies. */
  readonly requests: Omit<DocumentRequest, 'cookies'>[] = [];
  /** The Cookie header of each request. */
  readonly cookieHeaders: (string | undefined)[] = [];
  readonly #answers = new Map<string, Answer[]>();
  #held: Promise<void> | undefined;

  /** Answers to a URL, one per request; the last one goes on for ever. */
  on(url: string, ...answers: Answer[]): this {
    this.#answers.set(url, answers);
    return this;
  }

  /** Lets requests wait for their reply until the returned function is called. */
  hold(): () => void {
    let release: () => void = () => undefined;
    this.#held = new Promise((resolve) => {
      release = resolve;
    });
    return release;
  }

  /** Every request as `POST url` with the parameters that `names` lists, in order. */
  summary(...names: string[]): readonly (readonly string[])[] {
    return this.requests.map(({ method, url, parameters }) => [
      `${method} ${url}`,
      ...parameters.filter(([name]) => names.includes(name)).map(([name, value]) => `${name}=${value}`),
    ]);
  }

  cookies(kept?: unknown): Cookies {
    return new CallCookies(kept);
  }

  async request(request: DocumentRequest): Promise<DocumentReply> {
    const { cookies, ...seen } = request;
    const { url } = request;
    if (withoutCredentials(url) === NO_URL) return replyTo(url, notAUrl);
    this.requests.push(seen);
    this.cookieHeaders.push(cookies?.headerFor(url));
    const answers = this.#answers.get(url) ?? [notFound];
    const answer = (answers.length > 1 ? answers.shift() : answers[0]) ?? notFound;
    await this.#held;
    const { setCookie = [], ...reply } = replyOf(request, answer);
    cookies?.set(url, setCookie);
    return replyTo(url, reply);
  }
}

const NO_URL = withoutCredentials('');
const notAUrl = { ok: false, errorCode: 11100, message: 'The URL is not a valid HTTP URL' } as const;
const notFound = failure(404);

/** An application server that answered with this HTTP status. */
export function failure(status: number): FakeReply {
  return {
    ok: false,
    errorCode: 11200,
    status,
    message: `The application server answered with status ${status}`,
  };
}

/** An application server that cannot be reached. */
export const unreachable: FakeReply = {
  ok: false,
  errorCode: 11205,
  message: 'The connection was refused (ECONNREFUSED)',
};

function replyOf(request: DocumentRequest, answer: Answer): FakeReply {
  if (typeof answer === 'function') return { body: answer(request) };
  return typeof answer === 'string' ? { body: answer } : answer;
}

function replyTo(url: string, reply: Partial<DocumentReply>): DocumentReply {
  if (reply.ok === false) {
    const basics = { errorCode: 11200, message: 'Failed', durationMs: 5 };
    return { ...basics, ...reply, url: withoutCredentials(reply.url ?? url) };
  }
  const usual = { url, status: 200, contentType: 'text/xml', body: '', durationMs: 5 } as const;
  const whole = { ...usual, ...reply, ok: true } as const;
  const contentType = mediaType(whole.contentType);
  // A sound is played from its URL and not read.
  const body = contentType.startsWith('audio/') ? '' : whole.body;
  return { ...whole, contentType, body };
}
