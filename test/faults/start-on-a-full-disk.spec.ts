import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { LegworkProcess } from '../support/legwork-process.ts';
import { mayMount, SmallDisk } from '../support/small-disk.ts';

const START_MS = 60_000;
/** So much is left when it starts: for nothing, a lock, the key, half of the tables, the tables, half of Asterisk's. */
const LEFT_BYTES = [0, 4_096, 20_480, 131_072, 400_000, 550_000];

if (mayMount) describe('A start on a full disk', startOnFullDisk);
else console.log('Not tested, because this user may not mount a disk: a start on a full disk');

function startOnFullDisk(this: Mocha.Suite): void {
  this.timeout(START_MS);
  let legwork: LegworkProcess;
  let disk: SmallDisk;

  beforeEach(async () => {
    legwork = await LegworkProcess.prepare();
    disk = await SmallDisk.mount(8, legwork.dataDir);
  });

  afterEach(async () => {
    await legwork.stop();
    await disk.unmount();
    await legwork.remove();
  });

  for (const left of LEFT_BYTES) {
    it(`says in one line what to do, when ${left} bytes are left, and leaves nothing in the way of the next`, async () => {
      await disk.fill(left);
      await assert.rejects(legwork.start(), /Legwork ended at once/);
      const said = legwork.output.split('\n').filter((line) => line !== '' && !line.startsWith('{'));
      assert.deepEqual(said.length, 1, legwork.output);
      assert.match(said[0] ?? '', /The disk is full: make room on it, or set DATA_DIR to another one/);
      await disk.empty();
      await legwork.start();
      assert.equal((await legwork.health()).status, 'up');
      const drafts = (await readdir(legwork.dataDir)).filter((name) => /[0-9a-f-]{36}$/.test(name));
      assert.deepEqual(drafts, []);
    });
  }
}
