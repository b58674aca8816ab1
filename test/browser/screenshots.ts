import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { busyBobThenCarolTalks } from '../support/busy-bob-story.ts';
import { hesitates } from '../support/caller.ts';
import { signIn, startChromium } from '../support/console-stories.ts';
import { LegworkProcess } from '../support/legwork-process.ts';
import { LiveStory } from '../support/live-story.ts';

// `npm run screenshots`: the pictures of docs/pictures/, taken from the README's story on a Legwork of its own.

const FOLDER = fileURLToPath(new URL('../../docs/pictures/', import.meta.url));
const VIEWPORT = { width: 1360, height: 900 };

async function takeAll(): Promise<void> {
  await mkdir(FOLDER, { recursive: true });
  const legwork = await LegworkProcess.prepare({ SIP_TRACE: 'all' });
  const { chromium, browser } = await startChromium();
  try {
    await legwork.start();
    const story = await LiveStory.on(legwork);
    const callSid = await tellStory(story);
    for (const colorScheme of ['light', 'dark'] as const) {
      const context = await browser.newContext({
        baseURL: legwork.connection.url,
        viewport: VIEWPORT,
        deviceScaleFactor: 1.5,
        colorScheme,
      });
      const page = await context.newPage();
      await signIn(page, legwork);
      await takeOf(page, callSid, colorScheme === 'light' ? '' : '-dark');
      await context.close();
    }
    await story.end();
  } finally {
    await browser.close();
    await chromium.remove();
    await legwork.remove();
  }
}

/** Busy bob, then carol; the last callback of the number is refused, so that there is one to be replayed. */
async function tellStory(story: LiveStory<LegworkProcess>): Promise<string> {
  const { call, callSid } = await busyBobThenCarolTalks(story);
  await hesitates(call, 2000);
  story.app.reply('/number', { status: 404, body: 'Not Found' });
  await call.hangUp();
  await story.quiet();
  return callSid;
}

async function takeOf(page: Page, callSid: string, suffix: string): Promise<void> {
  const take = (name: string) => page.screenshot({ path: join(FOLDER, `${name}${suffix}.png`) });
  await page.goto(`/console/calls/${callSid}`);
  await page
    .locator('.ladder')
    .getByRole('button', { name: /Dial action: busy/ })
    .click();
  await page.getByText('no mistakes').waitFor();
  await take('ladder');
  await page.goto('/console/calls');
  await page.locator(`a[href$="${callSid}"]`).waitFor();
  await take('calls');
  await page.goto('/console/callbacks?State=failed');
  await page.getByRole('button', { name: 'completed' }).first().click();
  await page.getByRole('button', { name: 'Replay', exact: true }).waitFor();
  await take('failed-callback');
}

await takeAll();
