import assert from 'node:assert/strict';
import type { ReceivedRequest } from './application-server.ts';

/** What a parameter must be: exactly this, or of this form. */
export type Expected = string | RegExp;

export const CALL_SID = /^CA[0-9a-f]{32}$/;
export const ACCOUNT_SID = /^AC[0-9a-f]{32}$/;
/** `Mon, 15 Aug 2005 15:52:01 +0000` */
export const RFC_2822 =
  /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), [0-3]\d (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} [0-2]\d:[0-5]\d:[0-5]\d \+0000$/;
/** `2005-08-15T15:52:01.123Z` */
export const ISO_8601 = /^\d{4}-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d:[0-5]\d\.\d{3}Z$/;
/** Of a story that took no longer than a few seconds. */
export const FEW_SECONDS = /^[0-3]$/;

/** Asserts that a request has exactly these parameters, each of them once. */
export function assertParameters(
  request: ReceivedRequest | undefined,
  expected: Readonly<Record<string, Expected>>,
): void {
  assert.ok(request, 'the request was made');
  const names = request.pairs.map(([name]) => name).toSorted();
  assert.deepEqual(names, Object.keys(expected).toSorted(), `names of the parameters of ${request.target}`);
  for (const [name, value] of Object.entries(expected)) {
    const actual: string = request.params[name] ?? '';
    if (typeof value === 'string') assert.equal(actual, value, `${name} of ${request.target}`);
    else assert.match(actual, value, `${name} of ${request.target}`);
  }
}
