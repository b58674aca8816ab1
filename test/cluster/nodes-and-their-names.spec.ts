import assert from 'node:assert/strict';
import { join } from 'node:path';
import { clusterStories } from '../support/cluster-stories.ts';
import { LegworkProcess } from '../support/legwork-process.ts';
import { areHeard, aliceAndBobTalk, BOB_HUNG_UP } from '../support/talk-story.ts';

const NAMES = { '1000': 'A', bob: 'B' };

clusterStories('While two nodes run and Alice and Bob talk', (story) => {
  /** Tries to start another Legwork on the database; what it says before it ends with code 1. */
  async function refused(settings: Readonly<Record<string, string>>): Promise<string> {
    const { postgres, a } = story().stack;
    const third = await LegworkProcess.prepare({ DATABASE_URL: postgres.url, ...settings });
    third.set({ SECRET_KEY_FILE: settings['SECRET_KEY_FILE'] ?? `${a.dataDir}/secret.key` });
    await assert.rejects(third.start());
    assert.equal(third.exitCode, 1);
    await third.remove();
    return third.output;
  }

  it('a Legwork without CLUSTER is refused, another node of the same name, and one with another key; they notice nothing', async () => {
    const talk = await aliceAndBobTalk(story());
    assert.match(await refused({}), /^Another Legwork \(pid \d+ on host .+\) is running on this database/m);
    const named = await refused({ CLUSTER: 'on', NODE_NAME: 'a' });
    const { pid } = story().stack.a.connection;
    assert.match(
      named,
      new RegExp(
        `^NODE_NAME "a" belongs to another node that is running \\(pid ${pid} on host .+\\)\\. Give this one`,
        'm',
      ),
    );
    const otherKey = join(story().stack.b.dataDir, 'other.key');
    const key = await refused({ CLUSTER: 'on', NODE_NAME: 'c', SECRET_KEY_FILE: otherKey });
    assert.match(
      key,
      /^The AuthTokens in the database were encrypted with another secret key than .*other\.key/m,
    );
    await areHeard(talk);
    await talk.atBob.hangUp();
    await talk.call.ended;
    await story().quiet();
    assert.deepEqual(story().requests(NAMES), BOB_HUNG_UP);
  });

  it('health and metrics say who drives what', async () => {
    const { stack } = story();
    const { node, switches, peers } = await stack.health('b');
    assert.deepEqual(
      [
        node,
        switches.map(({ name, node: holder, state }) => [name, holder, state]),
        peers.map(({ name, status }) => [name, status]),
      ],
      [
        'b',
        [
          ['a', 'a', 'up'],
          ['b', 'b', 'up'],
        ],
        [['a', 'up']],
      ],
    );
    const metrics = await (await fetch(`${stack.b.connection.url}/metrics`)).text();
    assert.match(metrics, /^legwork_switch_held\{switch="b"\} 1$/m);
    assert.match(metrics, /^legwork_takeovers \d+$/m);
    assert.match(metrics, /^legwork_forwards \d+$/m);
  });
});
