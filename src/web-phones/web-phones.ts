import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';
import { WEB_PHONE_ADDRESS } from '../call/routing/sip-names.ts';
import { KnownCalls } from './known-calls.ts';
import { CLOSE, type MessageSocket, WebPhone, type WebPhoneDeps } from './web-phone.ts';

export interface WebPhonesOptions extends Omit<WebPhoneDeps, 'calls'> {
  /** Where Asterisk takes SIP over WebSocket: `ws://host:port/ws`. */
  readonly asteriskUrl: string;
  /** Whether Asterisk is on this machine, so that it can be reached from the address of browser phones. */
  readonly isLocal: boolean;
  readonly isUp: () => boolean;
  /** Whether a call with this Call-ID runs; also one that began before this process. */
  readonly isLiveCall: (callId: string) => boolean;
  /** The browser's address, and whether nobody on the way can listen. */
  readonly clientOf: (request: IncomingMessage) => { readonly address: string; readonly isSecure: boolean };
  /** Whose pages may connect, such as `https://example.com`; undefined: all. */
  readonly origins: readonly string[] | undefined;
  readonly mostPerAddress: number;
  /** One network of IPv6 counts as one address. */
  readonly networkOf: (address: string) => string;
}

const PATH = '/sip';
const PROTOCOL = 'sip';
const MOST_PHONES = 1_000;
const LONGEST_MESSAGE_BYTES = 65_536;
const CONNECT_WITHIN_MS = 5_000;
const CLOSE_WITHIN_MS = 1_000;

