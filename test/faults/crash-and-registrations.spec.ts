import assert from 'node:assert/strict';
import { faultStories } from '../support/fault-stories.ts';
import { FIRST_DOCUMENT, orderCall, STATUS } from '../support/live-rest-calls.ts';
import { waitUntil } from '../support/wait-until.ts';

interface Aor {
  readonly attribute: string;
  readonly value: string;
}

faultStories('Legwork is killed while Bob is registered', (story) => {
  async function contacts(): Promise<readonly string[]> {
    const aor = (await story().stack.ari('asterisk/config/dynamic/res_pjsip/aor/bob')) as Aor[];
    return aor
      .filter(({ attribute, value }) => attribute === 'contact' && value !== '')
      .map(({ value }) => value);
  }

  it('his phone rings once all the same, and is forgotten when it leaves (a bug once)', async () => {
    story().app.reply('/voice', '<Response><Hangup/></Response>');
    const bob = await story().phone('bob');
    await story().stack.restart();
    assert.equal((await contacts()).length, 1);
    let calls = 0;
    bob.onIncoming(async (call) => {
      calls += 1;
      await call.answer();
      await call.ended;
    });
    await orderCall(story());
    await story().app.waitFor((requests) =>
      requests.some(({ params }) => params['CallEvent'] === 'completed'),
    );
    await story().quiet();
    assert.equal(calls, 1);
    assert.deepEqual(story().requests({ bob: 'B' }), {
      'B /status': [STATUS.initiated, STATUS.answered, STATUS.completed],
      'B /voice': [FIRST_DOCUMENT],
    });
    assert.deepEqual(await story().legs({ bob: 'B' }), { B: 'outbound-api completed' });
    await bob.unregister();
    await waitUntil('no phone is left', async () => (await contacts()).length === 0);
  });
});
