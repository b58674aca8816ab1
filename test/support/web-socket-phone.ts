import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { type ClientOptions, WebSocket } from 'ws';
import { registerOf, type Request } from './sip-messages.ts';
import { waitUntil } from './wait-until.ts';

/** What came of an attempt to connect: a phone, or the status and text with which it was refused. */
export type Connected = WebSocketPhone | { readonly status: number; readonly text: string };

interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** What a browser sends, without a browser: SIP messages over a WebSocket, as somebody writes them. */
export class WebSocketPhone {
  readonly socket: WebSocket;
  readonly received: string[] = [];
  /** `1008 Too many messages`; undefined while it is open. */
  closed: string | undefined;
  #requests = 0;

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (data: Buffer) => this.received.push(data.toString()));
    socket.on('close', (code, reason) => {
      this.closed = `${code} ${reason.toString()}`.trim();
    });
    socket.on('error', () => undefined);
  }

  /** Connects to `ws://…/sip`. */
  static async connect(
    url: string,
    options: ClientOptions = {},
    protocol: string[] = ['sip'],
  ): Promise<Connected> {
    const socket = new WebSocket(url, protocol, options);
    const phone = new WebSocketPhone(socket);
    const refused = new Promise<Connected>((resolve) => {
      socket.once('unexpected-response', (_request, response: IncomingMessage) => {
        let text = '';
        response.on('data', (chunk: Buffer) => (text += chunk.toString()));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
      });
    });
    return Promise.race([once(socket, 'open').then(() => phone), refused]);
  }

  /** The same, which must be let in. */
  static async open(url: string, options: ClientOptions = {}): Promise<WebSocketPhone> {
    const phone = await WebSocketPhone.connect(url, options);
    if (phone instanceof WebSocketPhone) return phone;
    throw new Error(`Refused: ${phone.status} ${phone.text}`);
  }

  /** Sends a request and resolves with its final reply. */
  async ask(request: Request): Promise<{ readonly status: number; readonly text: string }> {
    this.#requests += 1;
    const callId = request.callId ?? `${this.#requests}-${crypto.randomUUID()}`;
    const { cseq = 1 } = request;
    this.socket.send(registerOf({ ...request, callId }));
    const isReply = (text: string) =>
      /^SIP\/2\.0 [2-6]/.test(text) &&
      text.includes(`Call-ID: ${callId}\r\n`) &&
      text.includes(`CSeq: ${cseq} `);
    await waitUntil('a reply comes', () => this.received.some(isReply) || this.closed !== undefined);
    const text = this.received.find(isReply) ?? '';
    return { status: Number(/^SIP\/2\.0 (\d+)/.exec(text)?.[1] ?? 0), text };
  }

  /** Registers, or sends another request, with a password; resolves with the last reply's status. */
  async askWith(credentials: Credentials, request: Request = {}): Promise<number> {
    const callId = crypto.randomUUID();
    const first = await this.ask({ ...request, callId });
    if (first.status !== 401) return first.status;
    const { method = 'REGISTER' } = request;
    const authorization = answerTo(first.text, method, credentials);
    const more = [...(request.more ?? []), `Authorization: ${authorization}`];
    return (await this.ask({ ...request, callId, cseq: 2, more })).status;
  }

  close(): void {
    this.socket.terminate();
  }
}

/** RFC 2617, with qop. */
function answerTo(challenge: string, method: string, { username, password }: Credentials): string {
  const value = (name: string) => new RegExp(`\\b${name}="([^"]*)"`).exec(challenge)?.[1] ?? '';
  const [realm, nonce, opaque] = [value('realm'), value('nonce'), value('opaque')];
  const md5 = (text: string) => createHash('md5').update(text).digest('hex');
  const uri = 'sip:legwork';
  const [nc, cnonce] = ['00000001', crypto.randomUUID().slice(0, 8)];
  const ha1 = md5(`${username}:${realm}:${password}`);
  const response = md5(`${ha1}:${nonce}:${nc}:${cnonce}:auth:${md5(`${method}:${uri}`)}`);
  return (
    `Digest username="${username}", realm="${realm}", nonce="${nonce}", uri="${uri}", response="${response}", ` +
    `algorithm=MD5, cnonce="${cnonce}", qop=auth, nc=${nc}, opaque="${opaque}"`
  );
}
