import { type DueCallback, destinationOf } from '../call/callbacks-queue.ts';

/** So many time-outs in a row, and a receiver gets one request at a time until it answers again. */
const HUNG_AFTER_TIMEOUTS = 8;
/** Hung destinations that are remembered while nothing is sent to them. */
const MOST_REMEMBERED = 1000;

export interface DestinationLimits {
  /** Requests under way at once, in all and to one destination. */
  readonly total: number;
  readonly perDestination: number;
}

interface Destination {
  readonly waiting: DueCallback[];
  running: number;
  timeouts: number;
}

/**
 * Who may be sent now: claimed callbacks by destination, so that a slow receiver fills its own places only.
 * A receiver that hangs is asked by one request at a time, lest many of them take all places.
 */
export class Destinations {
  readonly #limits: DestinationLimits;
  readonly #byHost = new Map<string, Destination>();
  #running = 0;

  constructor(limits: DestinationLimits) {
    this.#limits = limits;
  }

  get hasRoom(): boolean {
    return this.#running < this.#limits.total;
  }

  /** Those from which no more should be claimed: they have some waiting, or no place. */
  full(): readonly string[] {
    return [...this.#byHost.keys()].filter((host) => this.isFull(host));
  }

  isFull(host: string): boolean {
    const destination = this.#byHost.get(host);
    if (destination === undefined) return false;
    return destination.waiting.length > 0 || !this.#hasPlace(destination);
  }

  add(callback: DueCallback): void {
    const host = destinationOf(callback.url);
    const destination = this.#byHost.get(host) ?? { waiting: [], running: 0, timeouts: 0 };
    this.#byHost.set(host, destination);
    destination.waiting.push(callback);
  }

  /** Takes those that may start now, in turn over the destinations; each must be `finished` later. */
  start(): readonly DueCallback[] {
    const started: DueCallback[] = [];
    for (let progress = true; progress && this.hasRoom; ) {
      progress = false;
      for (const destination of this.#byHost.values()) {
        if (!this.hasRoom || !this.#hasPlace(destination)) continue;
        const next = destination.waiting.shift();
        if (next === undefined) continue;
        destination.running += 1;
        this.#running += 1;
        started.push(next);
        progress = true;
      }
    }
    return started;
  }

  /** Ends what `start` began. A time-out brings the destination nearer to counting as hung, a reply brings it back. */
  finished(callback: DueCallback, outcome: 'replied' | 'timed-out' | 'failed'): void {
    const host = destinationOf(callback.url);
    const destination = this.#byHost.get(host);
    if (destination === undefined) return;
    this.#running -= 1;
    destination.running -= 1;
    if (outcome === 'replied') destination.timeouts = 0;
    if (outcome === 'timed-out') destination.timeouts += 1;
    if (destination.running > 0 || destination.waiting.length > 0) return;
    if (destination.timeouts === 0 || this.#byHost.size > MOST_REMEMBERED) this.#byHost.delete(host);
  }

  /** Takes out those that wait for a hung destination: their claims would run out here. */
  surplus(): readonly DueCallback[] {
    return [...this.#byHost.values()].filter(isHung).flatMap((hung) => hung.waiting.splice(0));
  }

  /** Takes out all that have not been started. */
  drain(): readonly DueCallback[] {
    return [...this.#byHost.values()].flatMap((destination) => destination.waiting.splice(0));
  }

  #hasPlace(destination: Destination): boolean {
    return destination.running < (isHung(destination) ? 1 : this.#limits.perDestination);
  }
}

function isHung(destination: Destination): boolean {
  return destination.timeouts >= HUNG_AFTER_TIMEOUTS;
}
