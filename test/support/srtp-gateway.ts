import { randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { MediaShapes } from '../../src/phone/call.ts';
import { SrtpStream } from './srtp.ts';

const HOST = '127.0.0.1';

/** Makes a phone one that encrypts: it stands between the phone's RTP and the SRTP of the other side. */
export class SrtpGateway {
  /** The crypto attribute of its offers. */
  readonly crypto: string;
  readonly #sending: SrtpStream;
  readonly #outside: Socket;
  readonly #inside: Socket;
  #receiving: SrtpStream | undefined;
  #phonePort = 0;
  #otherPort = 0;

  private constructor(inline: string, outside: Socket, inside: Socket) {
    this.crypto = `a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${inline}`;
    this.#sending = new SrtpStream(inline);
    this.#outside = outside;
    this.#inside = inside;
    outside.on('message', (packet) => {
      const rtp = this.#receiving?.unprotect(packet);
      if (rtp !== undefined) inside.send(rtp, this.#phonePort, HOST);
    });
    inside.on('message', (packet) => {
      if (this.#otherPort > 0) outside.send(this.#sending.protect(packet), this.#otherPort, HOST);
    });
  }

  static async open(): Promise<SrtpGateway> {
    const sockets = [createSocket('udp4'), createSocket('udp4')] as const;
    for (const socket of sockets) {
      socket.bind(0, HOST);
      await once(socket, 'listening');
    }
    return new SrtpGateway(randomBytes(30).toString('base64'), ...sockets);
  }

  /** For a call by the phone: `transport` of the media line that it offers; `more` is put behind it. */
  calling(transport: string, more: (sdp: string) => string = () => ''): MediaShapes {
    return {
      offer: (sdp) => `${this.#encrypted(sdp, transport)}${more(sdp)}`,
      answer: (sdp) => this.#connect(sdp, transport),
    };
  }

  /** For a call to the phone, which is offered RTP/AVP with a key. */
  called(): MediaShapes {
    return {
      offer: (sdp) => this.#connect(sdp, 'RTP/AVP'),
      answer: (sdp) => this.#encrypted(sdp, 'RTP/AVP'),
    };
  }

  close(): void {
    this.#outside.close();
    this.#inside.close();
  }

  /** What goes out for what the phone says: our outside address and key. */
  #encrypted(sdp: string, transport: string): string {
    this.#phonePort = Number(/^m=audio (\d+)/m.exec(sdp)?.[1]);
    const line = `m=audio ${this.#outside.address().port} ${transport}`;
    return `${sdp.replace(/m=audio \d+ RTP\/AVP/, line)}${this.crypto}\r\n`;
  }

  /** What the phone gets for what came: our inside address, not encrypted. */
  #connect(came: string, transport: string): string {
    const [, port] = new RegExp(`^m=audio (\\d+) ${transport} `, 'm').exec(came) ?? [];
    const [, inline] = /^a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:(\S+)/m.exec(came) ?? [];
    if (port === undefined || inline === undefined) throw new Error(`not an encrypted description: ${came}`);
    this.#receiving = new SrtpStream(inline);
    this.#otherPort = Number(port);
    const inside = this.#inside.address().port;
    return came.replace(`m=audio ${port} ${transport}`, `m=audio ${inside} RTP/AVP`);
  }
}
