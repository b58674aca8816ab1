import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LegworkProcess } from '../../support/legwork-process.ts';
import { orderCall, STATUS } from '../../support/live-rest-calls.ts';
import { LiveStory } from '../../support/live-story.ts';
import { waitUntil } from '../../support/wait-until.ts';

const NAMES = { '1000': 'A', '2000': 'D', bob: 'B', carol: 'C' };
const CHILD = 'POST Direction=outbound-dial';
const BOB_TALKED = [
  `${CHILD} CallStatus=initiated CallEvent=initiated SequenceNumber=0`,
  `${CHILD} CallStatus=ringing CallEvent=ringing SequenceNumber=1`,
  `${CHILD} CallStatus=in-progress CallEvent=answered SequenceNumber=2`,
  `${CHILD} CallStatus=completed CallEvent=completed SequenceNumber=3`,
];

describe('Legwork is killed', () => {
  let legwork: LegworkProcess;
  let story: LiveStory<LegworkProcess>;

  beforeEach(async function () {
    this.timeout(60_000);
    legwork = await LegworkProcess.prepare();
    await legwork.start();
    story = await LiveStory.on(legwork);
  });
  afterEach(async function () {
    this.timeout(60_000);
    try {
      await story.end();
    } finally {
      await legwork.remove();
    }
  });

  /** Alice and Bob talk by number 1000, whose Dial has an action. */
  async function talk() {
    const { app } = story;
    app.reply(
      '/voice',
      '<Response><Dial action="/after"><Client statusCallback="/bob">bob</Client></Dial></Response>',
    );
    app.reply('/after', '<Response><Play digits="1"/></Response>');
    for (const path of ['/number', '/bob']) app.reply(path, { status: 204 });
    await story.number('1000');
    const [alice, bob] = await Promise.all([story.phone('alice'), story.phone('bob')]);
    const call = await alice.call('1000');
    const atBob = await bob.incoming();
    atBob.ring();
    await atBob.answer();
    atBob.audio.sendTone(697);
    await call.audio.heardTone(697);
    await delivered();
    return { alice, call, atBob };
  }

  it('and Alice hangs up before it is back: the other leg ends, and every end is told once', async () => {
    const { call, atBob } = await talk();
    await legwork.crash();
    await call.hangUp();
    await legwork.start();
    assert.equal((await atBob.ended).how, 'bye');
    await story.quiet();
    const requests = story.requests(NAMES);
    assert.deepEqual(requests, {
      'A /voice': ['POST CallStatus=ringing Direction=inbound'],
      'A /after': [
        'POST CallStatus=completed Direction=inbound DialCallStatus=completed DialBridged=true DialSipResponseCode=200',
      ],
      'A /number': [
        'POST CallStatus=ringing Direction=inbound SequenceNumber=0',
        'POST CallStatus=in-progress Direction=inbound SequenceNumber=1',
        'POST CallStatus=completed Direction=inbound DialCallStatus=in-progress SequenceNumber=2',
      ],
      'B /bob': BOB_TALKED,
    });
    assert.deepEqual(await story.legs(NAMES), { A: 'inbound completed', B: 'outbound-dial completed' });
  });

  it('and Bob hangs up before it is back: Alice hears what comes after the Dial', async () => {
    const { call, atBob } = await talk();
    await legwork.crash();
    await atBob.hangUp();
    await legwork.start();
    await call.audio.heardDigits('1');
    assert.equal((await call.ended).how, 'bye');
    await story.quiet();
    assert.deepEqual(story.requests(NAMES), {
      'A /voice': ['POST CallStatus=ringing Direction=inbound'],
      'A /after': [
        'POST CallStatus=in-progress Direction=inbound DialCallStatus=completed DialBridged=true DialSipResponseCode=200',
      ],
      'A /number': [
        'POST CallStatus=ringing Direction=inbound SequenceNumber=0',
        'POST CallStatus=in-progress Direction=inbound SequenceNumber=1',
        'POST CallStatus=completed Direction=inbound DialCallStatus=completed SequenceNumber=2',
      ],
      'B /bob': BOB_TALKED,
    });
    assert.deepEqual(await story.legs(NAMES), { A: 'inbound completed', B: 'outbound-dial completed' });
  });

  it('together with Asterisk: every leg gets its final state, and every end is told once', async () => {
    const { alice } = await talk();
    const { app } = story;
    app.reply('/pause', '<Response><Pause length="60"/></Response>');
    app.reply('/waiting', { status: 204 });
    await story.number('2000', { VoiceUrl: app.url('/pause'), StatusCallback: app.url('/waiting') });
    const carol = await story.phone('carol');
    const waiting = await alice.call('2000');
    await waiting.ringing;
    await orderCall(story, { To: 'client:carol' });
    const atCarol = await carol.incoming();
    atCarol.ring();
    await app.waitFor((requests) => requests.some(({ path }) => path === '/pause'));
    await app.waitFor((requests) => requests.filter(({ path }) => path === '/status').length === 2);
    await delivered();

    await legwork.crash();
    process.kill(await asteriskPid(), 'SIGKILL');
    await legwork.start();
    await story.quiet();
    assert.deepEqual(await story.legs(NAMES), {
      A: 'inbound completed',
      B: 'outbound-dial completed',
      C: 'outbound-api failed',
      D: 'inbound canceled',
    });
    const { 'A /number': number, 'A /after': after, ...requests } = story.requests(NAMES);
    assert.deepEqual(requests, {
      'A /voice': ['POST CallStatus=ringing Direction=inbound'],
      'B /bob': BOB_TALKED,
      'C /status': [STATUS.initiated, STATUS.ringing, STATUS.failed],
      'D /pause': ['POST CallStatus=ringing Direction=inbound'],
      'D /waiting': [
        'POST CallStatus=ringing Direction=inbound SequenceNumber=0',
        'POST CallStatus=canceled Direction=inbound SequenceNumber=1',
      ],
    });
    // Both ends are noticed in one moment; which is told first is open.
    assert.match(
      number?.join('\n') ?? '',
      /^POST CallStatus=ringing .*=0\nPOST CallStatus=in-progress .*=1\nPOST CallStatus=completed Direction=inbound DialCallStatus=(in-progress|completed) SequenceNumber=2$/,
    );
    assert.match(
      after?.join('\n') ?? '',
      /^POST CallStatus=(completed|in-progress) Direction=inbound DialCallStatus=completed DialBridged=true DialSipResponseCode=200$/,
    );
  });

  /** What was delivered and not noted when Legwork dies is delivered again. */
  function delivered(): Promise<void> {
    return waitUntil('what was delivered is noted', async () => {
      const health = await fetch(`${legwork.connection.url}/health`);
      return ((await health.json()) as { callbacks: { pending: number } }).callbacks.pending === 0;
    });
  }

  async function asteriskPid(): Promise<number> {
    return Number(await readFile(join(legwork.dataDir, 'asterisk', 'run', 'asterisk.pid'), 'utf8'));
  }
});
