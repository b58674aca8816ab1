import type { Clock } from '../../concurrency/clock.ts';
import type { ClientSocket, RepairedClient } from './ari-client-repair.ts';

const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 5_000;
/** How long Asterisk has for its part of the closing handshake. */
const FAREWELL_MS = 1_000;
const OPEN = 1;
const NOT_YET_MS = 100;

export interface EventSocketOptions {
  readonly client: RepairedClient;
  readonly app: string;
  readonly clock: Clock;
  /** Asked before each connect; while it says no, it is asked again and again. */
  readonly mayOpen?: () => boolean;
  /** The time between pings; a pong or a handshake that takes longer ends the socket. */
  readonly pingMs: number;
  /** Called after each connect and reconnect; call `settled` once the connection has proved useful. */
  readonly onOpen: () => void;
  readonly onLost: (why: string) => void;
  /** Called with each message as `ws` gives it: text, perhaps as a Buffer. */
  readonly onMessage: (data: unknown) => void;
}

/** The one event stream of a connection: reconnects forever, notices dead peers, survives any message. */
export class EventSocket {
  readonly #options: EventSocketOptions;
  #socket: ClientSocket | undefined;
  #stopTimer: () => void = () => undefined;
  #retryMs = FIRST_RETRY_MS;
  #closed = false;
  #pongDue = false;

  constructor(options: EventSocketOptions) {
    this.#options = options;
  }

  open(): void {
    if (this.#closed) return;
    const { client, app, mayOpen } = this.#options;
    if (mayOpen?.() === false) return this.#after(NOT_YET_MS, () => this.open());
    // ari-client would give up after ten attempts, and an attempt that it has scheduled cannot be cancelled.
    client._wsClosed = true;
    client.start(app).then(undefined, (error: unknown) => this.#lost(undefined, String(error)));
    const socket = client._ws;
    if (socket === undefined || socket === this.#socket) return;
    this.#socket = socket;
    // ari-client's own listener throws on unknown events and builds forty closures per channel.
    socket.removeAllListeners('message');
    socket.on('message', this.#options.onMessage);
    socket.on('open', () => this.#opened(socket));
    socket.on('pong', () => {
      this.#pongDue = false;
    });
    let why = 'closed';
    socket.on('error', (error: Error) => {
      why = error.message;
    });
    socket.on('close', () => this.#lost(socket, why));
    this.#after(this.#options.pingMs, () => socket.terminate());
  }

  /** The connection works; after the next loss the first retry comes at once again. */
  settled(): void {
    this.#retryMs = FIRST_RETRY_MS;
  }

  /** Ends this socket; a new one follows, with `late` only after a while. */
  drop(late = false): void {
    if (late) this.#retryMs = LONGEST_RETRY_MS;
    this.#socket?.terminate();
  }

  /** Ends it for good. */
  close(): void {
    this.#closed = true;
    this.#stopTimer();
    this.#options.client._wsClosed = true;
    const socket = this.#socket;
    if (socket?.readyState !== OPEN) return socket?.terminate();
    socket.close();
    const stop = this.#options.clock.after(FAREWELL_MS, () => socket.terminate());
    socket.on('close', stop);
  }

  #opened(socket: ClientSocket): void {
    this.#pongDue = false;
    this.#beat(socket);
    this.#options.onOpen();
  }

  #beat(socket: ClientSocket): void {
    this.#after(this.#options.pingMs, () => {
      if (this.#pongDue) return socket.terminate();
      this.#pongDue = true;
      if (socket.readyState === OPEN) socket.ping();
      this.#beat(socket);
    });
  }

  #lost(socket: ClientSocket | undefined, why: string): void {
    if (this.#closed || (socket !== undefined && socket !== this.#socket)) return;
    const delay = this.#retryMs;
    this.#retryMs = Math.min(delay * 2, LONGEST_RETRY_MS);
    this.#after(delay, () => this.open());
    this.#options.onLost(why);
  }

  #after(ms: number, run: () => void): void {
    this.#stopTimer();
    this.#stopTimer = this.#options.clock.after(ms, run);
  }
}
