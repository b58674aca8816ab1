import assert from 'node:assert/strict';
import { chaosRun } from '../../support/chaos-run.ts';
import { faultStories } from '../../support/fault-stories.ts';

faultStories('Calls in every verb while Legwork is killed two hundred times', (story) => {
  it('every leg ends, every callback arrives, in order, once, and every action has one token', async function () {
    this.timeout(1_800_000);
    const options = { calls: 2000, perSecond: 2, kills: 200 };
    const { wrongs, figures } = await chaosRun(story(), options);
    assert.deepEqual(wrongs, []);
    assert.equal(figures['killed'], options.kills);
    assert.ok(Number(figures['legs']) >= options.calls);
  });
});
