import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { performance } from 'node:perf_hooks';

/** A SIP request of a stranger, sent over UDP as it is written here. */
export interface SipQuestion {
  readonly method: 'INVITE' | 'OPTIONS' | 'MESSAGE' | 'REGISTER' | 'SUBSCRIBE' | 'PUBLISH';
  /** User part of From (and of To, of a REGISTER). */
  readonly from: string;
  readonly to?: string;
  readonly headers?: readonly string[];
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
    return stranger;
  }

  async ask(question: SipQuestion): Promise<SipReply> {
    const began = performance.now();
    const reply = once(this.#socket, 'message');
    this.send(question);
    const [message] = (await reply) as [Buffer];
    const text = message.toString('latin1');
    return { status: Number(text.split(' ')[1]), ms: performance.now() - began, text };
  }

  /** Sends it without waiting for what comes back. */
  send({ method, from, to = method === 'REGISTER' ? from : '1000', headers = [] }: SipQuestion): void {
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
      `Contact: <sip:${from}@${address}:${port}>`,
      ...headers,
      'Content-Length: 0',
    ];
    this.#socket.send(`${lines.join('\r\n')}\r\n\r\n`, serverPort, server);
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.#socket.close(() => resolve()));
  }
}
