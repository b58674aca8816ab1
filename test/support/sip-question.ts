import { createSocket } from 'node:dgram';
import { createHash } from 'node:crypto';
import { on, once } from 'node:events';
import { performance } from 'node:perf_hooks';

/** A SIP request of a stranger, sent over UDP as it is written here. */
export interface SipQuestion {
  readonly method: 'INVITE' | 'OPTIONS' | 'MESSAGE' | 'REGISTER' | 'SUBSCRIBE' | 'PUBLISH';
  /** User part of From (and of To, of a REGISTER). */
  readonly from: string;
  readonly to?: string;
  readonly headers?: readonly string[];
  /** The Contact header; default: where this question comes from. */
  readonly contact?: string;
}

/** What came back first, and after how many milliseconds. */
export interface SipReply {
  readonly status: number;
  readonly ms: number;
  readonly text: string;
}

/** Asks questions from one UDP socket; nothing of it stays after `close`. */
export class Stranger {
  readonly #socket = createSocket('udp4');
  readonly #server: { readonly host: string; readonly port: number };
  readonly #received: string[] = [];
  #asked = 0;

  private constructor(server: { readonly host: string; readonly port: number }) {
    this.#server = server;
  }

  static async at(
    localHost: string,
    server: { readonly host: string; readonly port: number },
    localPort = 0,
  ): Promise<Stranger> {
    const stranger = new Stranger(server);
    stranger.#socket.bind(localPort, localHost);
    await once(stranger.#socket, 'listening');
    stranger.#socket.on('message', (message: Buffer) => stranger.#received.push(message.toString('latin1')));
    return stranger;
  }

  get address(): { readonly host: string; readonly port: number } {
    const { address, port } = this.#socket.address();
    return { host: address, port };
  }

  /** The requests of this method that came, repeated ones too; none of them is answered. */
  requests(method: string): readonly string[] {
    return this.#received.filter((text) => text.startsWith(`${method} `));
  }

  async ask(question: SipQuestion): Promise<SipReply> {
    const began = performance.now();
    const replies = on(this.#socket, 'message');
    const id = this.send(question);
    let text = '';
    // To what it has registered Asterisk sends requests of its own.
    for await (const [message] of replies as AsyncIterable<[Buffer]>) {
      text = message.toString('latin1');
      if (text.startsWith('SIP/2.0 ') && text.includes(id)) break;
    }
    return { status: Number(text.split(' ')[1]), ms: performance.now() - began, text };
  }

  /** Registers with a password, as a phone does: asks, and answers the challenge. */
  async guess(
    login: string,
    password: string,
    more: Pick<SipQuestion, 'headers' | 'contact'> = {},
  ): Promise<SipReply> {
    const question = { method: 'REGISTER', from: login, ...more } as const;
    const challenge = await this.ask(question);
    const [, nonce] = /nonce="([^"]+)"/.exec(challenge.text) ?? [];
    if (nonce === undefined) return challenge;
    const uri = `sip:${this.#server.host}:${this.#server.port}`;
    const response = md5(
      md5(login, 'legwork', password),
      nonce,
      '00000001',
      'c',
      'auth',
      md5('REGISTER', uri),
    );
    const parts = `username="${login}",realm="legwork",nonce="${nonce}",uri="${uri}",response="${response}"`;
    const headers = [`Authorization: Digest ${parts},algorithm=MD5,qop=auth,nc=00000001,cnonce="c"`];
    return this.ask({ ...question, headers: [...headers, ...(more.headers ?? [])] });
  }

  /** Sends it without waiting for what comes back; gives its Call-ID. */
  send(question: SipQuestion): string {
    const { method, from, to = method === 'REGISTER' ? from : '1000', headers = [] } = question;
    const { address, port } = this.#socket.address();
    const { host: server, port: serverPort } = this.#server;
    this.#asked += 1;
    const id = `${port}-${this.#asked}-${crypto.randomUUID()}`;
    const target =
      method === 'REGISTER' ? `sip:${server}:${serverPort}` : `sip:${to}@${server}:${serverPort}`;
    const lines = [
      `${method} ${target} SIP/2.0`,
      `Via: SIP/2.0/UDP ${address}:${port};branch=z9hG4bK${id};rport`,
      'Max-Forwards: 70',
      `From: <sip:${from}@${server}>;tag=${id}`,
      `To: <sip:${to}@${server}>`,
      `Call-ID: ${id}`,
      `CSeq: 1 ${method}`,
      `Contact: ${question.contact ?? `<sip:${from}@${address}:${port}>`}`,
      ...headers,
      'Content-Length: 0',
    ];
    this.#socket.send(`${lines.join('\r\n')}\r\n\r\n`, serverPort, server);
    return id;
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.#socket.close(() => resolve()));
  }
}

function md5(...parts: readonly string[]): string {
  return createHash('md5').update(parts.join(':')).digest('hex');
}
