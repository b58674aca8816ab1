import assert from 'node:assert/strict';
import { appendFile, mkdtemp, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileTail } from '../../../src/asterisk/sip-guard/file-tail.ts';

describe('The lines that are added to a file', () => {
  let folder: string;
  let path: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'legwork-tail-'));
    path = join(folder, 'security');
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('come whole, each once, and none of before', async () => {
    await writeFile(path, 'before\n');
    const tail = new FileTail(path);
    assert.deepEqual(await tail.lines(), []);
    await appendFile(path, 'one\ntw');
    assert.deepEqual(await tail.lines(), ['one']);
    assert.deepEqual(await tail.lines(), []);
    await appendFile(path, 'o\nthree\n');
    assert.deepEqual(await tail.lines(), ['two', 'three']);
  });

  it('come from the beginning of a file that was not there, was rotated, or was emptied', async () => {
    const tail = new FileTail(path);
    assert.deepEqual(await tail.lines(), []);
    await writeFile(path, 'first\n');
    assert.deepEqual(await tail.lines(), ['first']);
    await rename(path, `${path}.0`);
    assert.deepEqual(await tail.lines(), []);
    await writeFile(path, 'rotated\n');
    assert.deepEqual(await tail.lines(), ['rotated']);
    await truncate(path);
    assert.deepEqual(await tail.lines(), []);
    await appendFile(path, 'new\n');
    assert.deepEqual(await tail.lines(), ['new']);
  });

  it('are the latest ones where more than a megabyte came at once', async () => {
    const tail = new FileTail(path);
    await tail.lines();
    await writeFile(path, `${`${'x'.repeat(99)}\n`.repeat(30_000)}last\n`);
    const lines = await tail.lines();
    assert.equal(lines.at(-1), 'last');
    assert.ok(lines.length < 11_000, String(lines.length));
  });
});
