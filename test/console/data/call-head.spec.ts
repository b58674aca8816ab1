import assert from 'node:assert/strict';
import { endingWords, stateParts, tagsOf } from '../../../src/console/data/call-head.ts';
import { lineWords, verbBefore } from '../../../src/console/data/line-words.ts';
import { legLetters } from '../../../src/console/data/resources.ts';
import { agoText, durationText, inText, offsetText, timeOf } from '../../../src/console/data/times.ts';
import {
  ALICES,
  BEGAN,
  busyBobThenCarol,
  callbackLine,
  documentLine,
  familyOf,
  line,
  shownCall,
  sidOf,
  stateLine,
} from '../../support/shown-family.ts';

describe('The head of a call', () => {
  it('shows how long each state lasted', () => {
    const { events } = busyBobThenCarol();
    assert.deepEqual(stateParts(shownCall(), events, BEGAN), [
      { state: 'ringing', ms: 59 },
      { state: 'in-progress', ms: 9068 },
    ]);
    const live = shownCall({ status: 'ringing' });
    assert.deepEqual(stateParts(live, events.slice(0, 1), BEGAN + 400), [{ state: 'ringing', ms: 400 }]);
  });

  it('says what stands out', () => {
    assert.deepEqual(tagsOf(busyBobThenCarol()), [
      { text: 'bob was busy (486)', tone: 'plain' },
      { text: 'fell back to carol', tone: 'plain' },
      { text: '1 callback took 2 tries', tone: 'warn' },
    ]);
  });

  it('says what went wrong', () => {
    const family = familyOf([
      documentLine(1400, { code: 500, tookMs: 1200 }),
      callbackLine(10, { callback: sidOf('CB', 1), state: 'failed', status: 'ringing', code: 500 }),
      callbackLine(20, { callback: sidOf('CB', 2), state: 'pending', status: 'completed', attempt: 0 }),
      line(30, {
        kind: 'notice',
        data: { level: 'warning', errorCode: 12200, message: 'unknown attribute' },
      }),
      stateLine(40, ALICES, { status: 'completed', event: 'completed', cause: { noMedia: true } }),
    ]);
    assert.deepEqual(
      tagsOf(family).map(({ text, tone }) => `${tone}: ${text}`),
      [
        'bad: 1 document failed',
        'warn: a document took 1.2 s',
        'bad: 1 callback failed',
        'warn: 1 callback pending',
        'bad: no RTP came',
        'warn: 1 warning',
      ],
    );
  });

  it('says who ended it and why', () => {
    const ended = (cause: object) => [
      stateLine(9, ALICES, { status: 'completed', event: 'completed', cause }),
    ];
    assert.equal(endingWords(shownCall({ ended_by: 'caller' }), ended({})), 'the caller hung up');
    assert.equal(endingWords(shownCall({ status: 'busy' }), ended({ sipStatus: 486 })), '486 Busy Here');
    assert.equal(
      endingWords(shownCall({ ended_by: 'limit' }), ended({ why: 'timeLimit was over' })),
      'a time limit ended it · timeLimit was over',
    );
    assert.equal(endingWords(shownCall({ status: 'in-progress' }), []), undefined);
  });

  it('names the legs by letters', () => {
    const sids = Array.from({ length: 28 }, (_, index) => ({ sid: String(index) }));
    assert.deepEqual([...legLetters(sids).values()].slice(-3), ['Z', 'AA', 'AB']);
  });
});

describe('A line of a timeline in words', () => {
  it('says what happened', () => {
    const { events } = busyBobThenCarol();
    assert.deepEqual(events.map((one) => lineWords(one, verbBefore(events, one))).slice(0, 9), [
      'ringing',
      'ringing',
      'first document → Dial bob',
      'in-progress',
      '<Dial> line 2',
      'queued',
      'ringing',
      'busy: 486 Busy Here',
      'Dial action: busy → Dial carol',
    ]);
  });
});

describe('A line about a stream in words', () => {
  it('names the stream, if it has a name', () => {
    const [one] = busyBobThenCarol().events;
    assert.ok(one);
    const words = (data: Readonly<Record<string, string>>) => lineWords({ ...one, kind: 'stream', data });
    assert.equal(words({ event: 'stream-started', name: 'agent' }), 'stream agent started');
    assert.equal(words({ event: 'stream-error' }), 'stream error');
  });
});

describe('Times', () => {
  it('are as exact as people need them', () => {
    assert.deepEqual([0, 14.2, 999, 3140, 59_940, 65_000, 3_599_000, 3_720_000].map(durationText), [
      '0 ms',
      '14 ms',
      '999 ms',
      '3.1 s',
      '59.9 s',
      '1 min 05 s',
      '59 min 59 s',
      '1 h 02 min',
    ]);
    assert.deepEqual([offsetText(403), offsetText(-5)], ['+0.403', '-0.005']);
    assert.deepEqual(
      [agoText(0, 59_000), agoText(0, 180_000), agoText(0, 7_200_000), agoText(0, 200_000_000)],
      ['59 s ago', '3 min ago', '2 h ago', '2 d ago'],
    );
    assert.deepEqual(
      [inText(0, 5), inText(5000, 0), inText(90_000, 0), inText(7_000_000, 0)],
      ['now', 'in 5 s', 'in 2 min', 'in 2 h'],
    );
  });

  it('are read in both forms of REST', () => {
    assert.equal(timeOf('Mon, 30 Nov 2026 10:42:07 +0000'), BEGAN);
    assert.equal(timeOf('2026-11-30T10:42:07.000Z'), BEGAN);
    assert.deepEqual([timeOf(null), timeOf('soon'), timeOf(undefined)], [undefined, undefined, undefined]);
  });
});
