import { LegworkProcess } from './legwork-process.ts';
import { LiveStory } from './live-story.ts';

/** A story on a Legwork that can be killed. */
export type FaultStory = LiveStory<LegworkProcess>;

/** So long a test of a fault may take: a crash, a start, and what was owed. */
const FAULT_MS = 60_000;

let shared: Promise<LegworkProcess> | undefined;

async function startProcess(settings: Readonly<Record<string, string>> = {}): Promise<LegworkProcess> {
  const legwork = await LegworkProcess.prepare(settings);
  await legwork.start();
  return legwork;
}

/**
 * Declares a group of stories in which something dies: `story()` is the one of the test that runs. They share
 * one Legwork, which is started again when a test left it dead; with `settings` (environment variables, or what
 * makes them) they have one of their own.
 */
export function faultStories(
  title: string,
  define: (story: () => FaultStory) => void,
  settings?: () => Promise<Readonly<Record<string, string>>>,
): void {
  describe(title, function () {
    this.timeout(FAULT_MS);
    let current: FaultStory | undefined;
    let own: LegworkProcess | undefined;
    before(async () => {
      if (settings !== undefined) own = await startProcess(await settings());
    });
    after(async () => {
      await own?.remove();
    });
    beforeEach(async () => {
      current = undefined;
      shared ??= own === undefined ? startProcess() : undefined;
      const legwork = own ?? (await shared);
      if (legwork === undefined) throw new Error('unreachable');
      if (!legwork.runs) await legwork.start();
      current = await LiveStory.on(legwork);
    });
    afterEach(async () => {
      if (current?.stack.runs === false) await current.stack.start();
      await current?.end();
    });
    define(() => {
      if (current === undefined) throw new Error('A story exists only while a test runs');
      return current;
    });
  });
}

after(async function () {
  this.timeout(FAULT_MS);
  await (await shared)?.remove();
});
