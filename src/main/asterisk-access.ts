import { type BundledAsterisk, startBundledAsterisk } from '../asterisk/bundled-asterisk.ts';
import type { Clock } from '../call/clock.ts';
import type { Config } from '../config.ts';
import type { Logger } from '../logger.ts';

const RESTART_DELAY_MS = 1_000;

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

/** Starts the bundled Asterisk again whenever it ends without our asking. */
class Keeper {
  #asterisk: BundledAsterisk;
  readonly #stopping = new AbortController();
  readonly #watch: Promise<void>;

  constructor(first: BundledAsterisk, start: () => Promise<BundledAsterisk>, clock: Clock, log: Logger) {
    this.#asterisk = first;
    this.#watch = this.#keep(start, clock, log);
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
