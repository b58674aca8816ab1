import { readFile, stat } from 'node:fs/promises';
import type { Clock } from '../../concurrency/clock.ts';

const LOOK_AGAIN_MS = 2_000;

interface Read<T> {
  readonly changedAt: number;
  readonly made: T;
}

/** A value parsed from a file, parsed again some seconds after the file has changed. A missing file counts as empty. */
export function changingFile<T>(path: string, clock: Clock, make: (text: string) => T): () => Promise<T> {
  let lookedAt = Number.NEGATIVE_INFINITY;
  let current: Promise<Read<T>> | undefined;

  async function look(before: Promise<Read<T>> | undefined): Promise<Read<T>> {
    const { mtimeMs: changedAt } = await stat(path).catch(() => ({ mtimeMs: 0 }));
    const known = await before;
    if (known?.changedAt === changedAt) return known;
    return { changedAt, made: make(await readFile(path, 'utf8').catch(() => '')) };
  }

  return async () => {
    if (current === undefined || clock.steady() - lookedAt >= LOOK_AGAIN_MS) {
      lookedAt = clock.steady();
      current = look(current);
    }
    return (await current).made;
  };
}
