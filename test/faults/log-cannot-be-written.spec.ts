import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { open, readFile, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { faultStories, type FaultStory } from '../support/fault-stories.ts';
import { LegworkProcess } from '../support/legwork-process.ts';
import { mayMount, SmallDisk } from '../support/small-disk.ts';
import { aliceAndBobTalk, areHeard, BOB_HUNG_UP } from '../support/talk-story.ts';
import { waitUntil } from '../support/wait-until.ts';

const NAMES = { '1000': 'A', bob: 'B' };
/** Their lines, 5 kB each, fill a pipe and everything that is kept in memory. */
const REQUESTS = 600;
const LONG_PATH = `/${'a'.repeat(4_500)}.json`;
const AT_ONCE = 20;
const LOST = 'Lines of this log could not be written';

/** What a program does all day: each request is a line of the log. */
async function askOften({ stack }: FaultStory, status = 404): Promise<void> {
  let left = REQUESTS;
  const askOneByOne = async () => {
    while (left-- > 0) assert.equal((await stack.rest('GET', LONG_PATH)).status, status);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, askOneByOne));
}

/** Alice and Bob talk while the log breaks; everything but the log is as always, and a SIGTERM ends it. */
async function nothingElseIsLost(story: FaultStory, breakLog: () => Promise<unknown>): Promise<void> {
  const { stack } = story;
  const talk = await aliceAndBobTalk(story);
  await breakLog();
  await askOften(story);
  await areHeard(talk);
  await talk.atBob.hangUp();
  await talk.call.ended;
  await story.quiet();
  assert.deepEqual(story.requests(NAMES), BOB_HUNG_UP);
  assert.deepEqual(await story.legs(NAMES), { A: 'inbound completed', B: 'outbound-dial completed' });
  assert.equal((await stack.health()).status, 'up');
}

async function stopsOnSigterm({ stack }: FaultStory): Promise<void> {
  assert.equal(await stack.stop(), 0);
  assert.equal(existsSync(join(stack.dataDir, 'legwork.lock')), false);
}

faultStories(
  'Nobody reads the pipe of the log',
  (story) => {
    it('calls, REST and SIGTERM work', async () => {
      await nothingElseIsLost(story(), () => Promise.resolve());
      await stopsOnSigterm(story());
    });
  },
  () => loggingTo('unread'),
);

faultStories(
  'The pipe of the log is closed',
  (story) => {
    it('calls, REST and SIGTERM work', async () => {
      await nothingElseIsLost(story(), () => Promise.resolve(story().stack.closeOutput()));
      await stopsOnSigterm(story());
    });
  },
  () => loggingTo('read'),
);

if (mayMount) describe('The disk of the log is full', logDiskIsFull);
else console.log('Not tested, because this user may not mount a disk: a full disk under the log');

function logDiskIsFull(): void {
  let disk: SmallDisk | undefined;
  let log: FileHandle | undefined;

  after(async () => {
    await log?.close();
    await disk?.unmount();
  });

  async function logOnDisk(settings: (path: string) => Record<string, string>): Promise<LegworkProcess> {
    await log?.close();
    await disk?.unmount();
    disk = await SmallDisk.mount(8);
    log = await open(join(disk.path, 'log'), 'a');
    return loggingTo(log.fd, settings(disk.path));
  }

  const diskOfLog = () => {
    if (disk === undefined) throw new Error('unreachable');
    return disk;
  };

  faultStories(
    'while Alice and Bob talk',
    (story) => {
      it('calls and REST work; how many lines are missing is said when there is space again', async () => {
        await nothingElseIsLost(story(), () => diskOfLog().fill());
        await diskOfLog().empty();
        const said = async () => readFile(join(diskOfLog().path, 'log'), 'utf8');
        await waitUntil('the log is written again', async () => (await said()).includes(LOST));
        await stopsOnSigterm(story());
        const lines = (await said()).split('\n').filter((line) => line.startsWith('{'));
        const entries = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
        const [notice, ...others] = entries.filter(({ msg }) => msg === LOST);
        assert.deepEqual(others, []);
        assert.equal(notice?.['reason'], 'ENOSPC');
        assert.ok(
          Number(notice['lost']) < REQUESTS,
          `${String(notice['lost'])} of ${REQUESTS} lines are missing`,
        );
      });

      it('SIGTERM works while it is full', async () => {
        await diskOfLog().fill();
        await askOften(story());
        await stopsOnSigterm(story());
        await diskOfLog().empty();
      });
    },
    () => logOnDisk(() => ({})),
  );

  faultStories(
    'and it is that of the database',
    (story) => {
      it('SIGTERM works; the next start tells of the end that could not be written', async () => {
        const talk = await aliceAndBobTalk(story());
        await diskOfLog().fill();
        await askOften(story());
        await areHeard(talk);
        await stopsOnSigterm(story());
        await talk.call.ended;
        await diskOfLog().empty();
        await story().stack.start();
        await story().quiet();
        assert.deepEqual(await story().legs(NAMES), {
          A: 'inbound completed',
          B: 'outbound-dial completed',
        });
      });
    },
    () =>
      logOnDisk((path) => ({ DATABASE_URL: `sqlite:${join(path, 'legwork.sqlite')}`, DRAIN_TIMEOUT_S: '1' })),
  );
}

async function loggingTo(
  where: number | 'read' | 'unread',
  settings: Record<string, string> = {},
): Promise<LegworkProcess> {
  const legwork = await LegworkProcess.prepare(settings);
  legwork.logTo(where);
  return legwork;
}
