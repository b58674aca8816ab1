import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { busyBobThenCarolTalks } from './busy-bob-story.ts';
import type { ConsoleStory } from './console-stories.ts';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
/** The console's pages, without those of one call. */
export const PAGES = [
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

interface Violation {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly html: string }[];
}

/** What axe finds wrong on a page; its script comes in as a file of ours would, because the policy allows no other. */
export async function violations(page: Page, only?: readonly string[]): Promise<readonly string[]> {
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

/** Fails when axe finds something serious on any page, on any view of a call, or in the panel of a line. */
export async function assertNoBarrier(
  { story, open }: ConsoleStory,
  colorScheme: 'light' | 'dark',
  only?: readonly string[],
): Promise<void> {
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
}
