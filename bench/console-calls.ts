/**
 * What the list of 100,000 calls costs in the browser: the time from the click to the first page of it, and the frames
 * while it is scrolled with the wheel, in Chromium on a Legwork with a real database. Run: `npm run build`, then
 * `npx tsx bench/console-calls.ts [calls]`. The script's time in a frame says more than the frames on a busy machine.
 */
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { signIn, startChromium } from '../test/support/console-stories.ts';
import { LegworkProcess } from '../test/support/legwork-process.ts';
import { copyCalls } from '../test/support/many-calls.ts';
import { percentile } from './report/percentile.ts';

const CALLS = Number(process.argv[2] ?? 100_000);
const ROUNDS = 7;
const WHEELS = 200;
const WHEEL_PX = 240;
const WHEEL_EACH_MS = 25;

const FIRST_PAGE = `new Promise((resolve) => {
  const began = performance.now();
  new MutationObserver(() => {
    if (document.querySelector('.rows .call-row:not(.head)')) {
      requestAnimationFrame(() => resolve(performance.now() - began));
    }
  }).observe(document, { childList: true, subtree: true });
  document.querySelector('nav a[href="/console/calls"]').click();
})`;

const WATCH_FRAMES = `(() => {
  window.frames_ = [];
  let before = performance.now();
  const next = (now) => { window.frames_.push(now - before); before = now; requestAnimationFrame(next); };
  requestAnimationFrame(next);
})()`;

interface Metrics {
  readonly ScriptDuration: number;
  readonly LayoutDuration: number;
  readonly RecalcStyleDuration: number;
}

async function firstPage(page: Page): Promise<readonly number[]> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    await page.getByRole('link', { name: 'Overview' }).click();
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    times.push(Number(await page.evaluate(FIRST_PAGE)));
  }
  return times;
}

async function scroll(page: Page): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Performance.enable');
  const metrics = async () => {
    const { metrics: all } = await devtools.send('Performance.getMetrics');
    return Object.fromEntries(all.map(({ name, value }) => [name, value])) as unknown as Metrics;
  };
  await page.locator('.rows').hover();
  await page.evaluate(WATCH_FRAMES);
  const before = await metrics();
  for (let wheel = 0; wheel < WHEELS; wheel += 1) {
    await page.mouse.wheel(0, WHEEL_PX);
    await page.waitForTimeout(WHEEL_EACH_MS);
  }
  const after = await metrics();
  const frames = (await page.evaluate('window.frames_')) as readonly number[];
  const sorted = frames.toSorted((a, b) => a - b);
  const each = (name: keyof Metrics) => (((after[name] - before[name]) * 1_000) / frames.length).toFixed(2);
  const total = frames.reduce((sum, ms) => sum + ms, 0);
  console.log(
    `scrolling: ${((frames.length * 1_000) / total).toFixed(1)} frames a second; a frame p50 ${percentile(sorted, 0.5).toFixed(1)}, p95 ${percentile(sorted, 0.95).toFixed(1)}, p99 ${percentile(sorted, 0.99).toFixed(1)} ms`,
  );
  console.log(
    `each frame: script ${each('ScriptDuration')} ms, style ${each('RecalcStyleDuration')} ms, layout ${each('LayoutDuration')} ms`,
  );
}

async function main(): Promise<void> {
  const legwork = await LegworkProcess.prepare();
  await legwork.start();
  const { chromium, browser } = await startChromium();
  try {
    const form = { From: 'bench', To: 'client:nobody', Twiml: '<Response><Hangup/></Response>' };
    await legwork.rest('POST', '/Clients.json', { Login: 'nobody', Password: 'Nobody-has-it-1234' });
    await legwork.rest('POST', '/Calls.json', form);
    await legwork.quiet();
    await copyCalls(join(legwork.dataDir, 'legwork.sqlite'), CALLS);
    const context = await browser.newContext({ baseURL: legwork.connection.url });
    const page = await context.newPage();
    await signIn(page, legwork);
    const times = (await firstPage(page)).toSorted((a, b) => a - b);
    console.log(
      `${CALLS} calls; first page: median ${percentile(times, 0.5).toFixed(0)}, slowest of ${ROUNDS} ${(times.at(-1) ?? 0).toFixed(0)} ms`,
    );
    await scroll(page);
  } finally {
    await browser.close();
    await chromium.remove();
    await legwork.remove();
  }
}

await main();
process.exit(0);
