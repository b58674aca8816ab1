import type { CallbackQueue, Claimed, DueCallback, Owed } from '../../call/callbacks-queue.ts';
import { deliver, type Delivery, type DeliveryOptions } from './callback-delivery.ts';
import { type DestinationLimits, DeliveryScheduler, type Turn } from './delivery-scheduler.ts';
import type { WorkShares } from '../../concurrency/work-shares.ts';
import { OwedReader } from './owed-reader.ts';
import { type DispatcherLog, PatientQueue } from './patient-queue.ts';

const CLAIM_BATCH = 64;
const CLAIM_MS = 5 * 60_000;
/** What an attempt costs the process, in milliseconds; see `WorkShares`. */
const ATTEMPT_MS = 3;
/** Accounts that were held back are asked again. */
const HELD_BACK_MS = 100;

type Asked = 'claim' | 'slowClaim' | 'read';

export interface DispatcherOptions extends DeliveryOptions {
  readonly queue: CallbackQueue;
  /** Rejects when the store cannot tell; undefined when there is no such account. */
  readonly authToken: (accountSid: string) => Promise<string | undefined>;
  readonly log: DispatcherLog;
  readonly limits?: DestinationLimits;
  /** Holds back an account that does more than its share. */
  readonly shares?: WorkShares;
  /** Longer than a request and its settling may take: only a dead process lets a claim run out. */
  readonly claimMs?: number;
}

/**
 * Delivers the callbacks that are owed: asks the scheduler which receivers may be sent to, claims their callbacks, sends and settles
 * them. The queue keeps the order of each leg and URL; everything else goes in parallel. What is sent and not
 * settled when the process dies is sent again, with the same token.
 */
export class CallbackDispatcher {
  readonly #options: DispatcherOptions;
  readonly #scheduler: DeliveryScheduler;
  readonly #reader: OwedReader;
  /** Sids of what is claimed by us and under way. */
  readonly #inHand = new Set<string>();
  readonly #patient: PatientQueue;
  readonly #running = new Set<Promise<void>>();
  /** Turns of receivers for which the queue has to look into the database, which nobody else waits for. */
  #slow = new Map<string, Turn[]>();
  #isClaimingSlow = false;
  #isReading = false;
  /** How often in a row the store has failed, for each thing that is asked of it. */
  readonly #failures = { claim: 0, slowClaim: 0, read: 0 };
  readonly #stopping = new AbortController();
  #loop: Promise<void> | undefined;
  #woken = false;
  #interrupt: (() => void) | undefined;
  #idleWaiters: (() => void)[] = [];

