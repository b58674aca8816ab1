import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { faultStories } from '../support/fault-stories.ts';
import { aliceAndBobTalk, areHeard, BOB_HUNG_UP } from '../support/talk-story.ts';
import { waitUntil } from '../support/wait-until.ts';

const NAMES = { '1000': 'A', bob: 'B' };
const run = promisify(execFile);

// Only root may mount a small disk. For everybody else the store's own tests of a full database must do, and
// the run says so.
if (process.getuid?.() === 0) describe("The database's disk is full", diskIsFull);
else console.log('Not tested, because this user may not mount a disk: a full disk under a live call');

function diskIsFull(): void {
  let disk = '';

  after(async () => {
    await run('umount', [disk]);
    await rm(disk, { recursive: true });
  });

  faultStories(
    'while Alice and Bob talk',
    (story) => {
      it('they talk on, new calls get 503, and everything is written when there is space again', async () => {
        const { stack, app } = story();
        const carol = await story().phone('carol');
        const talk = await aliceAndBobTalk(story());
        const filler = await fill(join(disk, 'filler'));
        await areHeard(talk);
        await talk.atBob.hangUp();
        await waitUntil('Legwork knows', async () => (await stack.health()).database !== 'up', 9_000);
        assert.equal((await (await carol.call('1000')).ended).status, 503);
        const order = { To: 'client:carol', From: '1', Url: app.url('/voice') };
        assert.equal((await story().rest('POST', '/Calls.json', order)).status, 503);
        await rm(filler);
        await talk.call.ended;
        await story().quiet();
        assert.deepEqual(story().requests(NAMES), BOB_HUNG_UP);
        assert.deepEqual(await story().legs(NAMES), { A: 'inbound completed', B: 'outbound-dial completed' });
        assert.equal(stack.loggedErrors.splice(0).length, 1);
      });
    },
    async () => {
      disk = await mkdtemp(join(tmpdir(), 'legwork-disk-'));
      await run('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', disk]);
      return { DATABASE_URL: `sqlite:${join(disk, 'legwork.sqlite')}` };
    },
  );
}

/** Writes until nothing goes in any more. */
async function fill(path: string): Promise<string> {
  const file = await open(path, 'w');
  try {
    for (;;) await file.write(Buffer.alloc(4096));
  } catch (error) {
    assert.equal((error as NodeJS.ErrnoException).code, 'ENOSPC');
  } finally {
    await file.close();
  }
  return path;
}
