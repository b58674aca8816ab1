import { atEndOfRun } from './end-of-run.ts';
import { LiveStory } from './live-story.ts';
import { TwoNodes } from './two-nodes.ts';

/** A story on two nodes. */
export type ClusterStory = LiveStory<TwoNodes>;

/** A takeover takes up to 15 s, and a start some more. */
const STORY_MS = 120_000;
const START_MS = 180_000;

let shared: Promise<TwoNodes> | undefined;

/** Declares a group of stories on two nodes, which all share; before each one both run, and drive their own switches. */
export function clusterStories(title: string, define: (story: () => ClusterStory) => void): void {
  describe(title, function () {
    this.timeout(STORY_MS);
    let current: ClusterStory | undefined;
    before(async function () {
      this.timeout(START_MS);
      shared ??= TwoNodes.start();
      await shared;
    });
    beforeEach(async () => {
      current = undefined;
      shared ??= TwoNodes.start();
      const nodes = await shared;
      await nodes.restore();
      current = await LiveStory.on(nodes);
    });
    afterEach(async function () {
      current?.showLogOf(this.currentTest);
      await current?.stack.restore();
      await current?.end();
    });
    define(() => {
      if (current === undefined) throw new Error('A story exists only while a test runs');
      return current;
    });
  });
}

atEndOfRun(async () => (await shared)?.remove());
