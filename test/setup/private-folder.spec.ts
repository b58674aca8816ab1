import assert from 'node:assert/strict';
import { chmod, chown, mkdir, mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lockDataDir } from '../../src/setup/data-dir-lock.ts';
import { makePrivate } from '../../src/setup/private-folder.ts';

const NOBODY = 65_534;

describe('A DATA_DIR that others may look into', () => {
  let folder = '';

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'legwork-private-'));
    await mkdir(join(folder, 'recordings'));
    await chmod(join(folder, 'recordings'), 0o755);
    for (const [name, mode] of [
      ['legwork.sqlite', 0o644],
      ['legwork.sqlite-wal', 0o644],
      ['secret.key', 0o600],
    ] as const) {
      await writeFile(join(folder, name), '');
      await chmod(join(folder, name), mode);
    }
  });

  afterEach(() => rm(folder, { recursive: true }));

  const mode = async (name = '') => ((await stat(join(folder, name))).mode & 0o7777).toString(8);

  for (const before of [0o755, 0o750, 0o711]) {
    it(`is its owner's alone after a start when it was ${before.toString(8)}, and that is said`, async () => {
      await chmod(folder, before);
      const said: string[] = [];
      await (await lockDataDir(folder, (line) => said.push(line))).release();
      assert.equal(await mode(), '700');
      assert.deepEqual(said, [
        `Note: other users could look into DATA_DIR ${folder} (permissions ${before.toString(8)}); now only you can (700).`,
      ]);
    });
  }

  it('is left alone, and nothing is said, when nobody else may', async () => {
    await chmod(folder, 0o700);
    assert.deepEqual(await makePrivate(folder), []);
    assert.deepEqual([await mode(), await mode('legwork.sqlite')], ['700', '644']);
  });

  for (const [what, share] of [
    ['has files of somebody else', () => writeFile(join(folder, 'letters.txt'), '')],
    ['is a folder for everybody', () => chmod(folder, 0o1777)],
  ] as const) {
    it(`keeps its rights when it ${what}; what is Legwork's in it is its own`, async () => {
      await chmod(folder, 0o755);
      await share();
      const before = await mode();
      const [line, ...more] = await makePrivate(folder);
      assert.match(line ?? '', /now only you can read legwork\.sqlite, legwork\.sqlite-wal, recordings\.$/);
      assert.deepEqual(more, []);
      assert.deepEqual(
        await Promise.all(['', 'legwork.sqlite', 'legwork.sqlite-wal', 'recordings'].map(mode)),
        [before, '600', '600', '700'],
      );
      assert.deepEqual(await makePrivate(folder), []);
    });
  }

  it('does not follow a link out of it', async () => {
    const target = join(folder, 'elsewhere');
    await mkdir(target);
    await chmod(target, 0o755);
    await symlink(target, join(folder, 'media'));
    await chmod(folder, 0o755);
    await makePrivate(folder);
    assert.equal(await mode('elsewhere'), '755');
  });

  if (process.getuid?.() === 0) {
    it("keeps its rights when it is another user's", async () => {
      await chown(folder, NOBODY, NOBODY);
      await chmod(folder, 0o775);
      await makePrivate(folder);
      assert.deepEqual([await mode(), await mode('legwork.sqlite')], ['775', '600']);
    });
  }
});
