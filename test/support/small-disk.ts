import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Only root may mount a disk. */
export const mayMount = process.getuid?.() === 0;

/** A disk of a few megabytes that a test fills. */
export class SmallDisk {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  /** In a folder of its own, or over one that is there. */
  static async mount(megabytes: number, over?: string): Promise<SmallDisk> {
    const path = over ?? (await mkdtemp(join(tmpdir(), 'legwork-disk-')));
    await run('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', path]);
    return new SmallDisk(path);
  }

  /** Writes until nothing goes in any more, except `leaveBytes`. */
  async fill(leaveBytes = 0): Promise<void> {
    const file = await open(join(this.path, 'filler'), 'w');
    let size = 0;
    try {
      for (;;) size += (await file.write(Buffer.alloc(4096))).bytesWritten;
    } catch (error) {
      assert.equal((error as NodeJS.ErrnoException).code, 'ENOSPC');
      await file.truncate(Math.max(0, size - leaveBytes));
    } finally {
      await file.close();
    }
  }

  /** Gives the space back. */
  async empty(): Promise<void> {
    await rm(join(this.path, 'filler'), { force: true });
  }

  async unmount(): Promise<void> {
    // Lazily: a program that a test started may end a moment later.
    await run('umount', ['--lazy', this.path]);
    await rm(this.path, { recursive: true, force: true });
  }
}
