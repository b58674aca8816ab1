import { createServer, type Server, type Socket } from 'node:net';
import { makeResponse, parse, type SipRequest, stringify } from 'sip';
import type { SipAddress } from '../../src/phone/sip-socket.ts';

/** A carrier that speaks only TCP: it takes REGISTER and OPTIONS, and is always busy. */
export class TcpCarrier {
  readonly requests: SipRequest[] = [];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server) {
    this.#server = server;
    server.on('connection', (socket) => this.#serve(socket));
  }

  static async start(host: string): Promise<TcpCarrier> {
    const server = createServer();
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, host, resolve);
    });
    return new TcpCarrier(server);
  }

  get address(): SipAddress {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('The carrier does not listen');
    return { host: address.address, port: address.port };
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    let waiting = '';
    socket.on('error', () => undefined);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('data', (data) => {
      waiting += data.toString('latin1');
      for (let message = wholeMessage(waiting); message !== undefined; message = wholeMessage(waiting)) {
        waiting = waiting.slice(message.length);
        this.#answer(socket, message);
      }
    });
  }

  #answer(socket: Socket, text: string): void {
    const request = parse(Buffer.from(text, 'latin1'));
    if (request?.method === undefined) return;
    this.requests.push(request);
    if (request.method === 'ACK') return;
    const response =
      request.method === 'INVITE'
        ? makeResponse(request, 486, 'Busy Here')
        : makeResponse(request, 200, 'OK');
    response.headers.to.params['tag'] ??= 'carrier';
    if (request.method === 'REGISTER') response.headers.contact = request.headers.contact ?? [];
    socket.write(Buffer.from(stringify(response), 'latin1'));
  }
}

/** The first message of a stream, once all of it is there; keep-alives before it belong to it. */
function wholeMessage(stream: string): string | undefined {
  const start = stream.search(/[^\r\n]/);
  const head = start < 0 ? -1 : stream.indexOf('\r\n\r\n', start);
  if (head < 0) return undefined;
  const length = Number(/^content-length\s*:\s*(\d+)/im.exec(stream.slice(0, head))?.[1] ?? 0);
  const end = head + 4 + length;
  return stream.length < end ? undefined : stream.slice(0, end);
}
