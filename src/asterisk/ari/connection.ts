import type { Clock } from '../../concurrency/clock.ts';
import { runOperation, type RepairedClient } from './ari-client-repair.ts';
import { AriError } from './ari-error.ts';
import { loadClient, originOf } from './ari-load.ts';
import { AriTransport } from './ari-transport.ts';
import { fields, readStartupTime, readVersion } from './ari-objects.ts';
import { ECHO_TYPE, EventEcho } from './event-echo.ts';
import { EVENT_TYPES } from './events.ts';
import { EventSocket } from './event-socket.ts';
import type { Log } from '../../concurrency/log.ts';

const REQUEST_DEADLINE_MS = 5_000;
const PING_MS = 5_000;
/** The one event about our application itself; our filter applies to it too. */
const REPLACED = 'ApplicationReplaced';

export interface AriOptions {
  /** `http://host:port`, without a path. */
  readonly url: string;
  readonly username: string;
  readonly password: string;
  /** The Stasis application: letters, digits, `-` and `_`. */
  readonly app: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly requestDeadlineMs?: number;
  readonly pingMs?: number;
  /** Asked before each command is sent and before each connect: whether this process may act on that Asterisk now. */
  readonly mayAct?: () => boolean;
  /** Another process took our Stasis application. */
  readonly onReplaced?: () => void;
}

export interface Up {
  /** This is another Asterisk process than the one we were connected to before: all channels are gone. */
  readonly restarted: boolean;
}

/**
 * The connection to one Asterisk: its operations, and one stream of its events. It never gives up: whenever it is
 * lost, it connects again and says so through `onUp`. The only user of ari-client.
 */
export class AriConnection {
  readonly #options: AriOptions;
  readonly #transport: AriTransport;
  readonly #eventListeners = new Set<(event: unknown) => void>();
  readonly #upListeners = new Set<(up: Up) => void>();
  readonly #downListeners = new Set<(why: string) => void>();
  readonly #closing = new AbortController();
  readonly #echo: EventEcho;
  #client: RepairedClient | undefined;
  #socket: EventSocket | undefined;
  #state: 'up' | 'down' = 'down';
  #startupTime: string | undefined;

