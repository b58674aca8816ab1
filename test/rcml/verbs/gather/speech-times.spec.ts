import assert from 'node:assert/strict';
import { SpeechTimes } from '../../../../src/rcml/verbs/gather/speech-times.ts';
import { FakeClock } from '../../../support/fake-clock.ts';

const RULES = { waitMs: 5000, pauseMs: 1200, longestMs: 8000 };

/** Sounds as `[from, to]` in milliseconds; the prompt ends at `promptMs`. */
const STORIES: readonly {
  readonly title: string;
  readonly promptMs: number;
  readonly sounds: readonly (readonly [from: number, to: number])[];
  readonly ends: readonly [how: string, atMs: number];
}[] = [
  { title: 'nobody speaks', promptMs: 1000, sounds: [], ends: ['nothing', 6000] },
  { title: 'a click in the prompt', promptMs: 1000, sounds: [[200, 440]], ends: ['nothing', 6000] },
  { title: 'a click after it', promptMs: 0, sounds: [[200, 440]], ends: ['nothing', 5000] },
  { title: 'a short no after the prompt', promptMs: 0, sounds: [[1000, 1300]], ends: ['spoken', 2500] },
  { title: 'speech in the prompt', promptMs: 4000, sounds: [[1000, 1500]], ends: ['spoken', 2700] },
  {
    title: 'speech that began in the prompt, shortly before its end',
    promptMs: 1000,
    sounds: [[900, 1200]],
    ends: ['spoken', 2400],
  },
  {
    title: 'pauses between words',
    promptMs: 0,
    sounds: [
      [100, 600],
      [1700, 2200],
    ],
    ends: ['spoken', 3400],
  },
  {
    title: 'speech that begins when the time is nearly up',
    promptMs: 0,
    sounds: [[4950, 5600]],
    ends: ['spoken', 6800],
  },
  { title: 'a click when the time is up', promptMs: 0, sounds: [[4950, 5190]], ends: ['nothing', 5190] },
  { title: 'somebody who does not stop', promptMs: 0, sounds: [[1000, 60_000]], ends: ['spoken', 9000] },
];

describe('When speech begins and ends', () => {
  for (const { title, promptMs, sounds, ends } of STORIES) {
    it(`${title}: ${ends.join(' at ')} ms`, async () => {
      const clock = new FakeClock();
      const begin = clock.steady();
      const times = new SpeechTimes(RULES, clock);
      let ended: readonly [string, number] | undefined;
      void times.over.then((how) => {
        ended = [how, clock.steady() - begin];
      });
      const happenings = [
        [promptMs, () => times.promptOver()] as const,
        ...sounds.flatMap(([from, to]) => [
          [from, () => times.talks(true)] as const,
          [to, () => times.talks(false)] as const,
        ]),
      ].toSorted(([one], [other]) => one - other);
      for (const [at, happen] of happenings) {
        await clock.advance(at - (clock.steady() - begin));
        happen();
      }
      await clock.advance(20_000);
      assert.deepEqual(ended, ends);
      assert.equal(clock.timers, 0);
    });
  }

  it('a word that was understood is speech, and without any sound silence is what follows the last word', async () => {
    const clock = new FakeClock();
    const times = new SpeechTimes(RULES, clock);
    await clock.advance(100);
    times.word();
    assert.equal(times.begun.aborted, true);
    await clock.advance(1000);
    times.word();
    await clock.advance(1199);
    const how = times.over;
    assert.equal(clock.timers, 2);
    await clock.advance(1);
    assert.equal(await how, 'spoken');
    assert.equal(clock.timers, 0);
  });

  it('a word that is understood late prolongs nothing', async () => {
    const clock = new FakeClock();
    const times = new SpeechTimes(RULES, clock);
    times.promptOver();
    times.talks(true);
    await clock.advance(500);
    times.talks(false);
    await clock.advance(1000);
    times.word();
    await clock.advance(200);
    assert.equal(await times.over, 'spoken');
    assert.equal(clock.timers, 0);
  });

  it('is nobody’s business any more once it was stopped', async () => {
    const clock = new FakeClock();
    const times = new SpeechTimes(RULES, clock);
    times.talks(true);
    await clock.advance(400);
    assert.equal(times.begun.aborted, true);
    times.stop();
    assert.equal(await times.over, 'stopped');
    times.talks(false);
    times.promptOver();
    assert.equal(clock.timers, 0);
  });
});
