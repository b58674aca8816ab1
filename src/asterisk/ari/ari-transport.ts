import { Buffer } from 'node:buffer';
import { createWriteStream } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { pipeline } from 'node:stream/promises';
import type { Clock } from '../../concurrency/clock.ts';
import { guardWriting } from '../../concurrency/guarded-request.ts';
import { AriError } from './ari-error.ts';

/** Asterisk closes connections beyond its `sessionlimit`; 40 sockets carry more requests than it can serve. */
const POOL_SOCKETS = 40;
/** Below Asterisk's `session_keep_alive` (15 s), so that we never write to a socket that it just closed. */
const IDLE_SOCKET_MS = 5_000;
const LARGEST_BODY_BYTES = 16 * 1024 * 1024;
/** The download of a long recording may take long, but it must not stall. */
const DOWNLOAD_STALL_MS = 10_000;
const MAY_NOT_ACT = 'this node may not act on that Asterisk now';

export interface AriRequest {
  readonly method: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface AriReply {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly data: Buffer;
}

export interface TransportOptions {
  readonly username: string;
  readonly password: string;
  readonly clock: Clock;
  /** For a whole request: queueing, connecting, header and body. */
  readonly deadlineMs: number;
  /** Asked before a request is written; then it is refused. */
  readonly mayAct?: () => boolean;
}

/** Sends HTTP requests to one Asterisk: keep-alive, a bounded pool, and always an answer within the deadline. */
export class AriTransport {
  readonly #options: TransportOptions;
  readonly #plain = new http.Agent({ keepAlive: true, maxSockets: POOL_SOCKETS, timeout: IDLE_SOCKET_MS });
  readonly #secure = new https.Agent({ keepAlive: true, maxSockets: POOL_SOCKETS, timeout: IDLE_SOCKET_MS });
  readonly #running = new Set<http.ClientRequest>();
  readonly #authorization: string;

  constructor(options: TransportOptions) {
    this.#options = options;
    const pair = `${options.username}:${options.password}`;
    this.#authorization = `Basic ${Buffer.from(pair).toString('base64')}`;
  }

  /** Resolves with any reply below 400; otherwise rejects with AriError. */
  send(request: AriRequest): Promise<AriReply> {
    const { mayAct } = this.#options;
    if (mayAct?.() === false) return Promise.reject(new AriError(0, MAY_NOT_ACT));
    return new Promise((resolve, reject) => {
      const secure = request.url.startsWith('https:');
      const outgoing = (secure ? https : http).request(request.url, {
        method: request.method,
        agent: secure ? this.#secure : this.#plain,
        headers: {
          ...request.headers,
          ...(request.body === undefined ? {} : { 'Content-Length': Buffer.byteLength(request.body) }),
          Authorization: this.#authorization,
        },
      });
      const stopTimer = this.#options.clock.after(this.#options.deadlineMs, () => {
        outgoing.destroy(new Error(`no answer within ${this.#options.deadlineMs} ms`));
      });
      const fail = (error: Error) => {
        stopTimer();
        reject(new AriError(0, `Asterisk did not answer: ${error.message}`));
      };
      outgoing.on('error', fail);
      if (mayAct !== undefined) this.#guard(outgoing, mayAct);
      outgoing.on('response', (incoming) => {
        collect(incoming).then((reply) => {
          stopTimer();
          if (reply.status >= 400) reject(new AriError(reply.status, refusal(reply)));
          else resolve(reply);
        }, fail);
      });
      outgoing.end(request.body);
    });
  }

  /** Writes the body of a GET into a new file; rejects with AriError, or with the file system's error. */
  async download(url: string, path: string): Promise<void> {
    if (this.#options.mayAct?.() === false) throw new AriError(0, MAY_NOT_ACT);
    const incoming = await this.#openDownload(url);
    const { statusCode: status = 0 } = incoming;
    if (status >= 400) {
      incoming.resume();
      throw new AriError(status, `HTTP ${status}`);
    }
    const length = Number(incoming.headers['content-length']);
    let bytes = 0;
    incoming.on('data', (part: Buffer) => {
      bytes += part.length;
    });
    await pipeline(incoming, createWriteStream(path)).catch((error: unknown) => {
      throw incoming.complete ? error : new AriError(0, `The download broke off: ${String(error)}`);
    });
    if (Number.isFinite(length) && bytes !== length) throw new AriError(0, 'The download was not complete');
  }

  #openDownload(url: string): Promise<http.IncomingMessage> {
    return new Promise((resolve, reject) => {
      const secure = url.startsWith('https:');
      const outgoing = (secure ? https : http).get(url, {
        agent: secure ? this.#secure : this.#plain,
        headers: { Authorization: this.#authorization },
      });
      outgoing.setTimeout(DOWNLOAD_STALL_MS, () => outgoing.destroy(new Error('the download stood still')));
      outgoing.on('error', (error) => reject(new AriError(0, `Asterisk did not answer: ${error.message}`)));
      outgoing.on('response', resolve);
    });
  }

  /** Running requests fail as `unavailable`; later ones get new sockets. */
  interrupt(): void {
    for (const outgoing of this.#running) outgoing.destroy(new Error(MAY_NOT_ACT));
  }

  /** It may wait for a socket, and for the connection, longer than we may act. */
  #guard(outgoing: http.ClientRequest, mayAct: () => boolean): void {
    this.#running.add(outgoing);
    outgoing.on('close', () => this.#running.delete(outgoing));
    guardWriting(outgoing, mayAct, MAY_NOT_ACT);
  }

  /** Closes idle and busy sockets; running requests fail as `unavailable`. */
  close(): void {
    this.#plain.destroy();
    this.#secure.destroy();
  }
}

function collect(incoming: http.IncomingMessage): Promise<AriReply> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let size = 0;
    incoming.on('data', (part: Buffer) => {
      size += part.length;
      if (size > LARGEST_BODY_BYTES) incoming.destroy(new Error('the answer is too large'));
      else parts.push(part);
    });
    incoming.on('error', reject);
    incoming.on('aborted', () => reject(new Error('the answer broke off')));
    incoming.on('end', () => {
      resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, data: Buffer.concat(parts) });
    });
  });
}

/** ARI refuses with `{"message"}` or `{"error"}`; until it is loaded, Asterisk's web server answers in HTML. */
function refusal(reply: AriReply): string {
  const text = reply.data.toString('utf8');
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null) {
      const { message, error } = parsed as { message?: unknown; error?: unknown };
      if (typeof message === 'string') return message;
      if (typeof error === 'string') return error;
    }
  } catch {
    return `HTTP ${reply.status} without an ARI body`;
  }
  return `HTTP ${reply.status}`;
}
