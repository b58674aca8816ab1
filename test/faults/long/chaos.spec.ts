import assert from 'node:assert/strict';
import { systemClock } from '../../../src/clock.ts';
import { Phone } from '../../../src/demo/phone.ts';
import { LegworkProcess } from '../../support/legwork-process.ts';
import { LiveStory } from '../../support/live-story.ts';
import { type CallFacts, judgeRequests, readEveryCall } from '../../support/chaos-verdict.ts';

const CALLS = 500;
const EVERY_MS = 100;
const KILLS = 5;
const CALLER_HOST = '127.0.0.20';
/** So long one call may take over a few restarts. */
const CALL_MS = 120_000;

const BUSY_THEN_CAROL = `<Response>
  <Dial action="/after-bob"><Client statusCallback="/leg">bob</Client></Dial>
</Response>`;
const CAROL = `<Response>
  <Dial action="/after-carol"><Client statusCallback="/leg">carol</Client></Dial>
</Response>`;

describe('500 calls at 10/s while Legwork is killed five times', function () {
  this.timeout(600_000);
  let legwork: LegworkProcess;
  let story: LiveStory<LegworkProcess>;

  before(async () => {
    legwork = await LegworkProcess.prepare({
      LOG_LEVEL: 'warn',
      MAX_CALLS_PER_SECOND: '200',
      MAX_CALLS: '600',
    });
    await legwork.start();
    story = await LiveStory.on(legwork);
  });
  after(async () => {
    try {
      await story.end();
    } finally {
      await legwork.remove();
    }
  });

  it('every leg ends, every callback comes, in order, and nothing is told twice', async () => {
    prepareApplication(story);
    await story.number('3000');
    await story.number('3001', { VoiceUrl: story.app.url('/say') });
    const caller = await Phone.start({
      name: 'caller',
      server: legwork.sip,
      localHost: CALLER_HOST,
      waitMs: CALL_MS,
    });
    story.onEnd(() => caller.stop());
    const trunk = await story.rest('POST', '/SipTrunks.json', { FriendlyName: 'chaos', Host: CALLER_HOST });
    story.onEnd(() => story.rest('DELETE', `/SipTrunks/${String(trunk.json['sid'])}.json`));
    await answerCalls(story);

    const beganAt = systemClock.now();
    const [told, kills] = await Promise.all([makeCalls(story, caller), killNowAndThen(legwork)]);
    await story.quiet();
    const seconds = Math.round((systemClock.now() - beganAt) / 1000);
    const calls = await readEveryCall(legwork);
    const verdict = judgeRequests(calls, story.app.requests);
    console.log(
      JSON.stringify({
        seconds,
        kills,
        attempted: CALLS,
        refused: told.refused,
        legs: calls.length,
        ...verdict.figures,
      }),
    );
    assert.deepEqual(openOf(calls), []);
    assert.deepEqual(verdict.violations, []);
    assert.ok(calls.length >= CALLS, `${calls.length} legs of ${CALLS} calls`);
  });
});

function openOf(calls: readonly CallFacts[]): readonly CallFacts[] {
  return calls.filter(({ status }) => ['queued', 'ringing', 'in-progress'].includes(status));
}

function prepareApplication({ app }: LiveStory<LegworkProcess>): void {
  app.reply('/voice', BUSY_THEN_CAROL);
  app.reply('/after-bob', CAROL);
  app.reply('/after-carol', '<Response><Hangup/></Response>');
  app.reply('/say', '<Response><Say>Hello, and good bye.</Say></Response>');
  for (const path of ['/number', '/leg', '/status']) app.reply(path, { status: 204 });
}

async function answerCalls(story: LiveStory<LegworkProcess>): Promise<void> {
  const [bob, carol] = await Promise.all([story.phone('bob'), story.phone('carol')]);
  bob.onIncoming((call) => {
    call.ring();
    call.reject(486, 'Busy Here');
    return Promise.resolve();
  });
  carol.onIncoming(async (call) => {
    call.ring();
    await call.answer();
    await systemClock.sleep(1500);
    await call.hangUp();
  });
}

/** Three kinds of calls in turn; resolves when each is over. */
async function makeCalls(story: LiveStory<LegworkProcess>, caller: Phone): Promise<{ refused: number }> {
  let refused = 0;
  const running: Promise<void>[] = [];
  for (let number = 0; number < CALLS; number += 1) {
    const call = number % 3 === 2 ? orderCall(story) : dial(caller, number % 3 === 0 ? '3000' : '3001');
    running.push(
      call.then((taken) => {
        if (!taken) refused += 1;
      }),
    );
    await systemClock.sleep(EVERY_MS);
  }
  await Promise.all(running);
  return { refused };
}

/** Calls and waits for the other side to hang up; false when the call was refused. */
async function dial(caller: Phone, number: string): Promise<boolean> {
  const call = await caller.call(number);
  const answered = await call.answered.then(
    () => true,
    () => false,
  );
  if (answered) await call.ended;
  return answered;
}

/** A program that orders a call, and again while nobody listens there. */
async function orderCall(story: LiveStory<LegworkProcess>): Promise<boolean> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const reply = await story
      .rest('POST', '/Calls.json', {
        To: 'client:carol',
        From: '3001',
        Url: story.app.url('/say'),
        StatusCallback: story.app.url('/status'),
      })
      .catch(() => undefined);
    if (reply?.status === 201) return true;
    await systemClock.sleep(200);
  }
  return false;
}

async function killNowAndThen(legwork: LegworkProcess): Promise<number> {
  const share = (CALLS * EVERY_MS) / KILLS;
  for (let kill = 0; kill < KILLS; kill += 1) {
    const moment = Math.random() * share * 0.6;
    await systemClock.sleep(moment);
    await legwork.crash();
    await legwork.start();
    await systemClock.sleep(Math.max(0, share - moment - 4000));
  }
  return KILLS;
}
