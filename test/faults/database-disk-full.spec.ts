import assert from 'node:assert/strict';
import { join } from 'node:path';
import { faultStories } from '../support/fault-stories.ts';
import { mayMount, SmallDisk } from '../support/small-disk.ts';
import { aliceAndBobTalk, areHeard, BOB_HUNG_UP } from '../support/talk-story.ts';
import { waitUntil } from '../support/wait-until.ts';

const NAMES = { '1000': 'A', bob: 'B' };

// Only root may mount a small disk. For everybody else the store's own tests of a full database must do, and
// the run says so.
if (mayMount) describe("The database's disk is full", diskIsFull);
else console.log('Not tested, because this user may not mount a disk: a full disk under a live call');

function diskIsFull(): void {
  let disk: SmallDisk | undefined;

  after(async () => {
    await disk?.unmount();
  });

  faultStories(
    'while Alice and Bob talk',
    (story) => {
      it('they talk on, new calls get 503, and everything is written when there is space again', async () => {
        const { stack, app } = story();
        const carol = await story().phone('carol');
        const talk = await aliceAndBobTalk(story());
        await disk?.fill();
        await areHeard(talk);
        await talk.atBob.hangUp();
        await waitUntil('Legwork knows', async () => (await stack.health()).database !== 'up', 9_000);
        assert.equal((await (await carol.call('1000')).ended).status, 503);
        const order = { To: 'client:carol', From: '1', Url: app.url('/voice') };
        assert.equal((await story().rest('POST', '/Calls.json', order)).status, 503);
        await disk?.empty();
        await talk.call.ended;
        await story().quiet();
        assert.deepEqual(story().requests(NAMES), BOB_HUNG_UP);
        assert.deepEqual(await story().legs(NAMES), { A: 'inbound completed', B: 'outbound-dial completed' });
        assert.deepEqual(stack.takeErrors(), ['The database cannot be written to']);
      });
    },
    async () => {
      disk = await SmallDisk.mount(2);
      return { DATABASE_URL: `sqlite:${join(disk.path, 'legwork.sqlite')}` };
    },
  );
}
