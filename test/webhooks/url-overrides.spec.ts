import assert from 'node:assert/strict';
import { overridesIn } from '../../src/webhooks/url-overrides.ts';

describe('The fragment of a URL', () => {
  const NOTHING = { retries: 0, retryOn: ['ct'] };
  const ROWS: readonly (readonly [fragment: string, overrides: object])[] = [
    ['', NOTHING],
    ['#chapter-2', NOTHING],
    [
      '#ct=2000&rt=4000&tt=9000&rc=2&rp=5xx,ct',
      { connectMs: 2000, readMs: 4000, totalMs: 9000, retries: 2, retryOn: ['5xx', 'ct'] },
    ],
    ['#rc=3', { retries: 3, retryOn: ['ct'] }],
    ['#rp=ALL', { retries: 1, retryOn: ['4xx', '5xx', 'ct', 'rt'] }],
    ['#rp=4xx&rc=0', { retries: 0, retryOn: ['4xx'] }],
    ['#ct=99&rt=15001&tt=abc&rc=6&rp=often', NOTHING],
    ['#ct=100&rt=15000&tt=1e3', { connectMs: 100, readMs: 15_000, ...NOTHING }],
  ];
  for (const [fragment, overrides] of ROWS) {
    it(`${fragment === '' ? 'says nothing when there is none' : `may be ${fragment}`}`, () => {
      assert.deepEqual(overridesIn(`https://app.test/voice?x=1${fragment}`), overrides);
    });
  }
});
