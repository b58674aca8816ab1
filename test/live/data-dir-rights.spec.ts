import assert from 'node:assert/strict';
import { chmod, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { LegworkProcess } from '../support/legwork-process.ts';

const START_MS = 60_000;

describe('What Legwork and its Asterisk write', function () {
  this.timeout(START_MS);

  it("is their user's alone, also in a DATA_DIR that was open to all", async () => {
    const legwork = await LegworkProcess.prepare();
    const { dataDir } = legwork;
    await chmod(dataDir, 0o755);
    try {
      await legwork.start();
      assert.match(
        legwork.output,
        /other users could look into DATA_DIR .* \(permissions 755\); now only you can/,
      );
      assert.deepEqual(await openToOthers(dataDir), []);
    } finally {
      await legwork.remove();
    }
  });
});

/** Below a folder, itself among them: what others may read, write or enter. */
async function openToOthers(folder: string): Promise<readonly string[]> {
  const paths = [folder, ...(await readdir(folder, { recursive: true })).map((name) => join(folder, name))];
  const open: string[] = [];
  for (const path of paths) if (((await stat(path)).mode & 0o077) !== 0) open.push(path);
  return open;
}
