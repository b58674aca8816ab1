import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { OutgoingCall, Phone } from '../../../src/phone/phone.ts';
import { waitUntil } from '../wait-until.ts';
import type { Tenant } from './tenant.ts';

/** What a neighbour does that may disturb the others. */
export interface Behaviour {
  readonly title: string;
  /** Begins; resolves when it is in force. It goes on until the pressure is taken off. */
  begin(pressure: Pressure): Promise<void>;
}

export interface PressureOptions {
  readonly tenant: Tenant;
  /** How many calls, or requests, it has at one time. */
  readonly calls: number;
  /** Another one's application server, at which `/hang` does not reply. */
  readonly sharedOrigin: string;
  /** The installation's DATA_DIR. */
  readonly dataDir: string;
}

const IN_FORCE_MS = 60_000;
/** Who is refused tries again, but not at once. */
const AFTER_REFUSAL_MS = 200;

/** What one behaviour has under way. */
export class Pressure {
  readonly tenant: Tenant;
  readonly calls: number;
  readonly sharedOrigin: string;
  readonly dataDir: string;
  readonly #stopping = new AbortController();
  readonly #workers: Promise<void>[] = [];
  readonly #running = new Set<OutgoingCall>();
  readonly #ends: (() => Promise<unknown>)[] = [];
  #caller: Promise<Phone> | undefined;
  #failure: { readonly error: unknown } | undefined;
  /** What was done so far, and refused. */
  done = 0;
  refused = 0;

  constructor({ tenant, calls, sharedOrigin, dataDir }: PressureOptions) {
    this.tenant = tenant;
    this.calls = calls;
    this.sharedOrigin = sharedOrigin;
    this.dataDir = dataDir;
    // Each of its workers listens.
    setMaxListeners(0, this.signal);
  }

  get signal(): AbortSignal {
    return this.#stopping.signal;
  }

  /** So many do the same again and again, each time with another number. */
  keepAtIt(workers: number, work: (number: number) => Promise<unknown>, pauseMs = 0): void {
    let number = 0;
    const run = async () => {
      while (!this.signal.aborted) {
        number += 1;
        await work(number);
        this.done += 1;
        await sleep(pauseMs, undefined, { signal: this.signal }).catch(() => undefined);
      }
    };
    const fail = (error: unknown) => void (this.#failure ??= { error });
    for (let worker = 0; worker < workers; worker += 1) this.#workers.push(run().catch(fail));
  }

  /** Calls a number of its own, is silent, and waits for the end; `listen` may hang up before. */
  async call(number: string, listen?: (call: OutgoingCall) => Promise<unknown>): Promise<void> {
    this.#caller ??= this.tenant.phone('nasty');
    const call = await (await this.#caller).call(number);
    call.audio.stopSending();
    this.#running.add(call);
    if (this.signal.aborted) await call.hangUp().catch(() => undefined);
    await listen?.(call).catch(() => call.hangUp().catch(() => undefined));
    const end = await call.ended.catch(() => undefined);
    this.#running.delete(call);
    if (end?.how !== 'refused') return;
    this.refused += 1;
    await sleep(AFTER_REFUSAL_MS);
  }

  /** Orders a call; waits a little when there is no room for it. */
  async order(form: Readonly<Record<string, string>>): Promise<void> {
    const status = await this.tenant.order({ Url: this.tenant.app.url('/none'), ...form });
    if (status === 201) return;
    this.refused += 1;
    await sleep(AFTER_REFUSAL_MS);
  }

  /** Resolves when it is in force. */
  until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
    const unlessFailed = () => {
      if (this.#failure !== undefined) throw this.#failure.error;
      return holds();
    };
    return waitUntil(what, unlessFailed, IN_FORCE_MS);
  }

  /** Something to end when the pressure is taken off. */
  onEnd(step: () => Promise<unknown>): void {
    this.#ends.push(step);
  }

  /** Takes it off: nothing of it is begun any more, what runs is ended, who was kept waiting is answered. */
  async end(): Promise<void> {
    this.#stopping.abort();
    this.tenant.release();
    await Promise.all([...this.#running].map((call) => call.hangUp().catch(() => undefined)));
    await Promise.all(this.#workers);
    await this.tenant.hangUpAll();
    for (const step of this.#ends) await step();
  }
}
