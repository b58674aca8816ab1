import assert from 'node:assert/strict';
import { aliceCalls1000 } from '../../support/alice-calls-1000.ts';
import { type Answer, hang, reset } from '../../support/application-server.ts';
import { type LiveStory, stories } from '../../support/live-story.ts';
import { ownPort } from '../../support/own-ports.ts';

const NAMES = { '1000': 'A' };
const FALLBACK = '<Response><Play digits="1"/></Response>';
const RINGING = 'POST CallStatus=ringing Direction=inbound SequenceNumber=0';
const FAILED = [RINGING, 'POST CallStatus=failed Direction=inbound SequenceNumber=1'];
const COMPLETED = [
  RINGING,
  'POST CallStatus=in-progress Direction=inbound SequenceNumber=1',
  'POST CallStatus=completed Direction=inbound SequenceNumber=2',
];
const FIRST = 'POST CallStatus=ringing Direction=inbound';

interface Failure {
  readonly what: string;
  readonly answer: Answer;
  /** What the caller gets, without a fallback. */
  readonly sipStatus: number;
  readonly errorCode: number;
  /** How often the voice URL is asked. */
  readonly attempts?: number;
}

const FAILURES: readonly Failure[] = [
  { what: 'answers 500', answer: { status: 500, body: 'oops' }, sipStatus: 500, errorCode: 11200 },
  { what: 'answers 404', answer: { status: 404 }, sipStatus: 404, errorCode: 11200 },
  { what: 'breaks the connection', answer: reset, sipStatus: 500, errorCode: 11205, attempts: 2 },
  { what: 'sends no XML', answer: 'Hello <there', sipStatus: 500, errorCode: 12100 },
  { what: 'sends another root', answer: '<Answer><Say>Hi</Say></Answer>', sipStatus: 500, errorCode: 12102 },
  {
    what: 'sends JSON',
    answer: { headers: { 'content-type': 'application/json' }, body: '{"say":"hi"}' },
    sipStatus: 500,
    errorCode: 12300,
  },
];

/** Alice calls 1000 and is refused; everything is over then. */
async function callRefused(story: LiveStory, sipStatus: number): Promise<void> {
  const alice = await story.phone('alice');
  const call = await alice.call('1000');
  const { by, how, status } = await call.ended;
  assert.deepEqual({ by, how, status }, { by: 'them', how: 'refused', status: sipStatus });
  await story.quiet();
  assert.deepEqual(await story.legs(NAMES), { A: 'inbound failed' });
}

/** Alice calls 1000 and hears what the fallback's document says. */
async function callHearsFallback(story: LiveStory): Promise<void> {
  const alice = await story.phone('alice');
  const call = await alice.call('1000');
  await call.audio.heardDigits('1');
  assert.equal((await call.ended).how, 'bye');
  await story.quiet();
  assert.deepEqual(await story.legs(NAMES), { A: 'inbound completed' });
}

stories('The voice URL fails', (story) => {
  for (const { what, answer, sipStatus, errorCode, attempts = 1 } of FAILURES) {
    it(`ends the call with ${sipStatus} when it ${what} and there is no fallback`, async () => {
      story().app.reply('/voice', answer);
      story().app.reply('/number', { status: 204 });
      await story().number('1000');
      await callRefused(story(), sipStatus);
      assert.deepEqual(story().requests(NAMES), {
        'A /voice': Array.from({ length: attempts }, () => FIRST),
        'A /number': FAILED,
      });
    });

    it(`asks the fallback, and tells it ${errorCode}, when it ${what}`, async () => {
      const { app } = story();
      app.reply('/voice', answer);
      app.reply('/fallback', FALLBACK);
      app.reply('/number', { status: 204 });
      await story().number('1000', { VoiceFallbackUrl: app.url('/fallback') });
      await callHearsFallback(story());
      assert.deepEqual(story().requests(NAMES), {
        'A /voice': Array.from({ length: attempts }, () => FIRST),
        'A /fallback': [`${FIRST} ErrorCode=${errorCode} ErrorUrl=/voice`],
        'A /number': COMPLETED,
      });
    });
  }

  it('ends the call with 500 when nothing listens there', async () => {
    story().app.reply('/number', { status: 204 });
    await story().number('1000', { VoiceUrl: await nobodyThere() });
    await callRefused(story(), 500);
    assert.deepEqual(story().requests(NAMES), { 'A /number': FAILED });
  });

  it('asks the fallback by its own method when nothing listens there', async () => {
    const { app } = story();
    const url = await nobodyThere();
    app.reply('/fallback', FALLBACK);
    app.reply('/number', { status: 204 });
    await story().number('1000', {
      VoiceUrl: url,
      VoiceFallbackUrl: app.url('/fallback'),
      VoiceFallbackMethod: 'GET',
    });
    await callHearsFallback(story());
    assert.deepEqual(story().requests(NAMES), {
      'A /fallback': [`GET CallStatus=ringing Direction=inbound ErrorCode=11205 ErrorUrl=${url}`],
      'A /number': COMPLETED,
    });
  });

  it('asks the fallback once: when that fails too, the caller gets its failure', async () => {
    const { app } = story();
    app.reply('/voice', { status: 500 });
    app.reply('/fallback', { status: 404 });
    app.reply('/number', { status: 204 });
    await story().number('1000', { VoiceFallbackUrl: app.url('/fallback') });
    await callRefused(story(), 404);
    assert.deepEqual(story().requests(NAMES), {
      'A /voice': [FIRST],
      'A /fallback': [`${FIRST} ErrorCode=11200 ErrorUrl=/voice`],
      'A /number': FAILED,
    });
  });
});

