import assert from 'node:assert/strict';
import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rotateLogs } from '../../src/bundled-asterisk/log-rotation.ts';
import { mayMount, SmallDisk } from '../support/small-disk.ts';

const LARGEST = 1_000;

describe("Asterisk's log", () => {
  let folder: string;
  let log: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'legwork-logs-'));
    log = join(folder, 'security');
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  const content = () =>
    Object.fromEntries(
      readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8').slice(0, 1)]),
    );

  it('is put aside when it has grown too large, and the third one goes', async () => {
    for (const sign of ['a', 'b', 'c', 'd']) {
      appendFileSync(log, sign.repeat(LARGEST + 1));
      await rotateLogs([log], LARGEST);
    }
    assert.deepEqual(content(), { security: '', 'security.1': 'd', 'security.2': 'c' });
  });

  it('is left alone while it is small, missing, or no file', async () => {
    appendFileSync(log, 'a'.repeat(LARGEST));
    const device = join(folder, 'messages');
    symlinkSync('/dev/null', device);
    await rotateLogs([log, device, join(folder, 'missing')], LARGEST);
    assert.deepEqual(readdirSync(folder).toSorted(), ['messages', 'security']);
    assert.equal(statSync(log).size, LARGEST);
  });

  if (mayMount) {
    it('is emptied also where there is no room to put it aside', async () => {
      const disk = await SmallDisk.mount(1);
      const full = join(disk.path, 'security');
      appendFileSync(full, 'a'.repeat(100_000));
      await disk.fill();
      await rotateLogs([full], LARGEST);
      assert.equal(statSync(full).size, 0);
      assert.deepEqual(readdirSync(disk.path).toSorted(), ['filler', 'security']);
      await disk.unmount();
    });
  }
});
