import type { LegworkOptions } from './legwork-options.ts';
import { Undo } from './undo.ts';

const START_STOPS_WITHIN_MS = 5_000;

/** Asked to stop while it waited for Asterisk, or for something else that may never come. */
export class StartStopped extends Error {
  override readonly name = 'StartStopped';
}

/**
 * Builds everything; undoes what was done when that fails.
 *
 * @throws StartStopped when `options.stopped` aborts before it is there
 */
export async function started<T>(
  options: LegworkOptions,
  build: (options: LegworkOptions, undo: Undo) => Promise<T>,
): Promise<T> {
  const undo = new Undo();
  const built = build(options, undo);
  try {
    return await unlessStopped(built, options);
  } catch (error) {
    await undo
      .run()
      .catch((err: unknown) =>
        options.log.warn({ err }, 'Something that was started could not be stopped properly'),
      );
    // It ends when what it waits for was stopped; the reason is known already.
    void built.catch(() => undefined);
    throw error;
  }
}

/** A wait for Asterisk ends by itself when we are asked to stop; any other wait (a full disk) may never end. */
async function unlessStopped<T>(built: Promise<T>, { clock, stopped }: LegworkOptions): Promise<T> {
  let cancel: () => void = () => undefined;
  const givenUp = new Promise<never>((_, reject) => {
    stopped?.addEventListener('abort', () => {
      cancel = clock.after(START_STOPS_WITHIN_MS, () => reject(new StartStopped()));
    });
  });
  return await Promise.race([built, givenUp]).finally(() => cancel());
}
