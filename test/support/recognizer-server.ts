import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { waitUntil } from './wait-until.ts';

type Fields = Readonly<Record<string, unknown>>;

/** One Gather as a recognizer sees it. Nothing of Legwork is imported: it keeps to docs/speech.md. */
export class HeardSpeech {
  readonly request: IncomingMessage;
  readonly socket: WebSocket;
  /** JSON messages, in order: `start`, and `end`. */
  readonly messages: Fields[] = [];
  readonly #sound: Buffer[] = [];
  /** The close code, once the connection is over. */
  closed: number | undefined;

  constructor(socket: WebSocket, request: IncomingMessage, onSound: (speech: HeardSpeech) => void) {
    this.socket = socket;
    this.request = request;
    socket.on('message', (data: Buffer, isBinary: boolean) => {
      if (isBinary) this.#sound.push(data);
      else this.messages.push(JSON.parse(data.toString('utf8')) as Fields);
      onSound(this);
    });
    socket.on('close', (code: number) => {
      this.closed = code;
    });
    socket.on('error', () => undefined);
  }

  /** So far. */
  get samples(): Int16Array {
    const all = Buffer.concat(this.#sound);
    return Int16Array.from({ length: all.length >> 1 }, (_, at) => all.readInt16LE(at * 2));
  }

  get isEnded(): boolean {
    return this.messages.some(({ type }) => type === 'end');
  }

  say(message: object): void {
    this.socket.send(JSON.stringify(message));
  }
}

/** A recognizer of the operator's, at a port of its own. */
export class RecognizerServer {
  readonly speeches: HeardSpeech[] = [];
  readonly #http: Server;
  readonly #sockets: WebSocketServer;
  /** What is done after every message. */
  onMessage: (speech: HeardSpeech) => void = () => undefined;

  private constructor() {
    this.#http = createServer((_request, response) => response.writeHead(404).end());
    this.#sockets = new WebSocketServer({ server: this.#http });
    this.#sockets.on('connection', (socket, request) => {
      this.speeches.push(new HeardSpeech(socket, request, (speech) => this.onMessage(speech)));
    });
  }

  /** Port 0: any. */
  static async start(port = 0): Promise<RecognizerServer> {
    const server = new RecognizerServer();
    server.#http.listen(port, '127.0.0.1');
    await once(server.#http, 'listening');
    return server;
  }

  get url(): string {
    return `ws://127.0.0.1:${(this.#http.address() as AddressInfo).port}/hear`;
  }

  /** The speech with this number, counted from 0, once it has begun. */
  async speech(index = 0): Promise<HeardSpeech> {
    await waitUntil(`speech ${index} is heard`, () => (this.speeches[index]?.messages.length ?? 0) > 0);
    const speech = this.speeches[index];
    if (speech === undefined) throw new Error('unreachable');
    return speech;
  }

  /** Ends all connections, and takes no more. */
  async stop(): Promise<void> {
    for (const { socket } of this.speeches) socket.terminate();
    this.#sockets.close();
    const closed = once(this.#http, 'close');
    this.#http.close();
    this.#http.closeAllConnections();
    await closed;
  }
}