/** The browser phones that are connected: SIP over WebSocket (RFC 7118) at `/sip`, passed on to Asterisk. */
export class WebPhones {
  readonly #options: WebPhonesOptions;
  readonly #server = new WebSocketServer({
    noServer: true,
    maxPayload: LONGEST_MESSAGE_BYTES,
    perMessageDeflate: false,
    clientTracking: false,
    handleProtocols: () => PROTOCOL,
  });
  readonly #phones = new Set<WebPhone>();
  readonly #calls: KnownCalls;
  /** Connections by address, those that are being made included. */
  readonly #counts = new Map<string, number>();
  #total = 0;
  #closed = false;

  constructor(options: WebPhonesOptions) {
    this.#options = options;
    this.#calls = new KnownCalls(options.isLiveCall);
  }

  /** How many are connected. */
  get size(): number {
    return this.#phones.size;
  }

  /** The phone whose messages reach Asterisk from this port. */
  phoneAt(port: number): Pick<WebPhone, 'address' | 'userAgent' | 'username'> | undefined {
    return [...this.#phones].find((phone) => phone.port === port);
  }

  /** The ports of the phones that have signed in with this digest's username. */
  portsOf(username: string): readonly number[] {
    return [...this.#phones].filter((phone) => phone.username === username).map(({ port }) => port);
  }

  /** Takes a request to become a WebSocket; false when it is not for browser phones. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean {
    if (pathOf(request) !== PATH) return false;
    const { address, isSecure } = this.#options.clientOf(request);
    const network = this.#options.networkOf(address);
    const refusal = this.#refusalOf(request, { network, address, isSecure });
    if (refusal !== undefined) refuse(socket, refusal);
    else this.#connect(request, { socket, head, address, release: this.#count(network) });
    return true;
  }

  /** Tells the browsers to connect again, and ends. */
  async close(): Promise<void> {
    this.#closed = true;
    const phones = [...this.#phones];
    for (const phone of phones) phone.close(CLOSE.restart, 'Legwork is restarting');
    if (phones.length > 0) await this.#options.clock.sleep(CLOSE_WITHIN_MS);
    for (const phone of phones) phone.end();
  }

  #refusalOf(
    request: IncomingMessage,
    { network, address, isSecure }: { network: string; address: string; isSecure: boolean },
  ): Refusal | undefined {
    const { isUp, mostPerAddress, origins, wrongPasswords } = this.#options;
    if (request.method !== 'GET' || request.headers.upgrade?.toLowerCase() !== 'websocket') {
      return { status: '400 Bad Request', why: 'This is for WebSockets' };
    }
    if (origins !== undefined && !origins.includes(request.headers.origin ?? '')) {
      return { status: '403 Forbidden', why: 'WEBRTC_ORIGINS does not name the origin of this page' };
    }
    if (!isSecure) return { status: '403 Forbidden', why: 'Use https and wss: see TLS_CERT_FILE' };
    if (!protocolsOf(request).includes(PROTOCOL)) {
      return { status: '400 Bad Request', why: 'The WebSocket must offer the subprotocol sip' };
    }
    if (wrongPasswords.blockedForS(address, '') > 0) {
      return { status: '429 Too Many Requests', why: 'Too many wrong passwords from this address' };
    }
    if ((this.#counts.get(network) ?? 0) >= mostPerAddress) {
      return { status: '429 Too Many Requests', why: 'Too many browser phones from this address' };
    }
    if (this.#closed || !isUp() || this.#total >= MOST_PHONES) {
      return { status: '503 Service Unavailable', why: 'No browser phone can connect now' };
    }
    return undefined;
  }

  /** Counts a connection; returns what ends that, once. */
  #count(network: string): () => void {
    this.#total += 1;
    this.#counts.set(network, (this.#counts.get(network) ?? 0) + 1);
    let counts = true;
    return () => {
      if (!counts) return;
      counts = false;
      this.#total -= 1;
      const left = (this.#counts.get(network) ?? 1) - 1;
      if (left === 0) this.#counts.delete(network);
      else this.#counts.set(network, left);
    };
  }

  /** The browser is answered once Asterisk has answered. */
  #connect(request: IncomingMessage, { socket, head, address, release }: Connecting): void {
    const { asteriskUrl, isLocal } = this.#options;
    const asterisk = new WebSocket(asteriskUrl, PROTOCOL, {
      ...(isLocal ? { localAddress: WEB_PHONE_ADDRESS } : {}),
      handshakeTimeout: CONNECT_WITHIN_MS,
      perMessageDeflate: false,
      maxPayload: LONGEST_MESSAGE_BYTES,
      // Asterisk 22.11.0-rc1 ends with the first PONG.
      autoPong: false,
    });
    let port = 0;
    let isOpen = false;
    const gone = () => {
      release();
      asterisk.terminate();
    };
    socket.on('error', gone);
    socket.once('close', gone);
    asterisk.once('upgrade', (reply) => {
      port = reply.socket.localPort ?? 0;
    });
    asterisk.on('error', (error) => {
      if (isOpen) return;
      this.#options.log.warn({ reason: error.message }, 'Asterisk takes no browser phone');
      refuse(socket, { status: '503 Service Unavailable', why: 'No browser phone can connect now' });
    });
    asterisk.once('open', () => {
      isOpen = true;
      if (socket.destroyed || this.#closed) return gone();
      this.#server.handleUpgrade(request, socket, head, (browser) =>
        this.#join(browser, asterisk, { address, port }),
      );
    });
  }

  #join(browser: WebSocket, asterisk: WebSocket, from: { address: string; port: number }): void {
    const sockets = { browser: socketOf(browser), asterisk: socketOf(asterisk) };
    const phone = new WebPhone(sockets, from, { ...this.#options, calls: this.#calls });
    this.#phones.add(phone);
    browser.on('message', (data, isBinary) => phone.fromBrowser(bytesOf(data), isBinary));
    asterisk.on('message', (data, isBinary) => phone.fromAsterisk(bytesOf(data), isBinary));
    browser.on('pong', () => phone.ponged());
    // What is wrong with its messages, ws has told the browser by then.
    browser.on('error', () => undefined);
    browser.once('close', () => {
      this.#phones.delete(phone);
      phone.end();
    });
    asterisk.once('close', () => phone.close(CLOSE.later, 'Asterisk has ended the connection'));
  }
}

interface Connecting {
  readonly socket: Duplex;
  readonly head: Buffer;
  readonly address: string;
  readonly release: () => void;
}

interface Refusal {
  readonly status: string;
  readonly why: string;
}

function refuse(socket: Duplex, { status, why }: Refusal): void {
  socket.on('error', () => undefined);
  const headers = `Connection: close\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ${why.length}`;
  socket.end(`HTTP/1.1 ${status}\r\n${headers}\r\n\r\n${why}`);
}

function pathOf({ url = '' }: IncomingMessage): string {
  return url.split('?')[0] ?? '';
}

function protocolsOf({ headers }: IncomingMessage): readonly string[] {
  return (headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
}

function socketOf(socket: WebSocket): MessageSocket {
  return {
    send: (message, isBinary) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(message, { binary: isBinary });
    },
    close: (code, reason) => socket.close(code, reason),
    terminate: () => socket.terminate(),
    ping: () => {
      if (socket.readyState === WebSocket.OPEN) socket.ping();
    },
    get unsentBytes() {
      return socket.bufferedAmount;
    },
  };
}

function bytesOf(data: Buffer | ArrayBuffer | Buffer[]): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data;
}
