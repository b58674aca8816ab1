import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LineOutput } from '../src/line-output.ts';
import { FakeClock } from './support/fake-clock.ts';

/** Takes what there is room for; a full one says why. */
class Disk {
  room = Number.POSITIVE_INFINITY;
  why = 'ENOSPC';
  tries = 0;
  text = '';

  readonly write = (bytes: Uint8Array): number => {
    this.tries += 1;
    if (this.room === 0) throw Object.assign(new Error('cannot write'), { code: this.why });
    const taken = Buffer.from(bytes).subarray(0, this.room);
    this.room -= taken.length;
    this.text += taken.toString();
    return taken.length;
  };
}

const KILOBYTE = `${'x'.repeat(1_023)}\n`;

describe('The lines of standard output', () => {
  const clock = new FakeClock();
  let disk = new Disk();
  let output: LineOutput;

  beforeEach(() => {
    disk = new Disk();
    const notice = (lost: number, reason: string) => `lost ${lost} (${reason})\n`;
    output = new LineOutput({ write: disk.write, clock, notice });
  });

  afterEach(() => assert.equal(clock.timers, 0));

  it('are written as they come', () => {
    output.write('one\n');
    assert.equal(disk.text, 'one\n');
  });

  it('wait while the disk is full, and are written in their order, the half one first', async () => {
    disk.room = 2;
    for (const line of ['one\n', 'two\n', 'three\n']) output.write(line);
    assert.equal(disk.text, 'on');
    disk.room = Number.POSITIVE_INFINITY;
    await clock.advance(250);
    assert.equal(disk.text, 'one\ntwo\nthree\n');
  });

  for (const why of ['ENOSPC', 'EIO', 'EPIPE', 'EAGAIN', 'EBADF']) {
    it(`are lost after 1 MiB when ${why} goes on, counted, and said when it works again`, async () => {
      disk.room = 0;
      disk.why = why;
      for (let line = 0; line < 1_024; line += 1) output.write(KILOBYTE);
      output.write('one more\n');
      output.write('a screen\nof three\nlines\n');
      disk.room = 512 * 1_024;
      await clock.advance(250);
      output.write('lost as well, though there is room\n');
      disk.room = Number.POSITIVE_INFINITY;
      await clock.advance(250);
      output.write('again\n');
      assert.equal(disk.text, `${KILOBYTE.repeat(1_024)}lost 5 (${why})\nagain\n`);
    });
  }

  it('are tried again less and less often, four times a second in the end', async () => {
    disk.room = 0;
    output.write('one\n');
    await clock.advance(60_000);
    const before = disk.tries;
    for (let line = 0; line < 1_000; line += 1) output.write('another\n');
    await clock.advance(10_000);
    assert.equal(disk.tries - before, 40);
    disk.room = Number.POSITIVE_INFINITY;
    await clock.advance(250);
  });

  it('are waited for at the end, but not for long', async () => {
    disk.room = 0;
    output.write('one\n');
    const done = output.end(1_000).then(() => 'ended');
    await clock.advance(900);
    assert.equal(await Promise.race([done, Promise.resolve('waits')]), 'waits');
    await clock.advance(100);
    assert.equal(await done, 'ended');
  });

  it('never wait for the reader of a pipe', () => {
    const folder = mkdtempSync(join(tmpdir(), 'legwork-pipe-'));
    const path = join(folder, 'pipe');
    execFileSync('mkfifo', [path]);
    const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const writer = openSync(path, constants.O_WRONLY);
    const done = spawnSync(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', CHILD], {
      stdio: ['ignore', writer, 'pipe'],
      encoding: 'utf8',
      timeout: 8_000,
    });
    for (const descriptor of [reader, writer]) closeSync(descriptor);
    rmSync(folder, { recursive: true });
    assert.deepEqual([done.status, done.stderr], [0, 'goes on\n']);
  });
});

const source = (name: string) => JSON.stringify(fileURLToPath(new URL(`../src/${name}.ts`, import.meta.url)));

/** Writes ten times what a pipe holds, and says on standard error that it was not held up. */
const CHILD = `
  import { systemClock } from ${source('clock')};
  import { writeTo } from ${source('descriptor')};
  import { LineOutput } from ${source('line-output')};
  const [out, err] = [1, 2].map((descriptor) =>
    new LineOutput({ write: writeTo(descriptor), clock: systemClock, notice: () => '' }));
  for (let line = 0; line < 640; line += 1) out.write('${'x'.repeat(1_023)}\\n');
  err.write('goes on\\n');
  await Promise.all([out.end(100), err.end(100)]);
  process.exit(0);
`;
