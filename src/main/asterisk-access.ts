import { type BundledAsterisk, startBundledAsterisk } from '../asterisk/bundled-asterisk.ts';
import { isSipAlive } from '../asterisk/sip-health.ts';
import type { Clock } from '../call/clock.ts';
import type { Config } from '../config.ts';
import type { Logger } from '../logger.ts';

const RESTART_DELAY_MS = 1_000;
const SIP_CHECK_MS = 10_000;
/** So many checks in a row without a SIP answer, and Asterisk is started again. */
const SIP_FAILURES = 3;

/** Where Asterisk is and who may use it. */
export interface AsteriskAccess {
  readonly url: string;
  readonly username: string;
  readonly password: string;
  /** Of the bundled one. */
  readonly sip?: { readonly host: string; readonly port: number };
  /** Ends the bundled one; leaves the user's own alone. */
  stop(): Promise<void>;
}

/** The user's own Asterisk, or the bundled one, which is started (or adopted) and started again when it dies. */
export async function reachAsterisk(
  config: Config,
  clock: Clock,
  log: Logger,
  progress: (line: string) => void,
): Promise<AsteriskAccess> {
  const { ari } = config;
  if (ari.kind === 'external') {
    const { url, username, password } = ari;
    return { url, username, password, stop: () => Promise.resolve() };
  }
  const start = (tell: (line: string) => void) =>
    startBundledAsterisk({
      ...ari,
      dataDir: config.dataDir,
      ariApp: config.ariApp,
      maxCalls: config.maxCalls,
      cacheFolder: config.cacheFolder,
      clock,
      progress: tell,
    });
  const first = await start(progress);
  const keeper = new Keeper(first, () => start((line) => log.info(line)), clock, log);
  return {
    url: first.ariUrl,
    username: first.username,
    password: first.password,
    sip: first.sip,
    stop: () => keeper.stop(),
  };
}

/** Starts the bundled Asterisk again whenever it ends without our asking, or is deaf to SIP. */
class Keeper {
  #asterisk: BundledAsterisk;
  readonly #stopping = new AbortController();
  readonly #watch: Promise<unknown>;

  constructor(first: BundledAsterisk, start: () => Promise<BundledAsterisk>, clock: Clock, log: Logger) {
    this.#asterisk = first;
    this.#watch = Promise.all([this.#keep(start, clock, log), this.#watchSip(clock, log)]);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#asterisk.stop();
    await this.#watch;
  }

  async #keep(start: () => Promise<BundledAsterisk>, clock: Clock, log: Logger): Promise<void> {
    const { signal } = this.#stopping;
    for (;;) {
      await this.#asterisk.exited;
      if (signal.aborted) return;
      log.error({ asteriskPid: this.#asterisk.pid }, 'Asterisk has ended, starting it again');
      while (!(await this.#restarted(start, log))) await clock.sleep(RESTART_DELAY_MS, signal);
      if (signal.aborted) return this.#asterisk.stop();
    }
  }

  /** Asterisk can answer ARI and no SIP any more: then only a new start helps. */
  async #watchSip(clock: Clock, log: Logger): Promise<void> {
    const { signal } = this.#stopping;
    let failures = 0;
    while (!signal.aborted) {
      await clock.sleep(SIP_CHECK_MS, signal);
      if (signal.aborted) return;
      const asterisk = this.#asterisk;
      failures = (await isSipAlive(asterisk.sip, clock)) ? 0 : failures + 1;
      if (failures < SIP_FAILURES) continue;
      failures = 0;
      log.error({ asteriskPid: asterisk.pid }, 'Asterisk does not answer SIP, ending it');
      // Its end is seen by the other watch, which starts it again.
      if (asterisk === this.#asterisk) await asterisk.stop();
    }
  }

  async #restarted(start: () => Promise<BundledAsterisk>, log: Logger): Promise<boolean> {
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
