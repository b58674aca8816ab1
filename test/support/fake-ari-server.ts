import { once } from 'node:events';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo, Socket } from 'node:net';
import type { EventEmitter } from 'node:events';

interface ServerSocket extends EventEmitter {
  send(text: string): void;
  terminate(): void;
  pause(): void;
}

interface SocketServer {
  handleUpgrade(
    request: IncomingMessage,
    socket: unknown,
    head: Buffer,
    done: (socket: ServerSocket) => void,
  ): void;
}

/** The package `ws` has no types here, and is ari-client's. */
const { WebSocketServer } = createRequire(createRequire(import.meta.url).resolve('ari-client'))('ws') as {
  WebSocketServer: new (options: object) => SocketServer;
};

export const USERNAME = 'legwork';
export const PASSWORD = 'right';

/** What the server does with a request; `undefined` lets it answer like Asterisk. */
export type Answer = (request: IncomingMessage, response: ServerResponse) => boolean;

interface Operation {
  readonly nickname: string;
  readonly httpMethod: string;
  readonly path: string;
  readonly parameters: readonly object[];
  readonly responseClass: string;
}

const PATH = (name: string) => ({ name, paramType: 'path', dataType: 'string', required: true });
const QUERY = (name: string) => ({ name, paramType: 'query', dataType: 'string', required: false });
const BODY = (name: string) => ({ name, paramType: 'body', dataType: 'object', required: true });

const OPERATIONS: Readonly<Record<string, readonly Operation[]>> = {
  asterisk: [
    {
      nickname: 'getInfo',
      httpMethod: 'GET',
      path: '/asterisk/info',
      parameters: [QUERY('only')],
      responseClass: 'AsteriskInfo',
    },
    {
      nickname: 'ping',
      httpMethod: 'GET',
      path: '/asterisk/ping',
      parameters: [],
      responseClass: 'AsteriskPing',
    },
  ],
  channels: [
    {
      nickname: 'list',
      httpMethod: 'GET',
      path: '/channels',
      parameters: [],
      responseClass: 'List[Channel]',
    },
    {
      nickname: 'answer',
      httpMethod: 'POST',
      path: '/channels/{channelId}/answer',
      parameters: [PATH('channelId')],
      responseClass: 'void',
    },
  ],
  events: [
    {
      nickname: 'userEvent',
      httpMethod: 'POST',
      path: '/events/user/{eventName}',
      parameters: [PATH('eventName'), QUERY('application')],
      responseClass: 'void',
    },
  ],
  applications: [
    {
      nickname: 'filter',
      httpMethod: 'PUT',
      path: '/applications/{applicationName}/eventFilter',
      parameters: [PATH('applicationName'), BODY('filter')],
      responseClass: 'Application',
    },
    {
      nickname: 'subscribe',
      httpMethod: 'POST',
      path: '/applications/{applicationName}/subscription',
      parameters: [PATH('applicationName'), QUERY('eventSource')],
      responseClass: 'Application',
    },
  ],
};

/** An ARI server on loopback that a test can make as bad as Asterisk can be. */
export class FakeAriServer {
  readonly requests: string[] = [];
  startupTime = '2026-01-01T00:00:00.000+0000';
  /** Takes a request over; returns true when it did something (or deliberately nothing) with it. */
  answer: Answer = () => false;
  /** Takes what is asked, and sends no event for it. */
  deaf = false;
  /** HTTP status for the next WebSocket handshakes; 101 accepts. */
  handshake = 101;
  /** How many of them were not accepted. */
  turnedAway = 0;
  readonly sockets: ServerSocket[] = [];
  readonly #connections = new Set<Socket>();
  readonly #sockets = new WebSocketServer({ noServer: true });
  #server = http.createServer();
  #port = 0;

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  async start(): Promise<void> {
    this.#server = http.createServer((request, response) => this.#request(request, response));
    this.#server.on('connection', (connection) => {
      this.#connections.add(connection);
      connection.on('close', () => this.#connections.delete(connection));
    });
    this.#server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket as Socket, head));
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  /** Goes away like a killed Asterisk; `start` brings it back on the same port. */
  async stop(): Promise<void> {
    this.#server.close();
    this.sockets.length = 0;
    for (const connection of this.#connections) connection.destroy();
    if (this.#server.listening) await once(this.#server, 'close');
  }

  send(event: unknown): void {
    const text = typeof event === 'string' ? event : JSON.stringify(event);
    for (const socket of this.sockets) socket.send(text);
  }

  #upgrade(request: IncomingMessage, socket: Socket, head: Buffer): void {
    if (this.handshake !== 101) this.turnedAway += 1;
    if (this.handshake === 0) return;
    if (this.handshake !== 101) {
      socket.end(`HTTP/1.1 ${this.handshake} No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
      return;
    }
    this.#sockets.handleUpgrade(request, socket, head, (ready) => {
      this.sockets.push(ready);
      ready.on('error', () => undefined);
      ready.on('close', () => this.sockets.splice(this.sockets.indexOf(ready), 1));
    });
  }

  #request(request: IncomingMessage, response: ServerResponse): void {
    this.requests.push(`${request.method} ${request.url}`);
    if (this.answer(request, response)) return;
    const path = (request.url ?? '').split('?')[0] ?? '';
    const docs = /^\/ari\/api-docs\/(\w+)\.json$/.exec(path)?.[1];
    if (docs !== undefined) return json(response, 200, this.#describe(docs));
    const pair = `${USERNAME}:${PASSWORD}`;
    if (request.headers.authorization !== `Basic ${Buffer.from(pair).toString('base64')}`) {
      return json(response, 401, { error: 'Unauthorized' });
    }
    switch (`${request.method} ${path}`) {
      case 'GET /ari/asterisk/info':
        return json(response, 200, { status: { startup_time: this.startupTime } });
      case 'GET /ari/asterisk/ping':
        return json(response, 200, { ping: 'pong' });
      case 'GET /ari/channels':
        return json(response, 200, []);
      case 'POST /ari/events/user/legwork-echo':
        if (!this.deaf) this.send({ type: 'ChannelUserevent', eventname: 'legwork-echo', userevent: {} });
        return void response.writeHead(204).end();
      case 'PUT /ari/applications/test/eventFilter':
      case 'POST /ari/applications/test/subscription':
        return json(response, 200, { name: 'test' });
      default:
        return json(response, 404, { message: 'Channel not found' });
    }
  }

  #describe(name: string): object {
    const basePath = `${this.url}/ari`;
    if (name === 'resources') {
      const apis = Object.keys(OPERATIONS).map((one) => ({
        path: `/api-docs/${one}.{format}`,
      }));
      return { apiVersion: '9.0.0', swaggerVersion: '1.1', basePath, apis };
    }
    const apis = (OPERATIONS[name] ?? []).map(({ path, ...operation }) => ({
      path,
      operations: [{ ...operation, summary: '', errorResponses: [] }],
    }));
    return {
      apiVersion: '9.0.0',
      swaggerVersion: '1.1',
      basePath,
      resourcePath: `/api-docs/${name}.{format}`,
      apis,
      models: {},
    };
  }
}

function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify(body));
}
