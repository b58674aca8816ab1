import assert from 'node:assert/strict';
import { PAGES } from '../support/barriers.ts';
import { busyBobThenCarolTalks } from '../support/busy-bob-story.ts';
import { consoleStories } from '../support/console-stories.ts';

const NARROW = { width: 360, height: 740 };

consoleStories('The console is for everybody', (current) => {
  it('fits into 360 pixels', async () => {
    const { story, open } = current();
    const { call, callSid } = await busyBobThenCarolTalks(story);
    await call.hangUp();
    await story.quiet();
    const { page } = await open('/', NARROW);
    for (const path of [...PAGES, `/calls/${callSid}`]) {
      await page.goto(`/console${path}`);
      await page.getByRole('heading', { level: 1 }).first().waitFor();
      const width = await page.evaluate('document.querySelector("#content").scrollWidth');
      assert.ok(Number(width) <= NARROW.width, `${path} is ${String(width)} wide`);
    }
    await page.getByRole('button', { name: 'Menu' }).click();
    await page.getByRole('link', { name: 'Callbacks' }).click();
    await page.getByRole('heading', { name: 'Callbacks' }).waitFor();
  });

  it('needs no mouse: from the list into a call, along its ladder, and back', async () => {
    const { story, open } = current();
    const { call, callSid } = await busyBobThenCarolTalks(story);
    await call.hangUp();
    await story.quiet();
    const { page } = await open('/calls');
    await page.locator(`a[href$="${callSid}"]`).waitFor();
    for (let row = 0; row < 3; row += 1) await page.keyboard.press('j');
    await page.locator('.call-row.active').waitFor();
    await page.keyboard.press('Enter');
    await page.locator('.ladder text', { hasText: 'INVITE 1000' }).waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.getByRole('complementary', { name: 'Selected line' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('complementary').waitFor({ state: 'detached' });
    await page.keyboard.press('Escape');
    await page.getByRole('heading', { name: 'Calls', exact: true }).waitFor();
    await page.keyboard.press('/');
    assert.equal(await page.evaluate('document.activeElement.type'), 'search');
    await page.keyboard.type('carol');
    await page.keyboard.press('Enter');
    await page.getByRole('row').filter({ hasText: 'carol' }).first().waitFor();
    assert.match(page.url(), /\?Q=carol$/);
  });
});
