import type { Clock } from '../concurrency/clock.ts';
import type { BundledAsterisk } from './bundled-asterisk.ts';
import type { Log } from '../concurrency/log.ts';

const RESTART_DELAY_MS = 1_000;
const SIP_CHECK_MS = 10_000;
/** After this many checks in a row without a SIP answer, Asterisk is started again. */
const SIP_FAILURES = 3;

export interface KeeperOptions {
  /** The Asterisk that is running. */
  readonly first: BundledAsterisk;
  readonly start: () => Promise<BundledAsterisk>;
  readonly isSipAlive: (asterisk: BundledAsterisk) => Promise<boolean>;
  readonly clock: Clock;
  readonly log: Log;
}

/** Starts the bundled Asterisk again whenever it ends by itself or does not answer SIP any more. */
export class AsteriskKeeper {
  #asterisk: BundledAsterisk;
  readonly #stopping = new AbortController();
  #isLeaving = false;
  readonly #watch: Promise<unknown>;

  constructor(options: KeeperOptions) {
    this.#asterisk = options.first;
    this.#watch = Promise.all([this.#keep(options), this.#watchSip(options)]);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#asterisk.stop();
    await this.#watch;
  }

  /** Ends the watch, and leaves Asterisk running. */
  async leave(): Promise<void> {
    this.#isLeaving = true;
    this.#stopping.abort();
    this.#asterisk.leave();
    await this.#watch;
  }

  async #keep({ start, clock, log }: KeeperOptions): Promise<void> {
    const { signal } = this.#stopping;
    for (;;) {
      await this.#asterisk.exited;
      if (signal.aborted) return;
      log.error({ asteriskPid: this.#asterisk.pid }, 'Asterisk has ended, starting it again');
      while (!(await this.#restarted(start, log))) await clock.sleep(RESTART_DELAY_MS, signal);
      if (signal.aborted) return this.#isLeaving ? undefined : this.#asterisk.stop();
    }
  }

  /** Asterisk may still answer ARI and no longer SIP; then only a restart helps. */
  async #watchSip({ isSipAlive, clock, log }: KeeperOptions): Promise<void> {
    const { signal } = this.#stopping;
    let failures = 0;
    while (!signal.aborted) {
      await clock.sleep(SIP_CHECK_MS, signal);
      if (signal.aborted) return;
      const asterisk = this.#asterisk;
      failures = (await isSipAlive(asterisk)) ? 0 : failures + 1;
      if (failures < SIP_FAILURES) continue;
      failures = 0;
      log.error({ asteriskPid: asterisk.pid }, 'Asterisk does not answer SIP, ending it');
      // The other watch notices that it has ended, and starts it again.
      if (asterisk === this.#asterisk) await asterisk.stop();
    }
  }

  async #restarted(start: KeeperOptions['start'], log: Log): Promise<boolean> {
    if (this.#stopping.signal.aborted) return true;
    try {
      this.#asterisk = await start();
      return true;
    } catch (error) {
      log.error({ err: error }, 'Asterisk could not be started');
      return false;
    }
  }
}
