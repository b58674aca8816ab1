import assert from 'node:assert/strict';
import { chaosRun } from '../../support/chaos-run.ts';
import { faultStories } from '../../support/fault-stories.ts';

faultStories('Five hundred calls, ten a second, while Legwork is killed five times', (story) => {
  it('every leg ends, every callback arrives, in order, once', async function () {
    this.timeout(300_000);
    const options = { kinds: ['dial', 'say', 'rest'], calls: 500, perSecond: 10, kills: 5 } as const;
    const { wrongs, figures } = await chaosRun(story(), options);
    assert.deepEqual(wrongs, []);
    assert.ok(Number(figures['legs']) >= options.calls);
  });
});
