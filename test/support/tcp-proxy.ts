import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A TCP connection between two programs that a test can break. */
export class TcpProxy {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #mode: 'open' | 'cut' | 'frozen' = 'open';

  private constructor(target: { readonly host: string; readonly port: number }) {
    this.#server = createServer((client) => {
      if (this.#mode === 'cut') return void client.resetAndDestroy();
      const onward = connect(target.port, target.host);
      this.#join(client, onward);
      this.#join(onward, client);
    });
  }

  static async start(target: { readonly host: string; readonly port: number }): Promise<TcpProxy> {
    const proxy = new TcpProxy(target);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Breaks every connection, and refuses new ones. */
  cut(): void {
    this.#mode = 'cut';
    this.#breakAll();
  }

  /** Swallows everything in both directions without a word, as a dead network does. */
  freeze(): void {
    this.#mode = 'frozen';
  }

  /** Whether it lets everything through. */
  get isOpen(): boolean {
    return this.#mode === 'open';
  }

  /** Lets new connections through; those that were frozen are dead. */
  restore(): void {
    this.#mode = 'open';
    this.#breakAll();
  }

  async stop(): Promise<void> {
    this.#breakAll();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #join(from: Socket, to: Socket): void {
    this.#sockets.add(from);
    from.on('data', (chunk) => {
      if (this.#mode === 'open') to.write(chunk);
    });
    from.on('end', () => {
      if (this.#mode === 'open') to.end();
    });
    from.on('error', () => to.destroy());
    from.on('close', () => {
      this.#sockets.delete(from);
      if (this.#mode !== 'frozen') to.destroy();
    });
  }

  #breakAll(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }
}
