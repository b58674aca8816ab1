import { atEndOfRun } from './end-of-run.ts';
import { LiveStory } from './live-story.ts';
import { TwoNodes } from './two-nodes.ts';

/** A story on two nodes. */
export type ClusterStory = LiveStory<TwoNodes>;

/** A takeover takes up to 15 s, and a start some more. */
const STORY_MS = 120_000;
const START_MS = 180_000;

const shared = new Map<boolean, Promise<TwoNodes>>();

/**
 * Declares a group of stories on two nodes, which all share; before each one both run, and drive their own switches.
 * `behindKamailio`: on two others, with phones at the proxy in front of them.
 */
export function clusterStories(
  title: string,
  define: (story: () => ClusterStory) => void,
  { behindKamailio = false } = {},
): void {
  describe(title, function () {
    this.timeout(STORY_MS);
    let current: ClusterStory | undefined;
    before(async function () {
      this.timeout(START_MS);
      await nodes(behindKamailio);
    });
    beforeEach(async () => {
      current = undefined;
      const both = await nodes(behindKamailio);
      await both.restore();
      current = await LiveStory.on(both);
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

function nodes(behindKamailio: boolean): Promise<TwoNodes> {
  const started = shared.get(behindKamailio) ?? TwoNodes.start({ behindKamailio });
  shared.set(behindKamailio, started);
  return started;
}

atEndOfRun(async () => {
  for (const both of shared.values()) await (await both).remove();
});