  constructor(options: AriOptions) {
    if (!/^[\w-]+$/.test(options.app))
      throw new Error('The Stasis application may contain only A-Z a-z 0-9 _ -');
    this.#options = options;
    this.#transport = new AriTransport({
      username: options.username,
      password: options.password,
      clock: options.clock,
      deadlineMs: options.requestDeadlineMs ?? REQUEST_DEADLINE_MS,
      ...(options.mayAct === undefined ? {} : { mayAct: options.mayAct }),
    });
    this.#echo = new EventEcho({
      clock: options.clock,
      everyMs: options.pingMs ?? PING_MS,
      ask: (eventName) => this.run('events', 'userEvent', { eventName, application: options.app }),
      onDeaf: () => this.#deaf(),
    });
  }

  get app(): string {
    return this.#options.app;
  }

  state(): 'up' | 'down' {
    return this.#state;
  }

  /**
   * Waits for Asterisk as long as it takes, then resolves with the first connection. Rejects only when
   * Asterisk refuses the credentials, or on `close`. Later losses are never an error.
   */
  async connect(): Promise<void> {
    this.#client = await loadClient({
      ...this.#options,
      transport: this.#transport,
      signal: this.#closing.signal,
    });
    const first = new Promise<void>((resolve, reject) => {
      const off = this.onUp(() => {
        off();
        resolve();
      });
      this.#closing.signal.addEventListener('abort', () => reject(new AriError(0, 'closed')));
    });
    this.#socket = new EventSocket({
      client: this.#client,
      app: this.#options.app,
      clock: this.#options.clock,
      pingMs: this.#options.pingMs ?? PING_MS,
      mayOpen: () => this.#options.mayAct?.() ?? true,
      onOpen: () => void this.#prepare(),
      onLost: (why) => this.#lost(why),
      onMessage: (data) => this.#message(String(data)),
    });
    this.#socket.open();
    await first;
  }

  /** Breaks the connection and what is under way; it is made again as soon as we may act. */
  interrupt(): void {
    this.#transport.interrupt();
    this.#socket?.drop();
  }

  /** Closes for good; running requests fail as `unavailable`. */
  close(): void {
    this.#closing.abort();
    this.#echo.stop();
    this.#socket?.close();
    this.#transport.close();
    this.#state = 'down';
  }

  /**
   * Runs one operation of ari-client, e.g. `run('channels', 'answer', {channelId})`. Rejects with AriError
   * within the deadline. The result is not checked.
   */
  async run(
    resource: string,
    operation: string,
    parameters: Readonly<Record<string, unknown>> = {},
  ): Promise<unknown> {
    if (this.#client === undefined) throw new AriError(0, 'Not connected to Asterisk yet');
    return runOperation(this.#client, this.#transport, [resource, operation], parameters);
  }

  /**
   * Writes the body of a GET below `/ari` into a new file, however long it is: ari-client would hold it in
   * memory. Rejects with AriError, or with the error of the file system.
   */
  download(resource: string, path: string): Promise<void> {
    return this.#transport.download(`${originOf(this.#options.url)}/ari${resource}`, path);
  }

  /** Asterisk's version, as `22.10.1+dfsg-1`; empty when it does not say. Rejects with AriError. */
  async version(): Promise<string> {
    return readVersion(await this.run('asterisk', 'getInfo', { only: 'system' }));
  }

  /** Where the WebSocket of a media channel is opened, by the connection id that Asterisk gave it. */
  mediaUrl(connectionId: string): string {
    return `${originOf(this.#options.url).replace(/^http/, 'ws')}/media/${encodeURIComponent(connectionId)}`;
  }

  /** Asterisk's own metrics, as res_prometheus writes them. Rejects with AriError: 404 without that module. */
  async metrics(): Promise<string> {
    const url = `${originOf(this.#options.url)}/metrics`;
    return (await this.#transport.send({ method: 'GET', url })).data.toString('utf8');
  }

  /** Calls `listener` with every event, unchecked; returns a function that ends it. */
  onEvent(listener: (event: unknown) => void): () => void {
    return subscribe(this.#eventListeners, listener);
  }

  /** Calls `listener` after every connect and reconnect; returns a function that ends it. */
  onUp(listener: (up: Up) => void): () => void {
    return subscribe(this.#upListeners, listener);
  }

  /** Calls `listener` whenever the connection is lost; returns a function that ends it. */
  onDown(listener: (why: string) => void): () => void {
    return subscribe(this.#downListeners, listener);
  }

  /** Asterisk makes a new application object for every connection, which has to be set up again. */
  async #prepare(): Promise<void> {
    try {
      const startupTime = readStartupTime(await this.run('asterisk', 'getInfo', { only: 'status' }));
      // Do not subscribe to `endpoint:PJSIP` as well: then every event of every channel comes twice, digits too.
      await this.run('applications', 'filter', {
        applicationName: this.#options.app,
        filter: { allowed: [...EVENT_TYPES, REPLACED, ECHO_TYPE].map((type) => ({ type })) },
      });
      // To all channels at once: without a subscription no ChannelDestroyed comes for one that came in and was never bridged.
      await this.run('applications', 'subscribe', {
        applicationName: this.#options.app,
        eventSource: 'channel:',
      });
      this.#nowUp(startupTime);
    } catch (error) {
      this.#options.log.warn({ reason: String(error) }, 'our Stasis application could not be set up');
      this.#socket?.drop();
    }
  }

  #nowUp(startupTime: string): void {
    const restarted = this.#startupTime !== undefined && this.#startupTime !== startupTime;
    this.#startupTime = startupTime;
    this.#state = 'up';
    this.#socket?.settled();
    this.#echo.start();
    this.#options.log.info({ restarted }, 'connected to Asterisk');
    this.#tell(this.#upListeners, { restarted });
  }

  #lost(why: string): void {
    const wasUp = this.#state === 'up';
    this.#state = 'down';
    this.#echo.stop();
    this.#options.log.warn({ reason: why }, 'no connection to Asterisk');
    if (wasUp) this.#tell(this.#downListeners, why);
  }

  #message(text: string): void {
    let event: unknown;
    try {
      event = JSON.parse(text);
    } catch {
      this.#options.log.warn({ length: text.length }, 'Asterisk sent an event that is not JSON');
      return;
    }
    const type = fields(event)?.['type'];
    if (type === REPLACED) return this.#replaced();
    if (type === ECHO_TYPE && this.#echo.hear(event)) return;
    this.#tell(this.#eventListeners, event);
  }

  /** Asterisk leaves our socket open, but sends nothing more over it. */
  #replaced(): void {
    this.#options.log.error({ app: this.#options.app }, 'another process took our Stasis application');
    this.#options.onReplaced?.();
    this.#socket?.drop(true);
  }

  #deaf(): void {
    this.#options.log.warn({ app: this.#options.app }, 'Asterisk sends no events to our application');
    this.#socket?.drop();
  }

  #tell<T>(listeners: ReadonlySet<(value: T) => void>, value: T): void {
    for (const listener of listeners) {
      try {
        listener(value);
      } catch (error) {
        this.#options.log.error({ err: error }, 'a listener of the ARI connection failed');
      }
    }
  }
}

function subscribe<T>(set: Set<T>, listener: T): () => void {
  set.add(listener);
  return () => void set.delete(listener);
}
