import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../concurrency/clock.ts';
import { askConsole } from './asterisk-console.ts';

export interface SoundCacheOptions {
  /** The folder of Asterisk's control socket. */
  readonly runDir: string;
  readonly cacheDir: string;
  readonly clock: Clock;
  /** Whether this URL can still be fetched; if not, its copy is removed. */
  readonly isServed: (url: string) => boolean;
  readonly limitBytes?: number;
}

/** About 4.6 hours of sound. A copy that was removed is fetched again when it is needed. */
const LIMIT_BYTES = 256 * 1024 ** 2;
/** A younger copy may be playing. */
const YOUNG_MS = 10 * 60_000;
/** Beyond this many times the limit, young copies are removed as well: a full disk would silence every call. */
const HARD_LIMIT_FACTOR = 2;

/** Asterisk's copy of a sound. */
interface Copy {
  readonly url: string;
  readonly path: string;
  readonly bytes: number;
  readonly ageMs: number;
}

/**
 * Asterisk keeps the sounds that it has fetched forever. This removes those that we do not serve any more, and the oldest
 * ones if there are too many, by a command to Asterisk, which then forgets the URL as well. Resolves with how many were
 * removed; rejects when Asterisk is not there.
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

/** Files that Asterisk does not know, because it died while it fetched them. */
async function removeUnknown({ cacheDir, clock }: SoundCacheOptions, copies: readonly Copy[]): Promise<void> {
  const known = new Set(copies.map(({ path }) => path));
  for (const name of await readdir(cacheDir)) {
    const path = join(cacheDir, name);
    if (known.has(path)) continue;
    const file = await stat(path).catch(() => undefined);
    if (file !== undefined && clock.now() - file.mtimeMs >= YOUNG_MS) await rm(path, { force: true });
  }
}
