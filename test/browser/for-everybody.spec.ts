import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { busyBobThenCarolTalks } from '../support/busy-bob-story.ts';
import { consoleStories } from '../support/console-stories.ts';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const PAGES = [
  '/',
  '/calls',
  '/callbacks?State=delivered',
  '/problems',
  '/numbers',
  '/clients',
  '/trunks',
  '/applications',
  '/recordings',
  '/rooms',
  '/try',
  '/health',
  '/account',
];
const NARROW = { width: 360, height: 740 };

interface Violation {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly html: string }[];
}

/** What axe finds wrong on a page; its script comes in as a file of ours would, because the policy allows no other. */
async function violations(page: Page, only?: readonly string[]): Promise<readonly string[]> {
  if (!(await page.evaluate('"axe" in window'))) await page.evaluate(await readFile(AXE, 'utf8'));
  const options = only === undefined ? '' : JSON.stringify({ runOnly: only });
  const found = (await page.evaluate(
    `axe.run(${options}).then(({violations}) => violations)`,
  )) as readonly Violation[];
  return found
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(
      ({ id, nodes }) =>
        `${id}: ${nodes
          .map(({ html }) => html.slice(0, 160))
          .slice(0, 3)
          .join(' | ')}`,
    );
}

consoleStories('The console is for everybody', (current) => {
  for (const [colorScheme, only] of [['light'], ['dark', ['color-contrast']]] as const) {
    it(`has no serious barrier on any page, in ${colorScheme} colours`, async () => {
      const { story, open } = current();
      const { call, callSid } = await busyBobThenCarolTalks(story);
      await call.hangUp();
      await story.quiet();
      const { page } = await open('/', { colorScheme });
      const found: string[] = [];
      const views = ['', '?view=waterfall', '?view=table', '?view=json'].map(
        (query) => `/calls/${callSid}${query}`,
      );
      for (const path of [...PAGES, ...views]) {
        await page.goto(`/console${path}`);
        await page.getByRole('heading', { level: 1 }).first().waitFor();
        await page.getByText('Reading…').waitFor({ state: 'detached' });
        found.push(...(await violations(page, only)).map((violation) => `${path} ${violation}`));
      }
      await page.goto(`/console/calls/${callSid}`);
      await page
        .locator('.ladder')
        .getByRole('button', { name: /Dial action: busy/ })
        .click();
      await page.getByRole('complementary').waitFor();
      found.push(...(await violations(page, only)).map((violation) => `panel ${violation}`));
      assert.deepEqual(found, []);
    });
  }

  it('has no serious barrier at its door', async () => {
    const { page } = await current().newVisitor();
    await page.goto('/console/');
    await page.getByLabel('AuthToken').waitFor();
    assert.deepEqual(await violations(page), []);
    await page.goto('/console/open');
    await page.getByRole('heading', { name: 'Drop an exported call here' }).waitFor();
    assert.deepEqual(await violations(page), []);
  });

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
