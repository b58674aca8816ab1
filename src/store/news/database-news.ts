import pg from 'pg';
import type { Clock } from '../../concurrency/clock.ts';
import type { Log } from '../../concurrency/log.ts';
import { Serial } from '../../concurrency/serial.ts';

/** What a node tells the others that it has changed. */
export type News =
  | { readonly kind: 'rows' }
  | { readonly kind: 'client'; readonly login: string }
  | { readonly kind: 'trunk'; readonly sid: string };

export interface NewsOptions {
  readonly url: string;
  /** Of this process: its own news are not told to it. */
  readonly instance: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Told of what another node has changed. */
  readonly onNews: (news: News) => void;
  /** Whether news arrive: false until an echo has come, and as soon as one fails. After `true` everything may have changed. */
  readonly onTrust: (isTrusted: boolean) => void;
}

const CHANNEL = 'legwork_news';
const ECHO_EACH_MS = 2_000;
const ANSWER_MS = 1_500;
const RECONNECT_MS = 500;

/**
 * Listens to what other nodes have changed, on a connection of its own that leads to the server itself: a pool in
 * between may swallow notifications without a word. So it tells itself something every 2 s, and only while that arrives
 * are news trusted.
 */
export class DatabaseNews {
  readonly #options: NewsOptions;
  readonly #closing = new AbortController();
  readonly #turns = new Serial();
  #client: pg.Client | undefined;
  #running: Promise<void> | undefined;
  #heard: (() => void) | undefined;
  #isTrusted = false;

  constructor(options: NewsOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running = this.#run();
  }

  /** Tells the others. Without a connection they find out by themselves: when it is made again, they read everything. */
  tell(news: News): void {
    const { instance, log } = this.#options;
    const client = this.#client;
    if (client === undefined) return;
    void this.#notify(client, { from: instance, ...news }).catch((error: unknown) =>
      log.debug({ reason: String(error) }, 'Other nodes could not be told of a change'),
    );
  }

  get isTrusted(): boolean {
    return this.#isTrusted;
  }

  async stop(): Promise<void> {
    this.#closing.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { clock, log } = this.#options;
    const { signal } = this.#closing;
    while (!signal.aborted) {
      const client = this.#make();
      try {
        await client.connect();
        await client.query(`listen ${CHANNEL}`);
        this.#client = client;
        while (!signal.aborted && (await this.#echo(client))) await clock.sleep(ECHO_EACH_MS, signal);
      } catch (error) {
        log.debug({ reason: String(error) }, 'No news of other nodes come');
      }
      this.#client = undefined;
      this.#trust(false);
      await client.end().catch(() => undefined);
      await clock.sleep(RECONNECT_MS, signal);
    }
  }

  #make(): pg.Client {
    const client = new pg.Client({
      connectionString: this.#options.url,
      application_name: 'legwork news',
      connectionTimeoutMillis: ANSWER_MS,
      query_timeout: ANSWER_MS,
      keepAlive: true,
    });
    client.on('notification', ({ payload }) => this.#notified(payload ?? ''));
    client.on('error', () => this.#trust(false));
    return client;
  }

  async #echo(client: pg.Client): Promise<boolean> {
    const { instance, clock } = this.#options;
    const number = crypto.randomUUID();
    const arrived = new AbortController();
    this.#heard = () => arrived.abort();
    await this.#notify(client, { echo: number, from: instance });
    if (!arrived.signal.aborted) await clock.sleep(ANSWER_MS, arrived.signal);
    const isHeard = arrived.signal.aborted;
    this.#trust(isHeard);
    return isHeard;
  }

  async #notify(client: pg.Client, told: object): Promise<void> {
    await this.#turns.run(() => client.query('select pg_notify($1, $2)', [CHANNEL, JSON.stringify(told)]));
  }

  #notified(payload: string): void {
    const { from, echo, ...news } = JSON.parse(payload) as News & {
      readonly from: string;
      readonly echo?: string;
    };
    if (from === this.#options.instance) {
      if (echo !== undefined) this.#heard?.();
      return;
    }
    if (echo === undefined) this.#options.onNews(news as News);
  }

  #trust(isTrusted: boolean): void {
    if (this.#isTrusted === isTrusted) return;
    this.#isTrusted = isTrusted;
    this.#options.onTrust(isTrusted);
  }
}
