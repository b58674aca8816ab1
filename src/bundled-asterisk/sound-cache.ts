import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../concurrency/clock.ts';
import { askConsole } from './asterisk-console.ts';

export interface SoundCacheOptions {
  /** Of Asterisk's control socket. */
  readonly runDir: string;
  readonly cacheDir: string;
  readonly clock: Clock;
  /** Whether this URL can still be fetched; of what cannot no copy is kept. */
  readonly isServed: (url: string) => boolean;
  readonly limitBytes?: number;
}

/** About 4.6 hours of sound. A copy that is gone is fetched again. */
const LIMIT_BYTES = 256 * 1024 ** 2;
/** A younger one may be played now. */
const YOUNG_MS = 10 * 60_000;
/** Beyond this many times the limit young ones go as well: a full disk would end every call's sounds. */
const HARD_LIMIT_FACTOR = 2;

/** Asterisk's copy of a sound. */
interface Copy {
  readonly url: string;
  readonly path: string;
  readonly bytes: number;
  readonly ageMs: number;
}

/**
 * Removes from Asterisk's cache of fetched sounds, which it keeps for ever, what we do not serve any more, and the
 * oldest when they grow too many. Asterisk does it when told by name, and forgets the name as well; resolves to how
 * many went. Rejects when Asterisk is not there.
 */
export async function sweepSoundCache(options: SoundCacheOptions): Promise<number> {
  const { runDir, clock, limitBytes = LIMIT_BYTES } = options;
  const copies = await listCopies(options);
  let bytes = copies.reduce((sum, copy) => sum + copy.bytes, 0);
  let removed = 0;
  for (const copy of copies.toSorted((left, right) => right.ageMs - left.ageMs)) {
    const tooMuch = bytes > limitBytes * (copy.ageMs < YOUNG_MS ? HARD_LIMIT_FACTOR : 1);
    const useless = copy.ageMs >= YOUNG_MS && !options.isServed(copy.url);
    if (!tooMuch && !useless) continue;
    await askConsole(runDir, `media cache delete ${copy.url}`, clock);
    bytes -= copy.bytes;
    removed += 1;
  }
  await removeUnknown(options, copies);
  return removed;
}

async function listCopies({ runDir, clock }: SoundCacheOptions): Promise<readonly Copy[]> {
  const said = await askConsole(runDir, 'media cache show all', clock);
  const copies: Copy[] = [];
  for (const [, url = '', path = ''] of said.matchAll(/^(http\S+)\n\t(\S.*)$/gm)) {
    const file = await stat(path).catch(() => undefined);
    const ageMs = file === undefined ? Number.POSITIVE_INFINITY : clock.now() - file.mtimeMs;
    copies.push({ url, path, bytes: file?.size ?? 0, ageMs });
  }
  return copies;
}

/** Files that Asterisk does not know: of a fetch that it did not survive. */
async function removeUnknown({ cacheDir, clock }: SoundCacheOptions, copies: readonly Copy[]): Promise<void> {
  const known = new Set(copies.map(({ path }) => path));
  for (const name of await readdir(cacheDir)) {
    const path = join(cacheDir, name);
    if (known.has(path)) continue;
    const file = await stat(path).catch(() => undefined);
    if (file !== undefined && clock.now() - file.mtimeMs >= YOUNG_MS) await rm(path, { force: true });
  }
}
