import assert from 'node:assert/strict';
import { chmod, chown, mkdir, mkdtemp, rm, stat, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeAsteriskFolder } from '../../src/bundled-asterisk/asterisk-folder.ts';
import { SetupError } from '../../src/setup/setup-error.ts';

const NOBODY = 65_534;

describe("The folder of Asterisk's control socket", () => {
  let dataDir = '';
  let runDir = '';

  beforeEach(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'legwork-deep-'));
    dataDir = join(folder, 'd'.repeat(100));
    await mkdir(dataDir);
    ({ runDir } = await makeAsteriskFolder(dataDir));
  });

  afterEach(async () => {
    await rm(runDir, { recursive: true, force: true });
    await rm(join(dataDir, '..'), { recursive: true });
  });

  it("is under the temp folder when DATA_DIR's path is long, and nobody else's", async () => {
    assert.equal(runDir.startsWith(join(tmpdir(), 'legwork-')), true);
    assert.equal((await stat(runDir)).mode & 0o777, 0o700);
  });

  it('is closed for others when it was open', async () => {
    await chmod(runDir, 0o777);
    await makeAsteriskFolder(dataDir);
    assert.equal((await stat(runDir)).mode & 0o777, 0o700);
  });

  it('is not used when somebody has put a link there', async () => {
    await rm(runDir, { recursive: true });
    await symlink(dataDir, runDir);
    await assert.rejects(makeAsteriskFolder(dataDir), isForOperator);
  });

  if (process.getuid?.() === 0) {
    it('is not used when it is another user’s', async () => {
      await chown(runDir, NOBODY, NOBODY);
      await assert.rejects(makeAsteriskFolder(dataDir), isForOperator);
    });
  }

  function isForOperator(error: unknown): boolean {
    return (
      error instanceof SetupError && error.message.includes(runDir) && error.message.includes('Remove it')
    );
  }
});
