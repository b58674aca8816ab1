import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lockDataDir } from '../../src/setup/data-dir-lock.ts';
import { takeLock } from '../../src/setup/file-lock.ts';
import { SetupError } from '../../src/setup/setup-error.ts';

describe('The lock on DATA_DIR', () => {
  let folder = '';

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'legwork-lock-'));
  });

  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  /** It is ours then: nobody else gets it, and it goes with us. */
  async function isTaken(): Promise<void> {
    const lock = await lockDataDir(folder);
    await assert.rejects(lockDataDir(folder), SetupError);
    await lock.release();
    assert.deepEqual(await readdir(folder), []);
  }

  it('refuses a second Legwork and names the process id of the first', async () => {
    const lock = await lockDataDir(folder);
    await assert.rejects(
      lockDataDir(folder),
      (error) => error instanceof SetupError && error.message.includes(`pid ${process.pid}`),
    );
    await lock.release();
  });

  it('is free again when it is released, and leaves no file', async () => {
    await (await lockDataDir(folder)).release();
    await (await lockDataDir(folder)).release();
    assert.deepEqual(await readdir(folder), []);
  });

  it('is taken over from a process that is gone', async () => {
    const child = spawn(process.execPath, ['--version'], { stdio: 'ignore' });
    await once(child, 'close');
    await writeFile(join(folder, 'legwork.lock'), `${child.pid} 1\n`);
    await isTaken();
  });

  it('is taken over when its process id belongs to another process by now', async () => {
    await writeFile(join(folder, 'legwork.lock'), `${process.pid} 1\n`);
    await isTaken();
  });

  it('is taken when its file is empty', async () => {
    await writeFile(join(folder, 'legwork.lock'), '');
    await isTaken();
  });

  it('goes to exactly one of many that take it over at once', async () => {
    const path = join(folder, 'lock');
    for (let round = 0; round < 50; round += 1) {
      await writeFile(path, `${process.pid} ${round}\n`);
      const results = await Promise.all(Array.from({ length: 20 }, () => takeLock(path)));
      assert.equal(results.filter(({ held }) => held).length, 1);
      for (const result of results) if (result.held) await result.release();
      assert.deepEqual(await readdir(folder), []);
    }
  });

  it('is taken over also when somebody died while taking it over', async () => {
    const path = join(folder, 'lock');
    await writeFile(path, `${process.pid} 1\n`);
    await writeFile(`${path}.after-${process.pid}-1`, `${process.pid} 2\n`);
    const lock = await takeLock(path);
    assert.equal(lock.held, true);
    assert.deepEqual(await readdir(folder), ['lock']);
  });
});
