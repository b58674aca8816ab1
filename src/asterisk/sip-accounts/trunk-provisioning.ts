import { KeyedSerial } from '../../concurrency/serial.ts';
import type { TrunkStatus } from '../../call/sip-status.ts';
import type { Clock } from '../../concurrency/clock.ts';
import type { AriConnection } from '../ari/connection.ts';
import { identifyId, trunkObjects } from './endpoint-objects.ts';
import { type MediaSettings, type SipObject, type SipTrunk } from './sip-object.ts';
import type { SipObjects } from './sip-objects.ts';
import { standsIn } from './trunk-registration.ts';

/** Unregistering takes two requests, and the second one needs the password, which is removed afterwards. */
const UNREGISTER_MS = 1_000;

/** The trunks that Asterisk has, and our registrations with them. Everything rejects with AriError. */
export class TrunkProvisioning {
  readonly #ari: AriConnection;
  readonly #objects: SipObjects;
  readonly #options: MediaSettings & { readonly clock: Clock };
  /** The changes of one trunk are made one after another, so that the last one wins. */
  readonly #turns = new KeyedSerial();
  #metrics: Promise<string> | undefined;

  constructor(ari: AriConnection, objects: SipObjects, options: MediaSettings & { readonly clock: Clock }) {
    this.#ari = ari;
    this.#objects = objects;
    this.#options = options;
  }

  push(trunk: SipTrunk): Promise<void> {
    return this.#turns.run(trunk.sid, async () => {
      const { sid } = trunk;
      const objects = trunkObjects(trunk, this.#options);
      if (!(await this.#mayKeepRegistration(sid, objects))) await this.#unregister(sid);
      await this.#objects.push(sid, objects);
      // An earlier version of the trunk may have had credentials.
      if (!objects.some(({ type }) => type === 'auth')) await this.#objects.delete('auth', sid);
      await this.#forgetAddresses(sid, objects.filter(({ type }) => type === 'identify').length);
    });
  }

  remove(sid: string): Promise<void> {
    return this.#turns.run(sid, async () => {
      this.#objects.forget(sid);
      await this.#unregister(sid);
      await this.#forgetAddresses(sid, 0);
      for (const type of ['endpoint', 'aor', 'auth'] as const) await this.#objects.delete(type, sid);
    });
  }

  async status(trunk: SipTrunk): Promise<TrunkStatus> {
    const registration = trunkObjects(trunk, this.#options).find(({ type }) => type === 'registration');
    if (registration === undefined) return { reachable: await this.#objects.isOnline(trunk.sid) };
    const [reachable, metrics] = await Promise.all([
      this.#objects.isOnline(trunk.sid),
      // The user's own Asterisk may have no metrics.
      this.#sharedMetrics().catch(() => undefined),
    ]);
    return metrics === undefined ? { reachable } : { reachable, registered: standsIn(metrics, registration) };
  }

  /** Removes a trunk's addresses from the n-th on; the last one first, so that a crash leaves no gap to stop at next time. */
  async #forgetAddresses(sid: string, first: number): Promise<void> {
    let end = first;
    while (await this.#objects.exists('identify', identifyId(sid, end))) end += 1;
    for (; end > first; end -= 1) await this.#objects.delete('identify', identifyId(sid, end - 1));
  }

  /** Whether Asterisk's registration, if there is one, is the wanted one, with the same password. */
  async #mayKeepRegistration(sid: string, wanted: readonly SipObject[]): Promise<boolean> {
    if (!(await this.#objects.exists('registration', sid))) return true;
    if (!wanted.some(({ type }) => type === 'registration')) return false;
    const parts = wanted.filter(({ type }) => type === 'registration' || type === 'auth');
    const inPlace = await Promise.all(parts.map((part) => this.#objects.has(part)));
    return !inPlace.includes(false);
  }

  /** Ends our registration with a trunk, and waits until the password is not needed any more. */
  async #unregister(sid: string): Promise<void> {
    if (!(await this.#objects.exists('registration', sid))) return;
    await this.#objects.delete('registration', sid);
    this.#objects.forget(sid);
    await this.#options.clock.sleep(UNREGISTER_MS);
  }

  /** Asterisk's metrics, read once for everybody who asks at the same time, because they grow with the number of endpoints. */
  #sharedMetrics(): Promise<string> {
    this.#metrics ??= this.#ari.metrics().finally(() => {
      this.#metrics = undefined;
    });
    return this.#metrics;
  }
}
