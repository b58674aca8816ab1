import type { StreamError } from './stream-record.ts';

/** Told of what comes over a WebSocket. */
export interface SocketListener {
  text(message: string): void;
  binary(): void;
  /** The connection is over. Told exactly once, unless the socket was closed here before. */
  closed(how: SocketEnd): void;
}

/** How the other side ended a connection: the code of its close message (1006: there was none). */
export interface SocketEnd {
  readonly code: number;
  /** It had sent a message longer than 1 MiB. */
  readonly tooLong?: true;
}

/** A WebSocket to a customer's server. */
export interface StreamSocket {
  send(message: string): void;
  /** Bytes that the other side has not taken yet. */
  readonly unsentBytes: number;
  /** Sends the close message after all that was sent before, and waits a little for the answer. */
  close(code: number): void;
  /** Ends the connection without a word. */
  terminate(): void;
}

export interface SocketOrder {
  /** `ws:` or `wss:`; user and password in it become basic authentication. */
  readonly url: string;
  /** Whose AuthToken signs the handshake. */
  readonly accountSid: string;
  /** Gives up while it is still being opened. */
  readonly signal: AbortSignal;
}

/** Opens WebSockets to customers' servers, within the rules for outgoing requests. */
export interface StreamSockets {
  /** Resolves when the socket is open, or with why it cannot be. Never rejects. */
  open(
    order: SocketOrder,
    listener: SocketListener,
  ): Promise<
    { readonly ok: true; readonly socket: StreamSocket } | { readonly ok: false; readonly error: StreamError }
  >;
}
