import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer, type TLSSocket } from 'node:tls';
import { waitUntil } from './wait-until.ts';

const MESSAGE = /^((?:[^\r\n]+\r\n)+)\r\n/;

/** A phone that registers and is called over TLS. It answers OPTIONS, and every INVITE with 486. */
export class TlsPhone {
  /** The INVITEs that came. */
  readonly invites: string[] = [];
  readonly #socket: TLSSocket;
  readonly #login: string;
  readonly #password: string;
  readonly #replies: string[] = [];
  #text = '';

  private constructor(socket: TLSSocket, login: string, password: string) {
    this.#socket = socket;
    this.#login = login;
    this.#password = password;
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => this.#received(text));
  }

  /** `ca`: the certificate that it trusts, in PEM. Rejects when the server has another one. */
  static async open(
    server: { readonly host: string; readonly port: number },
    { ca, login, password }: { readonly ca: string; readonly login: string; readonly password: string },
  ): Promise<TlsPhone> {
    const socket = connect({ ...server, ca, minVersion: 'TLSv1.2' });
    await once(socket, 'secureConnect');
    return new TlsPhone(socket, login, password);
  }

  /** A far end that waits for calls over TLS on a port of its own, and registers nowhere. */
  static async listen(
    host: string,
    files: { readonly cert: string; readonly key: string },
  ): Promise<{ readonly port: number; invites(): readonly string[]; close(): Promise<void> }> {
    const phones: TlsPhone[] = [];
    const server = createServer(files, (socket) => phones.push(new TlsPhone(socket, '', '')));
    server.listen(0, host);
    await once(server, 'listening');
    return {
      port: (server.address() as AddressInfo).port,
      invites: () => phones.flatMap(({ invites }) => invites),
      async close() {
        for (const phone of phones) phone.#socket.destroy();
        server.close();
        await once(server, 'close');
      },
    };
  }

  get fingerprint(): string {
    return this.#socket.getPeerCertificate().fingerprint256;
  }

  /** Registers; resolves with the status. */
  async register(): Promise<number> {
    const callId = randomUUID();
    this.#send(callId, 1);
    const challenge = await this.#reply(`${callId} 1`);
    const [, nonce = ''] = /nonce="([^"]+)"/.exec(challenge) ?? [];
    this.#send(callId, 2, nonce);
    return Number((await this.#reply(`${callId} 2`)).split(' ')[1]);
  }

  async close(): Promise<void> {
    this.#socket.destroy();
    await once(this.#socket, 'close');
  }

  #send(callId: string, seq: number, nonce?: string): void {
    const { localAddress: host, localPort: port } = this.#socket;
    const uri = 'sip:legwork';
    const user = `<sip:${this.#login}@legwork>`;
    const ha1 = md5(`${this.#login}:legwork:${this.#password}`);
    const response = md5(`${ha1}:${nonce}:00000001:cnonce:auth:${md5(`REGISTER:${uri}`)}`);
    const proof = `Digest username="${this.#login}", realm="legwork", nonce="${nonce}", uri="${uri}", response="${response}", algorithm=MD5, qop=auth, nc=00000001, cnonce="cnonce"`;
    const lines = [
      `REGISTER ${uri} SIP/2.0`,
      `Via: SIP/2.0/TLS ${host}:${port};branch=z9hG4bK${randomUUID()};rport`,
      'Max-Forwards: 70',
      `From: ${user};tag=phone`,
      `To: ${user}`,
      `Call-ID: ${callId}`,
      `CSeq: ${seq} REGISTER`,
      `Contact: <sip:${this.#login}@${host}:${port};transport=tls>`,
      'Expires: 60',
      ...(nonce === undefined ? [] : [`Authorization: ${proof}`]),
      'Content-Length: 0',
    ];
    this.#socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  }

  async #reply(id: string): Promise<string> {
    const is = (text: string) => `${header(text, 'Call-ID')} ${header(text, 'CSeq').split(' ')[0]}` === id;
    await waitUntil(`the answer to ${id}`, () => this.#replies.some(is));
    return this.#replies.find(is) ?? '';
  }

  #received(text: string): void {
    this.#text += text;
    for (let found = MESSAGE.exec(this.#text); found !== null; found = MESSAGE.exec(this.#text)) {
      const [head] = found;
      const whole = head.length + Number(header(head, 'Content-Length') || 0);
      if (this.#text.length < whole) return;
      this.#take(this.#text.slice(0, whole));
      this.#text = this.#text.slice(whole);
    }
  }

  #take(message: string): void {
    if (message.startsWith('SIP/2.0 ')) return void this.#replies.push(message);
    if (message.startsWith('INVITE ')) this.invites.push(message);
    if (message.startsWith('INVITE ')) this.#answer(message, '486 Busy Here');
    else if (!message.startsWith('ACK ')) this.#answer(message, '200 OK');
  }

  #answer(request: string, status: string): void {
    const vias = request.split('\r\n').filter((line) => line.startsWith('Via:'));
    const lines = [
      `SIP/2.0 ${status}`,
      ...vias,
      `From: ${header(request, 'From')}`,
      `To: ${header(request, 'To')};tag=phone`,
      `Call-ID: ${header(request, 'Call-ID')}`,
      `CSeq: ${header(request, 'CSeq')}`,
      'Content-Length: 0',
    ];
    this.#socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  }
}

function header(message: string, name: string): string {
  return new RegExp(`^${name}:\\s*(.*?)\\r$`, 'im').exec(message)?.[1] ?? '';
}

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}