  constructor(options: DispatcherOptions) {
    this.#options = options;
    this.#scheduler = new DeliveryScheduler(
      options.limits ?? { total: 512, perDestination: 64 },
      (accountSid) => options.shares?.isOver(accountSid) === true,
    );
    this.#reader = new OwedReader(options.queue);
    this.#patient = new PatientQueue(options, this.#stopping.signal);
  }

  start(): void {
    this.#loop ??= this.#run();
  }

  /** These were committed, or are to be sent again. */
  owed(owed: readonly Owed[]): void {
    this.#learn(owed);
    this.#continue();
  }

  /** Something may be due now, it is not known what. */
  wake(): void {
    this.#reader.readEverything();
    this.#continue();
  }

  /** Claims nothing more and resolves when those under way are settled; the others stay owed. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#continue();
    await this.#loop;
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
    while (!this.#stopping.signal.aborted) {
      this.#woken = false;
      this.#read();
      await this.#patiently('claim', async () => {
        if (!(await this.#claim())) await this.#rest();
      });
    }
  }

  /** Does what fails when the store does, and then waits, longer with each failure in a row. */
  async #patiently(what: Asked, work: () => Promise<void>): Promise<void> {
    try {
      await work();
      this.#failures[what] = 0;
    } catch (error) {
      this.#options.log.warn({ err: error }, 'callbacks cannot be claimed, trying again');
      await this.#patient.pause(this.#failures[what]);
      this.#failures[what] += 1;
    }
  }

  /** Does it while everything else goes on. */
  #meanwhile(what: Asked, work: () => Promise<void>, done: () => void): void {
    const run = async () => {
      await this.#patiently(what, work);
      done();
      this.#running.delete(running);
      this.#continue();
    };
    const running = run();
    this.#running.add(running);
  }

  /** Reads who is owed something, when it is time. */
  #read(): void {
    if (this.#isReading || this.#reader.restMs(this.#now()) > 0) return;
    this.#isReading = true;
    const read = async () => this.#learn(await this.#reader.read(this.#now()));
    this.#meanwhile('read', read, () => {
      this.#isReading = false;
    });
  }

  /** Until something is due, told, or over. */
  async #rest(): Promise<void> {
    if (this.#woken) return;
    const now = this.#now();
    const wait = Math.min(
      this.#isReading ? Number.POSITIVE_INFINITY : this.#reader.restMs(now),
      (this.#scheduler.nextAt ?? Number.POSITIVE_INFINITY) - now,
      this.#scheduler.isHoldingBack ? HELD_BACK_MS : Number.POSITIVE_INFINITY,
    );
    if (this.#running.size === 0 && wait > 0 && !this.#scheduler.isHoldingBack) this.#tellIdle();
    await this.#sleep(wait);
  }

  #learn(owed: readonly Owed[]): void {
    const now = this.#now();
    for (const { destination, at } of owed) {
      if (at <= now) this.#scheduler.add(destination, 1);
      else this.#scheduler.addLater(destination, at);
    }
  }

  /** Claims once and sends what it got; false when no receiver may be sent to now. */
  async #claim(): Promise<boolean> {
    const { queue } = this.#options;
    const now = this.#now();
    const byDestination = groupedByDestination(this.#scheduler.turns(now, CLAIM_BATCH));
    if (byDestination.size === 0) return false;
    const quick = new Map<string, Turn[]>();
    for (const [destination, turns] of byDestination) {
      this.#scheduler.clear(destination);
      if (queue.isAtHand(destination, now)) quick.set(destination, turns);
      else this.#slow.set(destination, [...(this.#slow.get(destination) ?? []), ...turns]);
    }
    this.#claimSlow();
    if (quick.size > 0) await this.#claimFrom(quick);
    return true;
  }

  /** One claim at a time: what comes while it is under way is asked for together. */
  #claimSlow(): void {
    if (this.#isClaimingSlow || this.#slow.size === 0 || this.#stopping.signal.aborted) return;
    this.#isClaimingSlow = true;
    const slow = this.#slow;
    this.#slow = new Map();
    this.#meanwhile(
      'slowClaim',
      () => this.#claimFrom(slow),
      () => {
        this.#isClaimingSlow = false;
        this.#claimSlow();
      },
    );
  }

  async #claimFrom(byDestination: ReadonlyMap<string, Turn[]>): Promise<void> {
    const now = this.#now();
    const from = [...byDestination].map(([destination, turns]) => ({ destination, most: turns.length }));
    const claimUntil = now + (this.#options.claimMs ?? CLAIM_MS);
    try {
      for (const claimed of await this.#options.queue.claim({ now, claimUntil, from })) {
        await this.#use(claimed, byDestination.get(claimed.destination) ?? [], now);
      }
    } catch (error) {
      for (const { destination, most } of from) this.#scheduler.add(destination, most);
      throw error;
    } finally {
      for (const turn of [...byDestination.values()].flat()) this.#scheduler.takeBack(turn);
    }
  }

  /** Takes out of `turns` those that it needs. */
  async #use({ destination, callbacks, nextAt }: Claimed, turns: Turn[], now: number): Promise<void> {
    const asked = turns.length;
    if (this.#stopping.signal.aborted) return await this.#patient.release(callbacks);
    for (const callback of callbacks) {
      // Its claim ran out while it is here, because the store could not settle it: it is not sent twice.
      const turn = this.#inHand.has(callback.sid) ? undefined : turns.pop();
      if (turn !== undefined) this.#start(callback, turn);
    }
    // A receiver with more than was asked for is asked for twice as many next time.
    if (nextAt !== undefined && nextAt <= now) this.#scheduler.add(destination, 2 * asked);
    else if (nextAt !== undefined) this.#scheduler.addLater(destination, nextAt);
  }

  #start(callback: DueCallback, turn: Turn): void {
    this.#inHand.add(callback.sid);
    const running = this.#handle(callback, turn).then(() => {
      this.#inHand.delete(callback.sid);
      this.#running.delete(running);
      this.#continue();
    });
    this.#running.add(running);
  }

  async #handle(callback: DueCallback, turn: Turn): Promise<void> {
    let delivery: Delivery;
    this.#options.shares?.spend(callback.accountSid, ATTEMPT_MS);
    try {
      const authToken = await this.#options.authToken(callback.accountSid);
      delivery = await deliver(callback, authToken, turn.patient, this.#options);
    } catch (error) {
      this.#options.log.warn({ err: error, callSid: callback.callSid }, 'a callback could not be handled');
      await this.#patient.pause(0);
      await this.#patient.release([callback]);
      this.#scheduler.takeBack(turn);
      this.#scheduler.add(turn.destination, 1);
      return;
    }
    this.#scheduler.finish(turn, delivery.outcome);
    this.#continue();
    const nextAt = await this.#patient.settle(callback, delivery);
    if (nextAt !== undefined) this.#learn([{ destination: turn.destination, at: nextAt }]);
  }

  #now(): number {
    return this.#options.clock.steady();
  }

  #continue(): void {
    this.#woken = true;
    this.#interrupt?.();
  }

  /** Until `ms` have passed, or `#continue`. An AbortController would cost seven errors with their stack traces a call. */
  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        cancelTimer();
        this.#interrupt = undefined;
        resolve();
      };
      const cancelTimer = this.#options.clock.after(ms, wake);
      this.#interrupt = wake;
    });
  }

  #tellIdle(): void {
    const waiters = this.#idleWaiters;
    this.#idleWaiters = [];
    for (const resolve of waiters) resolve();
  }
}

function groupedByDestination(turns: readonly Turn[]): Map<string, Turn[]> {
  const grouped = new Map<string, Turn[]>();
  for (const turn of turns) {
    const same = grouped.get(turn.destination);
    if (same === undefined) grouped.set(turn.destination, [turn]);
    else same.push(turn);
  }
  return grouped;
}
