import { type CallbackQueue, destinationOf, type DueCallback } from '../call/callbacks-queue.ts';
import { deliver, type Delivery, type DeliveryOptions } from './callback-delivery.ts';
import { type DestinationLimits, Destinations } from './destinations.ts';

const CLAIM_BATCH = 64;
const CLAIM_MS = 5 * 60_000;
/** A net under lost signals, and how soon another process's callbacks are seen. */
const LONGEST_SLEEP_MS = 5000;
/** What is due but in other hands must not make us spin. */
const SHORTEST_SLEEP_MS = 20;
const STORE_RETRY_MS = [200, 1000, 5000, 15_000] as const;

/** What it says to the operator; never a URL, which may hold secrets. */
export interface DispatcherLog {
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
}

export interface DispatcherOptions extends DeliveryOptions {
  readonly queue: CallbackQueue;
  /** Rejects when the store cannot tell; undefined when there is no such account. */
  readonly authToken: (accountSid: string) => Promise<string | undefined>;
  readonly log: DispatcherLog;
  readonly limits?: DestinationLimits;
  /** Longer than ten requests one after another may take: only a dead process lets a claim run out. */
  readonly claimMs?: number;
}

/**
 * Delivers the callbacks that are owed: claims those that are due, sends them, settles them. The queue keeps
 * the order of each leg and URL; everything else goes in parallel. What is sent and not settled when the
 * process dies is sent again, with the same token, when its claim has ended.
 */
export class CallbackDispatcher {
  readonly #options: DispatcherOptions;
  readonly #destinations: Destinations;
  /** Sids of what is claimed by us, waiting or under way. */
  readonly #inHand = new Set<string>();
  readonly #running = new Set<Promise<void>>();
  readonly #stopping = new AbortController();
  #loop: Promise<void> | undefined;
  #woken = false;
  #interrupt: (() => void) | undefined;
  #idleWaiters: (() => void)[] = [];

  constructor(options: DispatcherOptions) {
    this.#options = options;
    this.#destinations = new Destinations(options.limits ?? { total: 200, perDestination: 8 });
  }

  start(): void {
    this.#loop ??= this.#run();
  }

  /** Something may be due now: callbacks were committed, or one is to be sent again. */
  wake(): void {
    this.#woken = true;
    this.#interrupt?.();
  }

  /** Claims nothing more and resolves when those under way are settled; the others stay owed. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.wake();
    await this.#loop;
    await this.#release(this.#destinations.drain());
    while (this.#running.size > 0) await Promise.all(this.#running);
    this.#tellIdle();
  }

  /** Resolves when nothing is under way and nothing is due now; at once when it does not run. */
  idle(): Promise<void> {
    if (this.#loop === undefined || this.#stopping.signal.aborted) return Promise.resolve();
    this.wake();
    return new Promise((resolve) => this.#idleWaiters.push(resolve));
  }

  async #run(): Promise<void> {
    let failures = 0;
    while (!this.#stopping.signal.aborted) {
      this.#woken = false;
      try {
        if (this.#destinations.hasRoom && (await this.#claim())) continue;
        if (this.#woken) continue;
        const wakeAt = await this.#options.queue.nextDueAt(this.#destinations.full());
        failures = 0;
        const wait = Math.min(
          (wakeAt ?? Number.POSITIVE_INFINITY) - this.#options.clock.now(),
          LONGEST_SLEEP_MS,
        );
        if (this.#running.size === 0 && !this.#woken && wait > 0) this.#tellIdle();
        // Without room, the end of a request wakes us.
        await this.#sleep(this.#destinations.hasRoom ? Math.max(wait, SHORTEST_SLEEP_MS) : LONGEST_SLEEP_MS);
      } catch (error) {
        this.#options.log.warn({ err: error }, 'callbacks cannot be claimed, trying again');
        await this.#pause(failures);
        failures += 1;
      }
    }
  }

  /** Claims once and starts what may start; false when there was nothing. */
  async #claim(): Promise<boolean> {
    const now = this.#options.clock.now();
    const claimed = await this.#options.queue.claim({
      now,
      claimUntil: now + (this.#options.claimMs ?? CLAIM_MS),
      limit: CLAIM_BATCH,
      exceptDestinations: this.#destinations.full(),
    });
    for (const callback of claimed) {
      // Its claim ran out while it is here, because the store could not settle it: it is not sent twice.
      if (this.#inHand.has(callback.sid)) continue;
      this.#inHand.add(callback.sid);
      this.#destinations.add(callback);
    }
    await this.#startAll();
    return claimed.length > 0;
  }

  async #startAll(): Promise<void> {
    for (const callback of this.#destinations.start()) {
      const running = this.#handle(callback).then((moreToClaim) => {
        this.#running.delete(running);
        if (moreToClaim) this.wake();
      });
      this.#running.add(running);
    }
    await this.#release(this.#destinations.surplus());
  }

  /** True when its end makes a claim worth while: not as long as its destination has others waiting here. */
  async #handle(callback: DueCallback): Promise<boolean> {
    let outcome: Delivery['outcome'] = 'failed';
    try {
      const authToken = await this.#options.authToken(callback.accountSid);
      const delivery = await deliver(callback, authToken, this.#options);
      outcome = delivery.outcome;
      await this.#settle(callback, delivery);
    } catch (error) {
      this.#options.log.warn({ err: error, callSid: callback.callSid }, 'a callback could not be handled');
      await this.#pause(0);
      await this.#release([callback]);
    }
    this.#inHand.delete(callback.sid);
    const hadRoom = this.#destinations.hasRoom;
    this.#destinations.finished(callback, outcome);
    if (!this.#stopping.signal.aborted) await this.#startAll();
    return !hadRoom || !this.#destinations.isFull(destinationOf(callback.url));
  }

  /** Sent is sent: the store gets as long as it takes, until we are stopped. */
  async #settle(callback: DueCallback, { attempt, settlement }: Delivery): Promise<void> {
    for (let failures = 0; ; failures += 1) {
      try {
        return await this.#options.queue.settle(attempt, settlement);
      } catch (error) {
        const { log } = this.#options;
        log.warn({ err: error, callSid: callback.callSid }, 'a callback was sent but cannot be settled');
        if (this.#stopping.signal.aborted) return;
        await this.#pause(failures);
      }
    }
  }

  async #release(callbacks: readonly DueCallback[]): Promise<void> {
    if (callbacks.length === 0) return;
    for (const { sid } of callbacks) this.#inHand.delete(sid);
    try {
      await this.#options.queue.release(callbacks.map(({ sid }) => sid));
    } catch (error) {
      this.#options.log.warn({ err: error }, 'claims of callbacks could not be released, they will run out');
    }
  }

  /** Until `ms` have passed, or `wake`. */
  async #sleep(ms: number): Promise<void> {
    if (this.#woken) return;
    const interrupted = new AbortController();
    this.#interrupt = () => interrupted.abort();
    await this.#options.clock.sleep(ms, interrupted.signal);
    this.#interrupt = undefined;
  }

  /** After a failure of the store; only `stop` cuts it short. */
  #pause(failures: number): Promise<void> {
    const ms = STORE_RETRY_MS[Math.min(failures, STORE_RETRY_MS.length - 1)] ?? 0;
    return this.#options.clock.sleep(ms, this.#stopping.signal);
  }

  #tellIdle(): void {
    const waiters = this.#idleWaiters;
    this.#idleWaiters = [];
    for (const resolve of waiters) resolve();
  }
}
