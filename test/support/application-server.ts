import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import twilio from 'twilio';

const MAX_REQUEST_BYTES = 1_000_000;

/** A request as the application server received it. */
export interface ReceivedRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** With the query, as it came. */
  readonly target: string;
  /** The whole URL as the client must have spelled it, without user and password. */
  readonly url: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Of the form for POST, of the query for GET; of a repeated name the last value. */
  readonly params: Readonly<Record<string, string>>;
  /** The same in order, repeated names included. */
  readonly pairs: readonly (readonly [name: string, value: string])[];
  readonly body: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Which connection it came on, counted from 1. */
  readonly connection: number;
  /** What the validator of the `twilio` package says about X-Twilio-Signature. */
  signatureValid(authToken: string): boolean;
}

export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** How long the reply waits. */
  readonly delayMs?: number;
}

/** Takes the reply into its own hands; it must end the response or destroy the socket itself. */
export type Handler = (
  request: ReceivedRequest,
  response: ServerResponse,
) => Reply | string | undefined | Promise<Reply | string | undefined>;

/** What a path answers: RCML text (200, text/xml), a whole reply, or a handler. */
export type Answer = string | Reply | Handler;

/** Never replies. */
export const hang: Handler = () => undefined;

/** Breaks the connection before any byte of the reply. */
export const reset: Handler = (_request, response) => {
  response.socket?.resetAndDestroy();
  return undefined;
};

/** A redirect to `location`. */
export function redirect(location: string, status = 302): Reply {
  return { status, headers: { location } };
}

/**
 * A customer's application server on a port of its own: records every request in the order of arrival and
 * replies as scripted. A path without a script gets 404; `Legwork` itself is not imported, so nothing here
 * repeats its mistakes.
 */
export class ApplicationServer {
  readonly requests: ReceivedRequest[] = [];
  readonly #server: Server;
  readonly #answers = new Map<string, Answer[]>();
  readonly #sockets = new Map<Socket, number>();
  readonly #watchers = new Set<() => void>();
  #connections = 0;

  private constructor() {
    this.#server = createServer((request, response) => {
      this.#receive(request, response).catch((error: unknown) => response.destroy(error as Error));
    });
    this.#server.on('connection', (socket) => {
      this.#connections += 1;
      this.#sockets.set(socket, this.#connections);
      socket.on('close', () => this.#sockets.delete(socket));
    });
  }

  /** Listens on `host` at a free port (or `port`). */
  static async start(options: { host?: string; port?: number } = {}): Promise<ApplicationServer> {
    const app = new ApplicationServer();
    app.#server.listen(options.port ?? 0, options.host ?? '127.0.0.1');
    await once(app.#server, 'listening');
    return app;
  }

  /** `http://127.0.0.1:port`, without a slash at the end. */
  get origin(): string {
    const { address, port } = this.#server.address() as AddressInfo;
    return `http://${address}:${port}`;
  }

  /** How many connections were made so far. */
  get connections(): number {
    return this.#connections;
  }

  url(path: string): string {
    return `${this.origin}${path}`;
  }

  /** What `path` answers: the answers in turn, the last one for ever. Replaces an earlier script. */
  reply(path: string, ...answers: readonly Answer[]): void {
    this.#answers.set(path, [...answers]);
  }

  /** The requests to one path, in order. */
  to(path: string): readonly ReceivedRequest[] {
    return this.requests.filter((request) => request.path === path);
  }

  /** Resolves with all requests when there are `count` of them, or the predicate says so; rejects after `timeoutMs`. */
  async waitFor(
    condition: number | ((requests: readonly ReceivedRequest[]) => boolean),
    timeoutMs = 30_000,
  ): Promise<readonly ReceivedRequest[]> {
    const met =
      typeof condition === 'number'
        ? () => this.requests.length >= condition
        : () => condition(this.requests);
    if (met()) return this.requests;
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#watchers.delete(watch);
        reject(new Error(`not seen after ${timeoutMs} ms; received: ${this.#summary()}`));
      }, timeoutMs);
      const watch = () => {
        if (!met()) return;
        clearTimeout(timer);
        this.#watchers.delete(watch);
        resolve();
      };
      this.#watchers.add(watch);
    });
    return this.requests;
  }

  /** Closes it with all its connections; hanging requests break. */
  async stop(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #receive(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const connection = this.#sockets.get(message.socket) ?? 0;
    const request = received(message, await bodyOf(message), connection);
    this.requests.push(request);
    for (const watch of this.#watchers) watch();
    const answers = this.#answers.get(request.path) ?? [{ status: 404 }];
    const answer = (answers.length > 1 ? answers.shift() : answers[0]) ?? { status: 404 };
    const reply = typeof answer === 'function' ? await answer(request, response) : answer;
    if (reply === undefined) return;
    await send(typeof reply === 'string' ? { body: reply } : reply, response);
  }

  #summary(): string {
    return this.requests.map(({ method, target }) => `${method} ${target}`).join(', ') || 'nothing';
  }
}

async function send(reply: Reply, response: ServerResponse): Promise<void> {
  if (reply.delayMs !== undefined) await new Promise((resolve) => setTimeout(resolve, reply.delayMs));
  const type = reply.body === undefined ? {} : { 'content-type': 'text/xml; charset=utf-8' };
  response.writeHead(reply.status ?? 200, { ...type, ...reply.headers });
  response.end(reply.body);
}

async function bodyOf(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > MAX_REQUEST_BYTES) throw new Error('the request is too large for a test');
  }
  return Buffer.concat(chunks).toString('utf8');
}

function received(message: IncomingMessage, body: string, connection: number): ReceivedRequest {
  const method = message.method ?? '';
  const target = message.url ?? '';
  const [path = '', query = ''] = target.split(/\?(.*)/s);
  const pairs = [...new URLSearchParams(method === 'GET' ? query : body)];
  const headers = Object.fromEntries(
    Object.entries(message.headers).map(([name, value]) => [name, String(value)]),
  );
  const url = `http://${headers['host']}${target}`;
  return {
    method,
    path,
    target,
    url,
    headers,
    params: Object.fromEntries(pairs),
    pairs,
    body,
    at: Date.now(),
    connection,
    signatureValid: (authToken) =>
      twilio.validateRequest(
        authToken,
        headers['x-twilio-signature'] ?? '',
        url,
        method === 'GET' ? {} : grouped(pairs),
      ),
  };
}

/** Repeated names become lists, as the usual body parsers make them. */
function grouped(pairs: readonly (readonly [string, string])[]): Record<string, string | string[]> {
  const result: Record<string, string | string[]> = {};
  for (const [name, value] of pairs) {
    const known = result[name];
    result[name] = known === undefined ? value : [...(Array.isArray(known) ? known : [known]), value];
  }
  return result;
}
