import type { StreamError } from '../../src/call/stream/stream-record.ts';
import type {
  SocketListener,
  SocketOrder,
  StreamSocket,
  StreamSockets,
} from '../../src/call/stream/stream-sockets.ts';

/** A message as the customer's server sees it. */
export type SeenMessage = Readonly<Record<string, unknown>> & { readonly event: string };

/** Stands for the customer's server: keeps what it was sent, and says what the test says. */
export class FakeStreamSockets implements StreamSockets {
  readonly orders: SocketOrder[] = [];
  readonly messages: SeenMessage[] = [];
  /** The close codes that we sent. */
  readonly closed: number[] = [];
  terminated = 0;
  unsentBytes = 0;
  /** Why no socket can be opened. */
  refusal: StreamError | undefined;
  listener: SocketListener | undefined;

  async open(
    order: SocketOrder,
    listener: SocketListener,
  ): Promise<Awaited<ReturnType<StreamSockets['open']>>> {
    this.orders.push(order);
    if (this.refusal !== undefined) return { ok: false, error: this.refusal };
    this.listener = listener;
    return { ok: true, socket: this.#socket() };
  }

  /** The server sends this. */
  says(message: object): void {
    this.listener?.text(JSON.stringify(message));
  }

  /** The events that it got, without those of media. */
  get events(): readonly string[] {
    return this.messages.map(({ event }) => event).filter((event) => event !== 'media');
  }

  get media(): readonly {
    readonly track: string;
    readonly chunk: string;
    readonly timestamp: string;
    readonly payload: string;
  }[] {
    return this.messages.filter(({ event }) => event === 'media').map((message) => message['media'] as never);
  }

  #socket(): StreamSocket {
    const socket: StreamSocket = {
      send: (message) => void this.messages.push(JSON.parse(message) as SeenMessage),
      unsentBytes: 0,
      close: (code) => void this.closed.push(code),
      terminate: () => {
        this.terminated += 1;
      },
    };
    return Object.defineProperty(socket, 'unsentBytes', { get: () => this.unsentBytes });
  }
}
