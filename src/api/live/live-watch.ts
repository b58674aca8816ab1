import type { Clock } from '../../concurrency/clock.ts';
import type { Log } from '../../concurrency/log.ts';
import type { Health } from '../health.ts';
import type { JsonObject } from '../http/rendering.ts';
import type { DraftEvent } from './drafts.ts';
import type { Kinship } from './kinship.ts';
import type { LiveStreams } from './live-streams.ts';

const STATS_MS = 2_000;
const HEALTH_MS = 5_000;
const STATUS_MS = 5_000;

/** What nobody tells us of, so that it is looked at while somebody watches. */
export interface Watched {
  readonly health: () => Promise<Health>;
  /** The numbers of an account, as `GET P/Stats` shows them. */
  readonly stats: (accountSid: string) => Promise<JsonObject>;
  /** Clients and trunks of which something has changed since the last call, none at the first one. */
  readonly changedStatuses: () => Promise<readonly DraftEvent[]>;
}

export interface WatchParts extends Watched {
  readonly kinship: Kinship;
  readonly streams: LiveStreams;
  readonly clock: Clock;
  readonly log: Log;
}

/** Looks again and again at what has no event of its own, while there is a stream. */
export class LiveWatch {
  readonly #parts: WatchParts;
  #cancels: (() => void)[] = [];
  #isWatching = false;
  #lastHealth: string | undefined;

  constructor(parts: WatchParts) {
    this.#parts = parts;
  }

  /** To be called whenever the first stream begins or the last one ends. */
  update(): void {
    const isWatched = this.#parts.streams.size > 0;
    if (isWatched === this.#isWatching) return;
    if (!isWatched) return this.close();
    this.#isWatching = true;
    this.#lastHealth = undefined;
    this.#each(STATS_MS, () => this.#tellStats());
    this.#each(HEALTH_MS, () => this.#tellHealth());
    this.#each(STATUS_MS, () => this.#tellStatuses());
  }

  close(): void {
    this.#isWatching = false;
    for (const cancel of this.#cancels.splice(0)) cancel();
  }

  /** Looks at once, and then so long after each look. */
  #each(ms: number, look: () => Promise<void>): void {
    const { clock, log } = this.#parts;
    const index = this.#cancels.length;
    const cancels = this.#cancels;
    const round = (): void => {
      void look()
        .catch((error: unknown) => log.debug({ reason: String(error) }, 'Something cannot be watched now'))
        .finally(() => {
          if (this.#isWatching && this.#cancels === cancels) cancels[index] = clock.after(ms, round);
        });
    };
    cancels.push(clock.after(0, round));
  }

  async #tellStats(): Promise<void> {
    const { streams, stats } = this.#parts;
    if (!streams.isWanted('stats')) return;
    await streams.tell('stats', async (accountSid) => JSON.stringify(await stats(accountSid)));
  }

  async #tellHealth(): Promise<void> {
    const { streams, health } = this.#parts;
    if (!streams.isWanted('health')) return;
    const found = await health();
    // How many callbacks wait is in the stats; it always changes.
    const { callbacks: _, ...state } = found;
    const text = JSON.stringify(state);
    const isNew = this.#lastHealth !== undefined && text !== this.#lastHealth;
    this.#lastHealth = text;
    if (!isNew) return;
    const json = found as unknown as JsonObject;
    streams.publish([{ name: 'health', accounts: undefined, present: () => json }]);
  }

  async #tellStatuses(): Promise<void> {
    const { streams, kinship, changedStatuses } = this.#parts;
    if (!streams.isWanted('client.updated', 'trunk.updated')) return;
    const events = await kinship.complete(await changedStatuses());
    streams.publish(events.filter((event) => streams.interests.concerns(event)));
  }
}
