import assert from 'node:assert/strict';
import { busyBobThenCarolTalks } from '../support/busy-bob-story.ts';
import { consoleStories } from '../support/console-stories.ts';

const RIGHT_AGAIN_MS = 5_000;

consoleStories('Legwork is killed while the console is open', (current) => {
  it('says so, and is right again soon after the next start', async () => {
    const { story, legwork, open } = current();
    const { call, callSid } = await busyBobThenCarolTalks(story);
    const { page } = await open(`/calls/${callSid}`);
    await page.locator('.ladder .span.talk').waitFor();
    await legwork.crash();
    await page.getByText('Legwork does not answer').waitFor();
    await legwork.start();
    await page.getByText('Legwork does not answer').waitFor({ state: 'detached', timeout: RIGHT_AGAIN_MS });
    await call.hangUp();
    await page.locator('.ladder text', { hasText: 'Dial action: completed' }).waitFor();
    await story.quiet();
    assert.equal(await page.locator('.call-head .status').first().textContent(), '✓ completed');
  });

  it('shows the calls of the time after it in the list', async () => {
    const { story, legwork, open } = current();
    const { page } = await open('/calls');
    await page.getByRole('heading', { name: 'Calls' }).waitFor();
    await legwork.crash();
    await legwork.start();
    const { call, callSid } = await busyBobThenCarolTalks(story);
    await page.locator(`a[href$="${callSid}"]`).waitFor();
    await call.hangUp();
    const row = page.getByRole('row').filter({ has: page.locator(`a[href$="${callSid}"]`) });
    await row.getByText('completed').waitFor();
  });
});
