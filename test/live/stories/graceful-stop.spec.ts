import assert from 'node:assert/strict';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { LegworkProcess } from '../../support/legwork-process.ts';
import { orderCall, STATUS } from '../../support/live-rest-calls.ts';
import { LiveStory } from '../../support/live-story.ts';
import { waitUntil } from '../../support/wait-until.ts';

const NAMES = { '1000': 'A', bob: 'B', carol: 'C' };
const CHILD = 'POST Direction=outbound-dial';
const TALKED = {
  'A /voice': ['POST CallStatus=ringing Direction=inbound'],
  'B /bob': [
    `${CHILD} CallStatus=initiated CallEvent=initiated SequenceNumber=0`,
    `${CHILD} CallStatus=ringing CallEvent=ringing SequenceNumber=1`,
    `${CHILD} CallStatus=in-progress CallEvent=answered SequenceNumber=2`,
    `${CHILD} CallStatus=completed CallEvent=completed SequenceNumber=3`,
  ],
};
const NUMBER = [
  'POST CallStatus=ringing Direction=inbound SequenceNumber=0',
  'POST CallStatus=in-progress Direction=inbound SequenceNumber=1',
];

describe('Legwork is asked to stop (SIGTERM) while Alice and Bob talk', () => {
  let legwork: LegworkProcess;
  let story: LiveStory<LegworkProcess>;

  async function begin(drainS: number): Promise<void> {
    legwork = await LegworkProcess.prepare({ DRAIN_TIMEOUT_S: String(drainS) });
    await legwork.start();
    story = await LiveStory.on(legwork);
  }
  afterEach(async function () {
    this.timeout(60_000);
    try {
      await story.end();
    } finally {
      await legwork.remove();
    }
  });

  async function talk() {
    const { app } = story;
    app.reply(
      '/voice',
      '<Response><Dial><Client statusCallback="/bob">bob</Client></Dial><Redirect>/never</Redirect></Response>',
    );
    for (const path of ['/number', '/bob']) app.reply(path, { status: 204 });
    await story.number('1000');
    const [alice, bob] = await Promise.all([story.phone('alice'), story.phone('bob')]);
    const call = await alice.call('1000');
    const atBob = await bob.incoming();
    atBob.ring();
    await atBob.answer();
    atBob.audio.sendTone(697);
    await call.audio.heardTone(697);
    return { call, atBob };
  }

  /** Resolves when no more calls are taken. */
  function stops(): Promise<void> {
    const there = join(legwork.dataDir, 'connection.json');
    const gone = () =>
      access(there).then(
        () => false,
        () => true,
      );
    return waitUntil('Legwork stops', gone);
  }

  it('lets them talk on, refuses new calls with 503, and ends when they hang up', async () => {
    await begin(30);
    const { call, atBob } = await talk();
    const carol = await story.phone('carol');
    const exit = legwork.stop();
    await stops();
    assert.equal((await (await carol.call('1000')).ended).status, 503);
    const order = { To: 'client:carol', From: '1', Url: story.app.url('/voice') };
    assert.equal((await story.rest('POST', '/Calls.json', order)).status, 503);
    call.audio.mark();
    await call.audio.heardTone(697, { forMs: 500 });
    await call.hangUp();
    assert.equal((await atBob.ended).how, 'bye');
    assert.equal(await exit, 0);
    assert.deepEqual(story.requests(NAMES), {
      ...TALKED,
      'A /number': [
        ...NUMBER,
        'POST CallStatus=completed Direction=inbound DialCallStatus=in-progress SequenceNumber=2',
      ],
    });
    await legwork.start();
    assert.deepEqual(await story.legs(NAMES), { A: 'inbound completed', B: 'outbound-dial completed' });
  });

  it('ends every call when the time to drain is over, and tells of each end before it goes', async () => {
    await begin(0);
    const { call, atBob } = await talk();
    const carol = await story.phone('carol');
    await orderCall(story, { To: 'client:carol' });
    const atCarol = await carol.incoming();
    atCarol.ring();
    await story.app.waitFor((requests) =>
      requests.some(({ params }) => params['To'] === 'carol' && params['CallStatus'] === 'ringing'),
    );
    const began = performance.now();
    const exit = legwork.stop();
    assert.deepEqual(
      (await Promise.all([call.ended, atBob.ended, atCarol.ended])).map(({ by, how }) => `${by} ${how}`),
      ['them bye', 'them bye', 'them cancel'],
    );
    assert.equal(await exit, 0);
    assert.ok(performance.now() - began < 5000);
    const requests = story.requests(NAMES);
    const last = requests['A /number']?.pop() ?? '';
    assert.match(
      last,
      /^POST CallStatus=completed Direction=inbound DialCallStatus=(in-progress|completed) SequenceNumber=2$/,
    );
    assert.deepEqual(requests, {
      ...TALKED,
      'A /number': NUMBER,
      'C /status': [STATUS.initiated, STATUS.ringing, STATUS.canceled],
    });
    await legwork.start();
    assert.deepEqual(await story.legs(NAMES), {
      A: 'inbound completed',
      B: 'outbound-dial completed',
      C: 'outbound-api canceled',
    });
  });
});
