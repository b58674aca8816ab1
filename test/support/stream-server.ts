import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import type { SeenMessage } from './fake-stream-sockets.ts';
import { waitUntil } from './wait-until.ts';

/** One stream as a customer's server sees it. Messages are kept as they came; nothing of Legwork is imported. */
export class ServedStream {
  readonly messages: SeenMessage[] = [];
  /** When each message came, milliseconds of `performance.now()`. */
  readonly times: number[] = [];
  readonly request: IncomingMessage;
  readonly socket: WebSocket;
  /** The close code, once the connection is over. */
  closed: number | undefined;
  readonly #watchers = new Set<() => void>();

  constructor(socket: WebSocket, request: IncomingMessage) {
    this.socket = socket;
    this.request = request;
    socket.on('message', (data: Buffer) => {
      this.times.push(performance.now());
      this.messages.push(JSON.parse(data.toString('utf8')) as SeenMessage);
      for (const watch of this.#watchers) watch();
    });
    socket.on('close', (code: number) => {
      this.closed = code;
    });
    socket.on('error', () => undefined);
  }

  get streamSid(): string {
    return String(this.messages.find(({ event }) => event === 'start')?.['streamSid']);
  }

  of(event: string): readonly SeenMessage[] {
    return this.messages.filter((message) => message.event === event);
  }

  /** The events, without those of media. */
  get events(): readonly string[] {
    return this.messages.map(({ event }) => event).filter((event) => event !== 'media');
  }

  /** The names of the marks that came back. */
  get marks(): readonly string[] {
    return this.of('mark').map((message) => (message['mark'] as { readonly name: string }).name);
  }

  /** The audio of one track so far, µ-law. */
  audio(track = 'inbound'): Buffer {
    const payloads = this.of('media').flatMap((message) => {
      const media = message['media'] as { readonly track: string; readonly payload: string };
      return media.track === track ? Buffer.from(media.payload, 'base64') : [];
    });
    return Buffer.concat(payloads);
  }

  /** Calls `watch` after each message. */
  onMessage(watch: () => void): void {
    this.#watchers.add(watch);
  }

  send(message: object): void {
    this.socket.send(JSON.stringify(message));
  }

  /** Sends audio in pieces of so many bytes. */
  play(audio: Uint8Array, pieceBytes = 160): void {
    const { streamSid } = this;
    for (let at = 0; at < audio.length; at += pieceBytes) {
      const payload = Buffer.from(audio.subarray(at, at + pieceBytes)).toString('base64');
      this.send({ event: 'media', streamSid, media: { payload } });
    }
  }

  mark(name: string): void {
    this.send({ event: 'mark', streamSid: this.streamSid, mark: { name } });
  }

  clear(): void {
    this.send({ event: 'clear', streamSid: this.streamSid });
  }
}

/** A customer's WebSocket server on a port of its own. */
export class StreamServer {
  readonly streams: ServedStream[] = [];
  readonly #http: Server;
  readonly #sockets: WebSocketServer;
  #onStream: (stream: ServedStream) => void = () => undefined;

  private constructor() {
    this.#http = createServer((_request, response) => response.writeHead(404).end());
    this.#sockets = new WebSocketServer({ server: this.#http, perMessageDeflate: true });
    this.#sockets.on('connection', (socket, request) => {
      const stream = new ServedStream(socket, request);
      this.streams.push(stream);
      this.#onStream(stream);
    });
  }

  static async start(port: number): Promise<StreamServer> {
    const server = new StreamServer();
    server.#http.listen(port, '127.0.0.1');
    await once(server.#http, 'listening');
    return server;
  }

  get url(): string {
    return `ws://127.0.0.1:${(this.#http.address() as AddressInfo).port}`;
  }

  /** What is done with every stream, as soon as it is connected. */
  onStream(run: (stream: ServedStream) => void): void {
    this.#onStream = run;
  }

  /** The stream with this number, counted from 0, once its audio flows. */
  async flowing(index = 0): Promise<ServedStream> {
    await waitUntil(`stream ${index} flows`, () => (this.streams[index]?.of('media').length ?? 0) > 0);
    const stream = this.streams[index];
    if (stream === undefined) throw new Error('unreachable');
    return stream;
  }

  async stop(): Promise<void> {
    for (const { socket } of this.streams) socket.terminate();
    this.#sockets.close();
    const closed = once(this.#http, 'close');
    this.#http.close();
    this.#http.closeAllConnections();
    await closed;
  }
}
