import { open, stat } from 'node:fs/promises';

/** At most this much is read at a time; if more was written meanwhile, the older part is skipped. */
const LARGEST_READ = 1024 * 1024;

/** Reads the lines that are added to a file, even after another file has replaced it. */
export class FileTail {
  readonly #path: string;
  #inode = 0;
  #offset: number | undefined;
  #rest = '';

  constructor(path: string) {
    this.#path = path;
  }

  /** The whole lines that are new since the last call; none at the first call, or while there is no file. */
  async lines(): Promise<readonly string[]> {
    const found = await stat(this.#path).catch(() => undefined);
    if (found === undefined) {
      // When the file appears, it is read from its beginning.
      this.#offset ??= 0;
      return [];
    }
    if (this.#offset === undefined) this.#begin(found.ino, found.size);
    else if (found.ino !== this.#inode || found.size < this.#offset) this.#begin(found.ino, 0);
    if (found.size === this.#offset) return [];
    const text = this.#rest + (await this.#read(found.size));
    const lines = text.split('\n');
    this.#rest = (lines.pop() ?? '').slice(-LARGEST_READ);
    return lines;
  }

  #begin(inode: number, offset: number): void {
    this.#inode = inode;
    this.#offset = offset;
    this.#rest = '';
  }

  async #read(size: number): Promise<string> {
    const from = this.#offset ?? 0;
    if (size - from > LARGEST_READ) this.#rest = '';
    const length = Math.min(size - from, LARGEST_READ);
    const file = await open(this.#path, 'r');
    try {
      const { bytesRead, buffer } = await file.read(Buffer.alloc(length), 0, length, size - length);
      this.#offset = size - length + bytesRead;
      return buffer.toString('latin1', 0, bytesRead);
    } finally {
      await file.close();
    }
  }
}