const NOBODY = '<Dial action="/after"><Client>nobody</Client></Dial>';
const DIALLED = 'DialCallStatus=failed';

stories('An action fails in the middle of a call', (story) => {
  const action = 'POST CallStatus=in-progress Direction=inbound DialCallStatus=failed DialBridged=false';
  const number = [
    RINGING,
    'POST CallStatus=in-progress Direction=inbound SequenceNumber=1',
    `POST CallStatus=completed Direction=inbound ${DIALLED} SequenceNumber=2`,
  ];

  it('goes on with the fallback', async () => {
    const { app } = story();
    app.reply('/voice', `<Response>${NOBODY}</Response>`);
    app.reply('/after', { status: 500 });
    app.reply('/fallback', FALLBACK);
    app.reply('/number', { status: 204 });
    await story().number('1000', { VoiceFallbackUrl: app.url('/fallback') });
    const alice = await story().phone('alice');
    const call = await alice.call('1000');
    await call.audio.heardDigits('1');
    assert.equal((await call.ended).how, 'bye');
    await story().quiet();
    assert.deepEqual(story().requests(NAMES), {
      'A /voice': [FIRST],
      'A /after': [action],
      'A /fallback': [`${action} ErrorCode=11200 ErrorUrl=/after`],
      'A /number': number,
    });
    assert.deepEqual(await story().legs({ ...NAMES, nobody: 'B' }), {
      A: 'inbound completed',
      B: 'outbound-dial failed',
    });
  });

  it('hangs up without a fallback, and the call was completed', async () => {
    const { app } = story();
    app.reply('/after', { status: 404 });
    const call = await aliceCalls1000(story(), `<Response>${NOBODY}</Response>`);
    await call.answered;
    assert.equal((await call.ended).how, 'bye');
    await story().quiet();
    assert.deepEqual(story().requests(NAMES), {
      'A /voice': [FIRST],
      'A /after': [action],
      'A /number': number,
    });
    assert.deepEqual(await story().legs({ ...NAMES, nobody: 'B' }), {
      A: 'inbound completed',
      B: 'outbound-dial failed',
    });
  });
});

stories(
  'The voice URL does not answer in time',
  (story) => {
    it('ends the call with 500 without a fallback', async () => {
      story().app.reply('/voice', hang);
      story().app.reply('/number', { status: 204 });
      await story().number('1000');
      await callRefused(story(), 500);
      assert.deepEqual(story().requests(NAMES), { 'A /voice': [FIRST], 'A /number': FAILED });
    });

    it('asks the fallback', async () => {
      const { app } = story();
      app.reply('/voice', hang);
      app.reply('/fallback', FALLBACK);
      app.reply('/number', { status: 204 });
      await story().number('1000', { VoiceFallbackUrl: app.url('/fallback') });
      await callHearsFallback(story());
      assert.deepEqual(story().requests(NAMES), {
        'A /voice': [FIRST],
        'A /fallback': [`${FIRST} ErrorCode=11205 ErrorUrl=/voice`],
        'A /number': COMPLETED,
      });
    });
  },
  { WEBHOOK_TIMEOUT_MS: '1000' },
);

async function nobodyThere(): Promise<string> {
  return `http://127.0.0.1:${await ownPort()}/voice`;
}
