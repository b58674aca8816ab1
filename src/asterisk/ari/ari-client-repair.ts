import type { EventEmitter } from 'node:events';
import { createRequire } from 'node:module';
import { AriError } from './ari-error.ts';
import type { AriReply, AriTransport } from './ari-transport.ts';

/**
 * ari-client 2.2.0 leaves promises unsettled when a connection breaks, ends the process when its login is refused,
 * loses HTTP statuses, knows one set of credentials per process and stops reconnecting after 43 s. The repairs
 * here replace its HTTP transport and keep its loader from throwing; event-socket.ts owns its WebSocket.
 */

/** The part of ari-client's WebSocket (package `ws`) that we use. */
export interface ClientSocket extends EventEmitter {
  readonly readyState: number;
  ping(): void;
  terminate(): void;
  close(): void;
}

type Operation = (parameters: Readonly<Record<string, unknown>>) => PromiseLike<unknown>;

/** ari-client's client as it really is: a map of resources, each a map of operations. */
export interface RepairedClient {
  start(apps: string): PromiseLike<unknown>;
  _ws?: ClientSocket;
  /** "Closed on purpose": while this is set, ari-client does not reconnect by itself. */
  _wsClosed?: boolean;
  readonly [resource: string]: unknown;
}

interface SwaggerExchange {
  readonly url: string;
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body?: string;
  readonly on: {
    error(response: { status: number; data: string }): void;
    response(response: AriReply): void;
  };
}

interface SwaggerModule {
  readonly SwaggerHttp: { readonly prototype: { execute(exchange: SwaggerExchange): void } };
  /** Adds the credentials of whoever connected last; `false` would cancel the request. */
  readonly authorizations: { apply(): null | boolean };
  readonly SwaggerApi: {
    readonly prototype: { fail(this: { failure(error: Error): void }, message: unknown): void };
  };
}

interface RequestParameters {
  readonly callback?: (...args: readonly unknown[]) => void;
  readonly timeout?: number;
}

interface RequestModule {
  Request: new (parameters: RequestParameters) => object;
}

interface AriClientModule {
  connect(url: string, username: string, password: string): PromiseLike<RepairedClient>;
}

/** ari-client first looks at the host without credentials, and sets no limit for that request. */
const PREFLIGHT_MS = 5_000;

const load = createRequire(import.meta.url);
let repaired: AriClientModule | undefined;
/** What the library's code that is running now sends with. */
let current: AriTransport | undefined;

/** Connects through ari-client, which fetches the API's description; every request goes through `transport`. */
export async function connectRepaired(
  url: string,
  credentials: { readonly username: string; readonly password: string },
  transport: AriTransport,
): Promise<RepairedClient> {
  repaired ??= repair();
  const library = repaired;
  try {
    return await withTransport(transport, () =>
      library.connect(url, credentials.username, credentials.password),
    );
  } catch (error) {
    throw toAriError(error);
  }
}

/** Runs one operation of the API's description, e.g. `channels`, `create`; rejects with AriError. */
export async function runOperation(
  client: RepairedClient,
  transport: AriTransport,
  name: readonly [resource: string, operation: string],
  parameters: Readonly<Record<string, unknown>>,
): Promise<unknown> {
  const resource = client[name[0]] as Readonly<Record<string, Operation>> | undefined;
  const operation = resource?.[name[1]];
  if (operation === undefined) throw new AriError(405, `This Asterisk has no ${name.join('.')}`);
  try {
    return await withTransport(transport, () => operation(parameters));
  } catch (error) {
    throw toAriError(error);
  }
}

/**
 * Runs code of the library, which makes its requests before it returns, or in the callbacks of its own requests. An
 * AsyncLocalStorage would do the same, but it makes every promise of the process slower.
 */
function withTransport<T>(transport: AriTransport | undefined, work: () => T): T {
  const before = current;
  current = transport;
  try {
    return work();
  } finally {
    current = before;
  }
}

function repair(): AriClientModule {
  const library = load('ari-client') as AriClientModule;
  const loadInside = createRequire(load.resolve('ari-client'));
  const swagger = loadInside('swagger-client') as SwaggerModule;
  swagger.SwaggerHttp.prototype.execute = execute;
  // The transport adds its own.
  swagger.authorizations.apply = () => null;
  swagger.SwaggerApi.prototype.fail = function fail(message) {
    this.failure(message instanceof Error ? message : new Error(String(message)));
  };
  // swagger-client leaks a global `log` that prints a notice at every connect and keeps everything it printed.
  Object.assign(globalThis, { log: () => undefined });
  repairPreflight(loadInside('request') as RequestModule);
  return library;
}

function repairPreflight(module: RequestModule): void {
  const Original = module.Request;
  module.Request = class extends Original {
    constructor(parameters: RequestParameters) {
      const transport = current;
      const { callback } = parameters;
      super({
        timeout: PREFLIGHT_MS,
        ...parameters,
        callback: (...args) => withTransport(transport, () => callback?.(...args)),
      });
    }
  };
}

function execute(exchange: SwaggerExchange): void {
  const transport = current;
  const fail = (error: unknown) => {
    const { status, message } = toAriError(error);
    // ari-client makes this text the message of its error; there is no other way to pass the status on.
    exchange.on.error({ status, data: JSON.stringify({ status, message }) });
  };
  if (transport === undefined) return fail(new AriError(0, 'A request outside of a connection'));
  const request = { method: exchange.method.toUpperCase(), url: exchange.url, headers: exchange.headers };
  const { body } = exchange;
  transport.send(body === undefined ? request : { ...request, body }).then((reply) => {
    try {
      withTransport(transport, () => exchange.on.response(reply));
    } catch (error) {
      fail(error);
    }
  }, fail);
}

function toAriError(error: unknown): AriError {
  if (error instanceof AriError) return error;
  // When ari-client finds our own parameters wrong, it rejects with a string.
  if (typeof error === 'string') return new AriError(400, error);
  const message = error instanceof Error ? error.message : String(error);
  try {
    const told = JSON.parse(message) as { status?: unknown; message?: unknown };
    if (typeof told.status === 'number') return new AriError(told.status, String(told.message));
  } catch {
    return new AriError(0, message);
  }
  return new AriError(0, message);
}
