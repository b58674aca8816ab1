import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import {
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
  type FileHandle,
} from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Clock } from '../concurrency/clock.ts';

/** A sound in the store: 64 hex digits, and its length. */
export interface StoredSound {
  readonly name: string;
  readonly bytes: number;
  readonly durationMs: number;
}

export interface MediaStoreSettings {
  /** DATA_DIR/media. */
  readonly dir: string;
  /** How Asterisk reaches us, e.g. `http://127.0.0.1:8080`. */
  readonly mediaUrl: string;
  /** When all sounds together are larger than this, the least recently used are removed. */
  readonly limitBytes?: number;
  readonly clock: Clock;
}

export const WAV_HEADER_BYTES = 44;
/** 8 kHz mono 16 bit. */
export const WAV_BYTES_PER_MS = 16;
/** About 18 hours of sound. */
const DEFAULT_LIMIT_BYTES = 1024 ** 3;
/** A sound that was handed out may be fetched by Asterisk this much later. */
const IN_USE_MS = 10 * 60_000;
/** Beyond this many times the limit even sounds in use are removed: a full disk would end the sounds of every call. */
const HARD_LIMIT_FACTOR = 2;

/** Asterisk takes some characters for the end of a name, such as a comma. */
const PLAIN_PATH = /^[\w/.@+=~-]+$/;

interface Entry {
  readonly bytes: number;
  readonly usedAt: number;
}

/** The sounds that we serve: `<name>.wav` files in one folder; the least recently used are removed when they grow too large. */
export class MediaStore {
  readonly #settings: MediaStoreSettings;
  readonly #key: Buffer;
  /** Least recently used first. */
  readonly #entries = new Map<string, Entry>();
  #totalBytes = 0;

  /** Opens the folder, makes it if need be, and removes what a crash left half-written. */
  static async open(settings: MediaStoreSettings): Promise<MediaStore> {
    await mkdir(settings.dir, { recursive: true });
    await rm(join(settings.dir, 'work'), { recursive: true, force: true });
    const store = new MediaStore(settings, await installationKey(join(settings.dir, 'key')));
    await store.#load();
    return store;
  }

  private constructor(settings: MediaStoreSettings, key: Buffer) {
    this.#settings = settings;
    this.#key = key;
  }

  get totalBytes(): number {
    return this.#totalBytes;
  }

  /**
   * The name of the sound that is made from these. It is keyed with a secret of this installation, so that nobody
   * can guess what was said and find out from the name whether it was.
   */
  nameFor(...madeFrom: readonly string[]): string {
    return createHmac('sha256', this.#key).update(JSON.stringify(madeFrom)).digest('hex');
  }

  /** The URL from which Asterisk fetches a sound; for Asterisk a comma would end it. */
  urlOf(name: string): string {
    const base = this.#settings.mediaUrl.replace(/\/+$/, '').replaceAll(',', '%2C');
    return `${base}/media/${name}.wav`;
  }

  /** False only for the URL of a sound of ours that is gone. */
  serves(url: string): boolean {
    const name = nameIn(url);
    return name === undefined || this.#entries.has(name);
  }

  /**
   * The file of a sound that `url` names, which counts as in use from now; undefined when it is not one of ours, is
   * gone, or has a path that means something else to Asterisk.
   */
  fileOf(url: string): string | undefined {
    const name = nameIn(url);
    const entry = name === undefined ? undefined : this.#entries.get(name);
    if (name === undefined || entry === undefined || url !== this.urlOf(name)) return undefined;
    this.#remember(name, entry.bytes);
    const path = resolve(this.#path(name));
    return PLAIN_PATH.test(path) ? path : undefined;
  }

  /** The sound of this name, which counts as in use from now; undefined when it is not there. */
  async find(name: string): Promise<StoredSound | undefined> {
    if (!this.#entries.has(name)) return undefined;
    try {
      const { size } = await stat(this.#path(name));
      this.#remember(name, size);
      return stored(name, size);
    } catch {
      // Somebody emptied the folder; the sound is made again.
      this.#forget(name);
      return undefined;
    }
  }

  /** Opens a sound for reading; the caller closes it. */
  async read(name: string): Promise<{ readonly file: FileHandle; readonly bytes: number } | undefined> {
    if (!this.#entries.has(name)) return undefined;
    try {
      const file = await open(this.#path(name));
      const { size } = await file.stat();
      this.#remember(name, size);
      return { file, bytes: size };
    } catch {
      this.#forget(name);
      return undefined;
    }
  }

  /** A path for a temporary file; what is left there is removed at the next start. */
  async scratchPath(ending: string): Promise<string> {
    const work = join(this.#settings.dir, 'work');
    await mkdir(work, { recursive: true });
    return join(work, `${randomUUID()}.${ending}`);
  }

  /** Takes a finished WAV file (8 kHz mono 16 bit) into the store under this name. */
  async add(name: string, path: string): Promise<StoredSound> {
    const { size } = await stat(path);
    await rename(path, this.#path(name));
    this.#remember(name, size);
    await this.#removeOldest();
    return stored(name, size);
  }

  async #load(): Promise<void> {
    const found: { name: string; bytes: number; usedAt: number }[] = [];
    for (const file of await readdir(this.#settings.dir)) {
      const name = /^([0-9a-f]{64})\.wav$/.exec(file)?.[1];
      if (name === undefined) continue;
      const { size, mtimeMs } = await stat(this.#path(name));
      if (size > WAV_HEADER_BYTES) found.push({ name, bytes: size, usedAt: mtimeMs });
    }
    found.sort((left, right) => left.usedAt - right.usedAt);
    for (const { name, bytes, usedAt } of found) {
      this.#entries.set(name, { bytes, usedAt });
      this.#totalBytes += bytes;
    }
    await this.#removeOldest();
  }

  #remember(name: string, bytes: number): void {
    this.#forget(name);
    this.#entries.set(name, { bytes, usedAt: this.#settings.clock.steady() });
    this.#totalBytes += bytes;
  }

  #forget(name: string): void {
    this.#totalBytes -= this.#entries.get(name)?.bytes ?? 0;
    this.#entries.delete(name);
  }

  async #removeOldest(): Promise<void> {
    const limit = this.#settings.limitBytes ?? DEFAULT_LIMIT_BYTES;
    const doomed: string[] = [];
    for (const [name, entry] of this.#entries) {
      if (this.#totalBytes <= limit || this.#entries.size === 1) break;
      const inUse = this.#settings.clock.steady() - entry.usedAt < IN_USE_MS;
      if (inUse && this.#totalBytes <= limit * HARD_LIMIT_FACTOR) break;
      this.#forget(name);
      doomed.push(name);
    }
    for (const name of doomed) await rm(this.#path(name), { force: true });
  }

  #path(name: string): string {
    return join(this.#settings.dir, `${name}.wav`);
  }
}

function nameIn(url: string): string | undefined {
  return /\/media\/([0-9a-f]{64})\.wav/.exec(url)?.[1];
}

function stored(name: string, bytes: number): StoredSound {
  return { name, bytes, durationMs: Math.max(0, Math.round((bytes - WAV_HEADER_BYTES) / WAV_BYTES_PER_MS)) };
}

async function installationKey(path: string): Promise<Buffer> {
  const kept = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (kept?.length === 32) return kept;
  const key = randomBytes(32);
  await writeFile(path, key, { mode: 0o600 });
  return key;
}
