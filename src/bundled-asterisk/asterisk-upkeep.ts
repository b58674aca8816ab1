import { join } from 'node:path';
import type { Clock } from '../concurrency/clock.ts';
import type { AsteriskFolder } from './asterisk-folder.ts';
import type { Log } from '../concurrency/log.ts';
import { rotateLogs } from './log-rotation.ts';
import { sweepSoundCache } from './sound-cache.ts';

const LOGS_EVERY_MS = 5_000;
const SOUNDS_EVERY_MS = 30_000;

export interface UpkeepOptions {
  readonly folder: Pick<AsteriskFolder, 'stateDir' | 'runDir' | 'messagesLog' | 'consoleLog'>;
  readonly clock: Clock;
  readonly log: Pick<Log, 'debug' | 'warn'>;
  /** Whether Asterisk can still fetch this URL. */
  readonly isServed: (url: string) => boolean;
}

/**
 * Limits the files that an Asterisk on this host writes and never removes: logs, and copies of sounds. Returns a
 * function that ends it.
 */
export function keepUp({ folder, clock, log, isServed }: UpkeepOptions): () => void {
  const { stateDir, runDir, messagesLog, consoleLog } = folder;
  const logs = [messagesLog, consoleLog, join(stateDir, 'log/security')];
  const cacheDir = join(stateDir, 'cache');
  const ends = [
    repeat(clock, LOGS_EVERY_MS, () =>
      rotateLogs(logs).catch((err: unknown) => log.warn({ err }, "Asterisk's logs could not be rotated")),
    ),
    repeat(clock, SOUNDS_EVERY_MS, () =>
      sweepSoundCache({ runDir, cacheDir, clock, isServed }).then(
        (removed) =>
          removed > 0 && log.debug({ removed }, "some of Asterisk's copies of sounds were removed"),
        // Asterisk is being started again; there will be another round.
        (error: unknown) =>
          log.debug({ reason: String(error) }, "Asterisk's copies of sounds could not be checked"),
      ),
    ),
  ];
  return () => {
    for (const end of ends) end();
  };
}

/** Runs one round after the other; they never reject. */
function repeat(clock: Clock, everyMs: number, round: () => Promise<unknown>): () => void {
  let ended = false;
  let cancel = clock.after(everyMs, next);
  function next(): void {
    void round().then(() => {
      if (!ended) cancel = clock.after(everyMs, next);
    });
  }
  return () => {
    ended = true;
    cancel();
  };
}
