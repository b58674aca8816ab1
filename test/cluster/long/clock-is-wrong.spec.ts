import assert from 'node:assert/strict';
import { clusterStories } from '../../support/cluster-stories.ts';
import { aliceAndBobTalk, areHeard, BOB_HUNG_UP } from '../../support/talk-story.ts';
import { timelineOf } from '../../support/timeline.ts';

const NAMES = { '1000': 'A', bob: 'B' };
const TALKED = { A: 'inbound completed', B: 'outbound-dial completed' };
const HOUR_MS = 3_600_000;
const SHIFTED = new URL('../../support/shifted-clock.mjs', import.meta.url).href;

clusterStories('The clock of one machine is an hour fast', (story) => {
  afterEach(async () => {
    const { stack } = story();
    await stack.b.stop();
    stack.b.set({ NODE_OPTIONS: '', LEGWORK_TEST_CLOCK_SHIFT_MS: '' });
  });

  it('its node takes a call over, forwards requests, and tells the times of the database', async () => {
    const { stack } = story();
    await stack.b.stop();
    stack.b.set({ NODE_OPTIONS: `--import=${SHIFTED}`, LEGWORK_TEST_CLOCK_SHIFT_MS: String(HOUR_MS) });
    await stack.b.start();
    await stack.bothDrive();
    const talk = await aliceAndBobTalk(story());
    stack.restAt = 'b';
    const sid = (await story().calls()).find(({ to }) => to === '1000')?.sid;
    const forwarded = await story().rest('POST', `/Calls/${sid}.json`, { Muted: 'false' });
    assert.notEqual(forwarded.status, 401, 'its signature is not too old');
    await stack.a.crash();
    await stack.drives('b', 'a', 15_000);
    await areHeard(talk);
    await talk.atBob.hangUp();
    await talk.call.ended;
    await story().quiet();
    assert.deepEqual(story().requests(NAMES), BOB_HUNG_UP);
    assert.deepEqual(await story().legs(NAMES), TALKED);
    const times = (await timelineOf(story())).map(({ timestamp }) => Date.parse(timestamp));
    const furthest = Math.max(...times.map((time) => Math.abs(Date.now() - time)));
    assert.ok(furthest < HOUR_MS / 10, `${furthest} ms away from the time of the database`);
  });
});
