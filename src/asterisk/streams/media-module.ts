import { AriError } from '../ari/ari-error.ts';
import { fields, text } from '../ari/ari-objects.ts';
import type { LegContext } from '../legs/leg-context.ts';

const MODULE = 'chan_websocket.so';
const RUNNING = 'Running';

/** Whether the Asterisk that we are connected to can carry streams; looked up again after every connect. */
export class MediaModule {
  readonly #context: LegContext;
  readonly #off: () => void;
  #trouble: string | undefined = 'Asterisk has not been asked yet whether it can carry streams';

  constructor(context: LegContext) {
    this.#context = context;
    this.#off = context.ari.onUp(() => void this.#look());
  }

  /** Why it cannot, in a sentence; undefined when it can. */
  get trouble(): string | undefined {
    return this.#trouble;
  }

  close(): void {
    this.#off();
  }

  async #look(): Promise<void> {
    const { log } = this.#context;
    this.#trouble = await this.#find();
    if (this.#trouble !== undefined) log.warn({ reason: this.#trouble }, 'Streams are not possible');
  }

  /** Loads the module when it is there: an Asterisk that was started by an earlier version of Legwork has not. */
  async #find(): Promise<string | undefined> {
    const { ari } = this.#context;
    const moduleName = MODULE;
    try {
      const isLoaded = await ari.run('asterisk', 'getModule', { moduleName }).then(
        (found) => text(fields(found)?.['status']) === RUNNING,
        (error: unknown) => {
          if (error instanceof AriError && error.status > 0) return false;
          throw error;
        },
      );
      if (!isLoaded) await ari.run('asterisk', 'loadModule', { moduleName });
      return undefined;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return `This Asterisk cannot carry streams: its module ${MODULE} is not loaded (${reason})`;
    }
  }
}
