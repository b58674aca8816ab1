import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { replyTo, STORY_PATHS } from './story-documents.ts';
import type { StoryNames, StoryRequest } from './story-request.ts';
import { isSigned } from './story-signature.ts';

export interface StoryServerOptions {
  readonly names: StoryNames;
  readonly authToken: string;
  /** Milliseconds since the story began. */
  readonly elapsed: () => number;
  /** Called for every request, with the reply in words if one was expected. */
  readonly onRequest: (request: StoryRequest, reply: string | undefined) => void;
}

/** The story's application server: serves its RCML, and remembers every request. */
export class StoryServer {
  readonly requests: StoryRequest[] = [];
  readonly #options: StoryServerOptions;
  readonly #server = createServer((message, response) => {
    this.#receive(message, response).catch(() => response.destroy());
  });
  readonly #watchers = new Set<() => void>();

  private constructor(options: StoryServerOptions) {
    this.#options = options;
  }

  /** Listens on a free port of 127.0.0.1. */
  static async start(options: StoryServerOptions): Promise<StoryServer> {
    const server = new StoryServer(options);
    server.#server.listen(0, '127.0.0.1');
    await once(server.#server, 'listening');
    return server;
  }

  url(path: string): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}${path}`;
  }

  /** Resolves when the condition holds for the requests so far, or after `withinMs`. */
  async until(holds: () => boolean, withinMs: number): Promise<void> {
    if (holds()) return;
    await new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#watchers.delete(watch);
        resolve();
      };
      const timer = setTimeout(done, withinMs);
      const watch = () => {
        if (holds()) done();
      };
      this.#watchers.add(watch);
    });
  }

  async stop(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #receive(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const { names, authToken, elapsed, onRequest } = this.#options;
    const atMs = elapsed();
    const path = message.url ?? '/';
    const parameters = Object.fromEntries(new URLSearchParams(await text(message)));
    const signature = String(message.headers['x-twilio-signature'] ?? '');
    const request: StoryRequest = {
      atMs,
      kind: STORY_PATHS[path] ?? 'unknown path',
      parameters: new Map(Object.entries(parameters)),
      token: message.headers['i-idempotency-token']?.toString(),
      signed: isSigned(authToken, signature, this.url(path), parameters),
    };
    const reply = replyTo(request.kind, request.parameters, names);
    response.writeHead(request.kind === 'unknown path' ? 404 : 200, { 'content-type': 'text/xml' });
    response.end(reply?.rcml);
    this.requests.push(request);
    onRequest(request, reply?.inWords);
    for (const watch of this.#watchers) watch();
  }
}
