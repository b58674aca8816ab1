import assert from 'node:assert/strict';
import { join } from 'node:path';
import { aliceListens } from '../support/alice-calls-1000.ts';
import { consoleStories, SHOWN_MS } from '../support/console-stories.ts';
import { copyCalls } from '../support/many-calls.ts';
import { waitUntil } from '../support/wait-until.ts';

const CALLS = 100_000;
/** On a machine that several programs share; on a quiet one it is a third. */
const FIRST_PAGE_MS = 1_500;

consoleStories('100,000 calls in the console', (current) => {
  it('are there at once, and can be scrolled through', async () => {
    const { story, legwork, open } = current();
    const call = await aliceListens(story, '<Gather timeout="60"/>');
    await call.hangUp();
    await story.quiet();
    const remove = await copyCalls(join(legwork.dataDir, 'legwork.sqlite'), CALLS);
    try {
      const { page } = await open('/');
      await page.getByRole('heading', { name: 'Overview' }).waitFor();
      const took = await page.evaluate(`new Promise((resolve) => {
        const began = performance.now();
        new MutationObserver(() => {
          if (document.querySelector('.rows .call-row:not(.head)')) resolve(performance.now() - began);
        }).observe(document, { childList: true, subtree: true });
        document.querySelector('nav a[href="/console/calls"]').click();
      })`);
      assert.ok(Number(took) < FIRST_PAGE_MS, `the first page took ${String(took)} ms`);
      await page.getByText('more than 10,000').waitFor();
      const rows = page.locator('.rows');
      for (let screen = 0; screen < 12; screen += 1) {
        const before = Number(await rows.getAttribute('aria-rowcount'));
        await rows.evaluate((element) => element.scrollTo({ top: element.scrollHeight }));
        const hasMore = async () => Number(await rows.getAttribute('aria-rowcount')) > before;
        await waitUntil('more calls are in the list', hasMore, SHOWN_MS);
      }
      // Only what is in sight is in the page.
      assert.ok((await page.locator('.call-row').count()) < 120);
    } finally {
      await remove();
    }
  });
});
