import { atEndOfRun } from './end-of-run.ts';
import { LegworkProcess } from './legwork-process.ts';
import { LiveStory } from './live-story.ts';

/** A story on a Legwork that can be killed. */
export type FaultStory = LiveStory<LegworkProcess>;

/** So long a test of a fault may take: a crash, a start, and what was owed. */
const FAULT_MS = 60_000;

let shared: Promise<LegworkProcess> | undefined;

async function startProcess(own: OwnLegwork = {}): Promise<LegworkProcess> {
  const legwork = own instanceof LegworkProcess ? own : await LegworkProcess.prepare(own);
  await legwork.start();
  return legwork;
}

/** Environment variables of a Legwork of a group's own, or that Legwork, not started yet. */
type OwnLegwork = LegworkProcess | Readonly<Record<string, string>>;

/**
 * Declares a group of stories in which something dies: `story()` is the one of the test that runs. They share
 * one Legwork, which is started again when a test left it dead; with `prepare` they have one of their own.
 */
export function faultStories(
  title: string,
  define: (story: () => FaultStory) => void,
  prepare?: () => Promise<OwnLegwork>,
): void {
  describe(title, function () {
    this.timeout(FAULT_MS);
    let current: FaultStory | undefined;
    let own: LegworkProcess | undefined;
    before(async () => {
      if (prepare !== undefined) own = await startProcess(await prepare());
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
    afterEach(async function () {
      current?.showLogOf(this.currentTest);
      if (current?.stack.runs === false) await current.stack.start();
      await current?.end();
    });
    define(() => {
      if (current === undefined) throw new Error('A story exists only while a test runs');
      return current;
    });
  });
}

atEndOfRun(async () => (await shared)?.remove());
