import assert from 'node:assert/strict';
import type { Settlement } from '../../../src/call/callbacks-queue.ts';
import { type DeliveryResult, settlementOf } from '../../../src/webhooks/delivery/delivery-policy.ts';
import type { FailureKind } from '../../../src/webhooks/http-failure.ts';

const NOW = Date.UTC(2026, 7, 15, 12, 0, 0);
const POLICY = { scheduleS: [1, 5, 30, 120, 600, 3600], random: () => 0.5 };
const HOUR_MS = 3_600_000;
const delivered: Settlement = { state: 'delivered' };
const failed = (reason: string): Settlement => ({ state: 'failed', reason });
const inMs = (ms: number): Settlement => ({ state: 'pending', dueAt: NOW + ms });
const broken = (kind: FailureKind): DeliveryResult => ({ kind, message: 'why' });

describe('what the reply to a callback means', () => {
  const CASES: readonly (readonly [what: string, result: DeliveryResult, attempts: number, Settlement])[] = [
    ['200', { status: 200 }, 0, delivered],
    ['204', { status: 204 }, 3, delivered],
    ['299', { status: 299 }, 0, delivered],
    ['410', { status: 410 }, 0, failed('HTTP 410')],
    ['400 at first', { status: 400 }, 0, inMs(1000)],
    ['404 at first', { status: 404 }, 0, inMs(1000)],
    ['404 again', { status: 404 }, 1, failed('HTTP 404')],
    ['401 after failures of another kind', { status: 401 }, 4, failed('HTTP 401')],
    ['304 at first', { status: 304 }, 0, inMs(1000)],
    ['304 again', { status: 304 }, 1, failed('HTTP 304')],
    ['408', { status: 408 }, 1, inMs(5000)],
    ['425', { status: 425 }, 1, inMs(5000)],
    ['429', { status: 429 }, 1, inMs(5000)],
    ['500 at first', { status: 500 }, 0, inMs(1000)],
    ['500, 2nd', { status: 500 }, 1, inMs(5000)],
    ['500, 3rd', { status: 500 }, 2, inMs(30_000)],
    ['502, 4th', { status: 502 }, 3, inMs(120_000)],
    ['503, 5th', { status: 503 }, 4, inMs(600_000)],
    ['504, 6th', { status: 504 }, 5, inMs(HOUR_MS)],
    ['500, 20th', { status: 500 }, 19, inMs(HOUR_MS)],
    ['a time-out', broken('timeout'), 1, inMs(5000)],
    ['a refused connection', broken('refused'), 9, inMs(HOUR_MS)],
    ['a broken connection', broken('connection'), 0, inMs(1000)],
    ['an unknown host', broken('unknown-host'), 0, inMs(1000)],
    ['an expired certificate', broken('certificate-expired'), 0, inMs(1000)],
    ['a redirect loop at first', broken('redirects'), 0, inMs(1000)],
    ['a redirect loop again', broken('redirects'), 1, failed('why')],
    ['a redirect to nowhere again', broken('redirect'), 1, failed('why')],
    ['a denied host', broken('denied'), 0, failed('why')],
    ['no URL at all', broken('invalid-url'), 0, failed('why')],
    ['429 with Retry-After in seconds', { status: 429, retryAfter: '120' }, 0, inMs(120_000)],
    ['503 with Retry-After', { status: 503, retryAfter: ' 60 ' }, 0, inMs(60_000)],
    ['429 with a date', { status: 429, retryAfter: 'Sat, 15 Aug 2026 12:10:00 GMT' }, 0, inMs(600_000)],
    [
      '429 with a date, when the clock has been set',
      { status: 429, retryAfter: 'Sat, 15 Aug 2026 11:10:00 GMT', receivedAt: Date.UTC(2026, 7, 15, 11) },
      0,
      inMs(600_000),
    ],
    ['429 with less than our own delay', { status: 429, retryAfter: '0' }, 1, inMs(5000)],
    [
      '429 with a date in the past',
      { status: 429, retryAfter: 'Sat, 15 Aug 2026 11:00:00 GMT' },
      0,
      inMs(1000),
    ],
    ['429 with nonsense', { status: 429, retryAfter: 'soon' }, 0, inMs(1000)],
    [
      '429 until after the 24 h',
      { status: 429, retryAfter: '86400' },
      0,
      failed('HTTP 429; given up after 24 hours'),
    ],
  ];
  for (const [what, result, attempts, expected] of CASES) {
    it(`is right for ${what}`, () => {
      assert.deepEqual(settlementOf({ attempts, createdAt: NOW - 1000 }, result, NOW, POLICY), expected);
    });
  }

  it('is retried to the end of 24 hours and not beyond', () => {
    const at = (age: number) =>
      settlementOf({ attempts: 30, createdAt: NOW - age }, { status: 500 }, NOW, POLICY);
    assert.deepEqual(at(23 * HOUR_MS), inMs(HOUR_MS));
    assert.deepEqual(at(23 * HOUR_MS + 1), failed('HTTP 500; given up after 24 hours'));
  });

  it('spreads the retries by a fifth both ways', () => {
    const at = (random: number) =>
      settlementOf({ attempts: 2, createdAt: NOW }, { status: 500 }, NOW, {
        ...POLICY,
        random: () => random,
      });
    assert.deepEqual([at(0), at(0.999)], [inMs(24_000), inMs(35_988)]);
  });
});
