import { compact } from '../../call/compact.ts';
import type { Clock } from '../../concurrency/clock.ts';
import type { Log } from '../../concurrency/log.ts';
import type { Changes } from '../../records/changes.ts';
import type { AccountRepository } from '../../records/repositories.ts';
import { API_ERRORS, ApiError } from '../errors.ts';
import type { DraftEvent } from './drafts.ts';
import type { EventRing } from './event-ring.ts';
import { Kinship } from './kinship.ts';
import type { Subscription } from './live-event.ts';
import { LiveSource } from './live-source.ts';
import { LiveStreams, type Reader, type StreamsOptions } from './live-streams.ts';
import type { EventSink } from './live-stream.ts';
import { LiveWatch, type Watched } from './live-watch.ts';

/** A restart is usually over by then. */
const RETRY_AFTER_S = 30;

export interface LiveParts {
  readonly changes: Changes;
  readonly accounts: AccountRepository;
  readonly watched: Watched;
  readonly clock: Clock;
  readonly log: Log;
  readonly version: string;
  /** Another one than usual, for tests. */
  readonly ring?: EventRing;
  /** Others than usual, for measurements. */
  readonly limits?: StreamsOptions['limits'];
}

/** Everything that happens, as it happens, for those who watch (`GET P/Live`); while nobody does, nothing is done. */
export class Live {
  readonly kinship: Kinship;
  readonly #streams: LiveStreams;
  readonly #source: LiveSource;
  readonly #watch: LiveWatch;
  #isClosed = false;

  constructor({ changes, accounts, watched, clock, log, version, ring, limits }: LiveParts) {
    this.kinship = new Kinship(accounts, changes);
    const onInterest = () => {
      this.#source.update();
      this.#watch.update();
    };
    this.#streams = new LiveStreams(compact({ clock, version, onInterest, ring, limits }));
    const { kinship } = this;
    this.#source = new LiveSource({ changes, kinship, streams: this.#streams, clock, log });
    this.#watch = new LiveWatch({ ...watched, kinship, streams: this.#streams, clock, log });
  }

  /**
   * Begins a stream on what `begin` gives, which is called when everything is ready, and nothing is refused any more.
   * Resolves with what ends it.
   * @throws ApiError 429, 503 (Legwork is stopping), StoreUnavailableError
   */
  async open(subscription: Subscription, reader: Reader, begin: () => EventSink): Promise<() => void> {
    if (this.#isClosed) throw stopping();
    this.#streams.refuseTooMany(reader.askingSid);
    const interest = this.#streams.hold(subscription);
    try {
      await this.#source.ready();
      if (this.#isClosed) throw stopping();
      this.#streams.refuseTooMany(reader.askingSid);
      return this.#streams.open(subscription, interest, reader, begin());
    } catch (error) {
      this.#streams.interests.release(interest);
      throw error;
    }
  }

  /** How many streams there are. */
  get size(): number {
    return this.#streams.size;
  }

  /** Tells of something that is not written by the journal; `draft` is asked for only while anybody listens. */
  async changed(draft: () => Promise<DraftEvent>): Promise<void> {
    const { interests } = this.#streams;
    if (interests.isEmpty) return;
    const events = await this.kinship.complete([await draft()]);
    this.#streams.publish(events.filter((event) => interests.concerns(event)));
  }

  /** Cuts off whoever may no longer read. */
  async check(): Promise<void> {
    await this.#streams.check();
  }

  /** Ends all streams, and opens no more: their readers come again. */
  close(): void {
    this.#isClosed = true;
    this.#streams.close();
    this.#source.close();
    this.#watch.close();
  }
}

function stopping(): ApiError {
  const headers = { 'Retry-After': String(RETRY_AFTER_S) };
  return new ApiError(503, API_ERRORS.unavailable, 'Legwork is stopping', headers);
}
