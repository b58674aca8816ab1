import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { microphoneArguments } from './browser-phone.ts';
import { atEndOfRun } from './end-of-run.ts';
import { LegworkProcess } from './legwork-process.ts';
import { LiveStory } from './live-story.ts';
import { type Chromium, findChromium } from './private-chromium.ts';

/** So long a page may take to show something. */
export const SHOWN_MS = 10_000;

/** A story on a Legwork whose console is open in a browser. */
export interface ConsoleStory {
  readonly story: LiveStory<LegworkProcess>;
  readonly legwork: LegworkProcess;
  /** A browser of its own, without a session. */
  readonly newVisitor: (options?: VisitorOptions) => Promise<Visitor>;
  /** The same, signed in, at this page of the console. */
  readonly open: (path: string, options?: VisitorOptions) => Promise<Visitor>;
}

export interface VisitorOptions {
  readonly width?: number;
  readonly height?: number;
  readonly readOnly?: boolean;
  readonly colorScheme?: 'light' | 'dark';
  /** Where its pages come from besides Legwork. */
  readonly alsoFrom?: readonly string[];
}

/** Somebody at a browser, with everything that went wrong on the page. */
export interface Visitor {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Messages of errors on the page, and requests to anywhere but Legwork. */
  readonly complaints: string[];
}

let shared:
  | Promise<{ readonly legwork: LegworkProcess; readonly chromium: Chromium; readonly browser: Browser }>
  | undefined;

export async function startChromium(): Promise<{ readonly chromium: Chromium; readonly browser: Browser }> {
  const found = await findChromium();
  const browser = await chromium.launch({
    executablePath: found.path,
    args: ['--no-sandbox', '--disable-gpu', '--force-color-profile=srgb', ...(await microphoneArguments())],
  });
  return { chromium: found, browser };
}

async function startAll() {
  const [legwork, browser] = await Promise.all([
    LegworkProcess.prepare({ SIP_TRACE: 'problems' }).then(async (prepared) => {
      await prepared.start();
      return prepared;
    }),
    startChromium(),
  ]);
  return { legwork, ...browser };
}

/** Declares a group of stories with a browser: `story()` is the one of the test that runs. All share one Legwork and one browser. */
export function consoleStories(title: string, define: (story: () => ConsoleStory) => void): void {
  describe(title, () => {
    let current: ConsoleStory | undefined;
    const visitors: Visitor[] = [];
    beforeEach(async function () {
      this.timeout(300_000);
      shared ??= startAll();
      const { legwork, browser } = await shared;
      if (!legwork.runs) await legwork.start();
      const story = await LiveStory.on(legwork);
      const newVisitor = async (options: VisitorOptions = {}) => {
        const visitor = await visit(browser, legwork, options);
        visitors.push(visitor);
        return visitor;
      };
      current = {
        story,
        legwork,
        newVisitor,
        open: async (path, options = {}) => {
          const visitor = await newVisitor(options);
          await signIn(visitor.page, legwork, options.readOnly === true);
          await visitor.page.goto(`/console${path}`);
          return visitor;
        },
      };
    });
    afterEach(async function () {
      this.timeout(60_000);
      current?.story.showLogOf(this.currentTest);
      for (const [index, { page, context }] of visitors.entries()) {
        if (this.currentTest?.state === 'failed') await keepPicture(page, index);
        await context.close();
      }
      const complaints = visitors.splice(0).flatMap((visitor) => visitor.complaints);
      await current?.story.end();
      if (complaints.length > 0) throw new Error(`The page complained:\n${complaints.join('\n')}`);
    });
    define(() => {
      if (current === undefined) throw new Error('A story exists only while a test runs');
      return current;
    });
  });
}

/** What was on the page when a test failed. */
async function keepPicture(page: Page, index: number): Promise<void> {
  const path = join(tmpdir(), `legwork-failed-${process.pid}-${index}.png`);
  await page.screenshot({ path }).then(
    () => console.log(`The page: ${path}`),
    () => console.log('The page could not be shown'),
  );
}

async function visit(browser: Browser, legwork: LegworkProcess, options: VisitorOptions): Promise<Visitor> {
  const { width = 1280, height = 860, colorScheme = 'light' } = options;
  const { url } = legwork.connection;
  const context = await browser.newContext({ baseURL: url, viewport: { width, height }, colorScheme });
  context.setDefaultTimeout(SHOWN_MS);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(`${error.name}: ${error.message}`));
  page.on('console', (message) => {
    // Chromium says so of every reply that is an error, of a server that is away, and of one that is not ready yet.
    if (
      message.type() === 'error' &&
      !/^Failed to load resource|net::ERR_|Unexpected response code: 503$/.test(message.text())
    ) {
      complaints.push(message.text());
    }
  });
  page.on('request', (request) => {
    const isKnown = [url, ...(options.alsoFrom ?? [])].some((origin) => request.url().startsWith(origin));
    if (!isKnown && !/^(?:data|blob):/.test(request.url())) {
      complaints.push(`A request to ${request.url()}`);
    }
  });
  return { page, context, complaints };
}

/** Signs in by the form, as people do. */
export async function signIn(page: Page, { connection }: LegworkProcess, readOnly = false): Promise<void> {
  await page.goto('/console/');
  await page.getByLabel('Account').fill(connection.accountSid);
  await page.getByLabel('AuthToken').fill(connection.authToken);
  if (readOnly) await page.getByLabel('Read only').check();
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
}

atEndOfRun(async () => {
  if (shared === undefined) return;
  const { legwork, chromium: found, browser } = await shared;
  await browser.close();
  await found.remove();
  await legwork.remove();
});
