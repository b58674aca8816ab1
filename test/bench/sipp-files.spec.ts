import assert from 'node:assert/strict';
import { lastCounts, marksOf, responseTimes, timesOf } from '../../bench/load/sipp-files.ts';

describe("SIPp's files", () => {
  it('tell the counts of the last line', () => {
    const text =
      'StartTime;SuccessfulCall(C);FailedCall(C);\n2026-11-29 20:00;1;0;\n2026-11-29 20:00;17;2;\n';
    assert.deepEqual(
      [...lastCounts(text)],
      [
        ['SuccessfulCall(C)', 17],
        ['FailedCall(C)', 2],
      ],
    );
  });

  it('tell no counts while there is only the head, or nothing', () => {
    assert.deepEqual([...lastCounts('StartTime;SuccessfulCall(C);\n')], []);
    assert.deepEqual([...lastCounts('')], []);
  });

  it('tell the response times, ascending', () => {
    const text = 'Date_ms;response_time_ms;rtd_no\n1;12.5;1\n2;3.25;1\n3;104;1\n';
    assert.deepEqual(responseTimes(text), [3.25, 12.5, 104]);
  });

  it('tell what a scenario has logged, with the time', () => {
    const text =
      'answered 1000011 2026-11-29\t20:35:53.461614\t1795984553.461614\n' +
      'bye 1000011 2026-11-29\t20:35:54.470339\t1795984554.470339\nhalf a li';
    assert.deepEqual(marksOf(text), [
      { what: 'answered', who: '1000011', at: 1795984553461.614 },
      { what: 'bye', who: '1000011', at: 1795984554470.339 },
    ]);
  });

  it('count the first when the same thing is logged several times', () => {
    const mark = (what: string, at: number) => ({ what, who: 'bob', at });
    assert.deepEqual(
      [...timesOf([mark('invited', 10), mark('bye', 12), mark('invited', 15)], 'invited')],
      [['bob', 10]],
    );
  });
});
