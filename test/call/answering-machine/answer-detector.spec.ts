import assert from 'node:assert/strict';
import { AnswerDetector, type Talk } from '../../../src/call/answering-machine/answer-detector.ts';
import {
  DEFAULT_THRESHOLDS,
  type MachineDetectionMode,
  type MachineThresholds,
} from '../../../src/call/answering-machine/machine-detection.ts';

/** Voice from and to, in milliseconds since the answer. */
type Voice = readonly (readonly [from: number, to: number])[];

/** What Asterisk tells of this voice: an end when there has been silence for 200 ms; pauses that are shorter are not seen. */
function toldOf(voice: Voice): readonly (readonly [at: number, talk: Talk])[] {
  return voice.flatMap(([from, to]) => [
    [from, { type: 'begins' }] as const,
    [to + 200, { type: 'ends', durationMs: to - from }] as const,
  ]);
}

/** Lets time pass from look to look; the verdict, and when it came. */
function judge(
  voice: Voice,
  mode: MachineDetectionMode = 'Enable',
  thresholds: Partial<MachineThresholds> = {},
) {
  const detector = new AnswerDetector({ mode, thresholds: { ...DEFAULT_THRESHOLDS, ...thresholds } });
  const told = [...toldOf(voice)];
  for (let at = 0; ; ) {
    const verdict = detector.verdict(at);
    if (verdict !== undefined) return [verdict.by, verdict.cause, at];
    const look = detector.nextLook(at);
    assert.ok(look > at, `looks again at ${look} after ${at}`);
    const [next] = told;
    if (next !== undefined && next[0] <= look) {
      told.shift();
      at = next[0];
      detector.heard(next[1], at);
    } else at = look;
  }
}

describe('Who has answered, by what is heard', () => {
  const ROWS: readonly (readonly [
    what: string,
    voice: Voice,
    verdict: readonly [by: string, cause: string, at: number],
  ])[] = [
    ['hello, at once', [[0, 600]], ['human', 'short-speech', 1_800]],
    ['hello, after a while', [[1_000, 1_600]], ['human', 'short-speech', 2_800]],
    ['hello, after four seconds', [[4_000, 4_600]], ['human', 'short-speech', 5_800]],
    ['the greeting of a business', [[300, 2_500]], ['human', 'short-speech', 3_700]],
    [
      'two words with a pause in between',
      [
        [200, 700],
        [1_500, 2_000],
      ],
      ['human', 'short-speech', 3_200],
    ],
    ['speech without a pause', [[500, 6_000]], ['machine_start', 'long-speech', 2_900]],
    [
      'sentences with pauses of a second',
      [
        [0, 1_500],
        [2_500, 4_000],
      ],
      ['machine_start', 'long-speech', 2_800],
    ],
    [
      'a sentence that is a little too long, seen only when it is over',
      [
        [0, 2_000],
        [2_300, 2_410],
      ],
      ['machine_start', 'long-speech', 2_600],
    ],
    ['nothing', [], ['unknown', 'no-speech', 5_000]],
    ['a click, then nothing', [[100, 120]], ['unknown', 'no-speech', 5_000]],
    [
      'a click, then hello',
      [
        [100, 120],
        [1_000, 1_500],
      ],
      ['human', 'short-speech', 2_700],
    ],
    [
      'hello and a click, which does not count',
      [
        [0, 1_300],
        [2_390, 2_410],
      ],
      ['human', 'short-speech', 2_610],
    ],
  ];
  for (const [what, voice, verdict] of ROWS) {
    it(`${what}: ${verdict[0]}`, () => {
      assert.deepEqual(judge(voice), verdict);
    });
  }

  it('is not known when the time is up', () => {
    assert.deepEqual(judge([[2_000, 9_000]], 'Enable', { timeoutMs: 3_000 }), ['unknown', 'timeout', 3_000]);
  });

  it('depends on the thresholds', () => {
    const business: Voice = [[300, 2_500]];
    assert.deepEqual(judge(business, 'Enable', { speechMs: 1_500 })[0], 'machine_start');
    assert.deepEqual(judge(business, 'Enable', { speechEndMs: 3_000 }), ['human', 'short-speech', 5_500]);
    assert.deepEqual(judge([], 'Enable', { silenceMs: 2_000 }), ['unknown', 'no-speech', 2_000]);
  });

  it('is told of a machine once its greeting is over, when somebody wants to leave a message', () => {
    const greeting: Voice = [
      [0, 4_000],
      [5_500, 8_000],
    ];
    const message = (voice: Voice, thresholds = {}) => judge(voice, 'DetectMessageEnd', thresholds);
    assert.deepEqual(message(greeting), ['machine_end_silence', 'message-end', 10_000]);
    assert.deepEqual(message([[0, 600]]), ['human', 'short-speech', 1_800]);
    assert.deepEqual(message(greeting, { timeoutMs: 7_000 }), ['machine_end_other', 'timeout', 7_000]);
  });

  it('shows where something was heard', () => {
    const detector = new AnswerDetector({ mode: 'Enable', thresholds: DEFAULT_THRESHOLDS });
    for (const [at, talk] of toldOf([
      [400, 420],
      [1_000, 2_000],
    ]))
      detector.heard(talk, at);
    detector.heard({ type: 'begins' }, 2_500);
    assert.deepEqual(detector.spans(2_700), [
      { from: 1_000, to: 2_000 },
      { from: 2_500, to: 2_700 },
    ]);
  });
});
