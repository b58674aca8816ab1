import assert from 'node:assert/strict';
import { join } from 'node:path';
import { hostname } from 'node:os';
import { aliceListens } from '../support/alice-calls-1000.ts';
import { numberIsTold, VOICE } from '../support/dial-story.ts';
import { type FaultStory, faultStories } from '../support/fault-stories.ts';
import { LegworkProcess } from '../support/legwork-process.ts';
import { type PrivatePostgres, startPostgres } from '../support/postgres.ts';
import { aliceAndBobTalk, areHeard, BOB_HUNG_UP } from '../support/talk-story.ts';

const NAMES = { '1000': 'A', bob: 'B' };
const TALKED = { A: 'inbound completed', B: 'outbound-dial completed' };
/** Far less than the five minutes of a claim, with a start of Legwork in it. */
const AT_ONCE_MS = 20_000;

describe('A database belongs to one Legwork', () => {
  let postgres: PrivatePostgres;

  after(async () => {
    await postgres.stop();
  });

  faultStories('on SQLite', (story) => {
    it('a second one is refused while Alice and Bob talk, who notice nothing', async () => {
      await refusedInATalk(story(), `sqlite:${join(story().stack.dataDir, 'legwork.sqlite')}`);
    });
  });

  faultStories(
    'on PostgreSQL',
    (story) => {
      it('a second one is refused while Alice and Bob talk, who notice nothing', async () => {
        await refusedInATalk(story(), postgres.url);
      });

      it('a callback in flight when Legwork was killed comes again at once after its start', async () => {
        const { app, stack } = story();
        await aliceListens(story(), '<Play digits="1"/>');
        let hung = false;
        app.reply('/number', ({ params }) => {
          if (hung || params['CallStatus'] !== 'completed') return { status: 204 };
          hung = true;
          return undefined;
        });
        await app.waitFor((requests) => requests.some(({ params }) => params['CallStatus'] === 'completed'));
        await stack.restart();
        const completed = () =>
          app.to('/number').filter(({ params }) => params['CallStatus'] === 'completed');
        await app.waitFor(() => completed().length === 2, AT_ONCE_MS);
        await story().quiet();
        const [first, again] = completed().map(({ headers, body }) => [headers['i-idempotency-token'], body]);
        assert.deepEqual(first, again);
        assert.deepEqual(story().requestsOnce(NAMES), { 'A /voice': VOICE, 'A /number': numberIsTold() });
      });
    },
    async () => {
      postgres = await startPostgres();
      return { DATABASE_URL: postgres.url };
    },
  );
});

async function refusedInATalk(story: FaultStory, databaseUrl: string): Promise<void> {
  const { pid } = story.stack.connection;
  const second = await LegworkProcess.prepare({ DATABASE_URL: databaseUrl });
  const talk = await aliceAndBobTalk(story);
  await assert.rejects(second.start());
  assert.equal(second.exitCode, 1);
  const said = second.output.match(/^Another Legwork.*$/m)?.[0] ?? '';
  assert.match(
    said,
    new RegExp(`^Another Legwork \\(pid ${pid} on host ${hostname()}, since 2.*Z\\) is running on`),
  );
  assert.match(said, /Stop it, or set DATABASE_URL to another database\.$/);
  await second.remove();
  await areHeard(talk);
  await talk.atBob.hangUp();
  await talk.call.ended;
  await story.quiet();
  assert.deepEqual(story.requests(NAMES), BOB_HUNG_UP);
  assert.deepEqual(await story.legs(NAMES), TALKED);
}
