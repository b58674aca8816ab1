import type { Cookies, DocumentReply, DocumentRequest, Documents } from '../../src/call/documents.ts';
import { CallCookies } from '../../src/webhooks/call-cookies.ts';

/** What the application server says: RCML as text, or a whole reply but for what can be guessed. */
export type Answer = string | Partial<DocumentReply> | ((request: DocumentRequest) => string);

/** Stands for the application server behind the documents port: answers by URL and notes every request. */
export class FakeDocuments implements Documents {
  /** Without their cookies, which an answer that is a function sees. */
  readonly requests: Omit<DocumentRequest, 'cookies'>[] = [];
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
    const { cookies: _cookies, ...seen } = request;
    this.requests.push(seen);
    const answers = this.#answers.get(request.url) ?? [notFound];
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    await this.#held;
    return replyOf(request, answer ?? notFound);
  }
}

const notFound = failure(404);

/** An application server that answered with this HTTP status. */
export function failure(status: number): Partial<DocumentReply> {
  return {
    ok: false,
    errorCode: 11200,
    status,
    message: `The application server answered with status ${status}`,
  };
}

/** An application server that cannot be reached. */
export const unreachable: Partial<DocumentReply> = {
  ok: false,
  errorCode: 11205,
  message: 'Connection refused',
};

function replyOf(request: DocumentRequest, answer: Answer): DocumentReply {
  if (typeof answer === 'function') return replyOf(request, answer(request));
  const { url } = request;
  const usual = { ok: true, url, status: 200, contentType: 'text/xml', body: '', durationMs: 5 } as const;
  if (typeof answer === 'string') return { ...usual, body: answer };
  if (answer.ok === false) return { errorCode: 11200, message: 'Failed', url, durationMs: 5, ...answer };
  return { ...usual, ...answer, ok: true };
}
