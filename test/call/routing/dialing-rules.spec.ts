import assert from 'node:assert/strict';
import { countryPrefixes, countryPrefixOf } from '../../../src/call/routing/country-codes.ts';
import {
  type DiallingPlan,
  type DialingRule,
  dialingProblem,
} from '../../../src/call/routing/dialing-rules.ts';

/** `+49` allows a prefix, `-+4990` denies one, two letters are a country. */
function rulesOf(written: string): readonly DialingRule[] {
  return written.split(' ').map((word) => {
    const allows = !word.startsWith('-');
    const what = allows ? word : word.slice(1);
    return /^[A-Z]{2}$/.test(what) ? { country: what, allows } : { prefix: what, allows };
  });
}

function mayDial(written: string, number: string, plan: DiallingPlan = {}): boolean {
  const all = written === '' ? [] : [{ accountSid: 'AC1', rules: rulesOf(written) }];
  return dialingProblem(all, number, plan) === undefined;
}

const GERMAN: DiallingPlan = { countryCode: '49' };
const AMERICAN: DiallingPlan = { countryCode: '1', nationalPrefix: '1' };

describe('What an account may dial', () => {
  for (const [rules, number, plan, may] of [
    ['', '+8821612345', {}, true],
    ['DE', '+4930123456', {}, true],
    ['DE', '+43130012345', {}, false],
    ['DE', '004930123456', {}, true],
    ['DE', '004313001234', {}, false],
    // Without a plus, as trunks with Format=plain are told.
    ['DE', '4930123456', {}, true],
    ['DE', '43130012345', {}, false],
    ['DE', '030123456', GERMAN, true],
    ['DE', '030123456', {}, false],
    // The longest prefix counts, of equally long ones the refusal.
    ['DE -+49900', '+49900123456', {}, false],
    ['DE -+49900', '0900123456', GERMAN, false],
    ['DE -+49900', '+4930123456', {}, true],
    ['-DE +4930', '+4930123456', {}, true],
    ['+49 -DE', '+4930123456', {}, false],
    ['-DE +49', '+4930123456', {}, false],
    // Only refusals: the rest is allowed, but for what does not say its country.
    ['-+49900', '+43130012345', {}, true],
    ['-+49900', '0900123456', {}, false],
    ['-+49900 0', '0900123456', {}, true],
    // Jamaica has the code of the United States.
    ['US', '+12125551234', {}, true],
    ['US', '+18765551234', {}, false],
    ['US JM', '+18765551234', {}, true],
    ['US', '2125551234', AMERICAN, true],
    ['US', '12125551234', AMERICAN, true],
    ['US', '01144207946000', AMERICAN, false],
    ['US', '8765551234', AMERICAN, false],
    ['RU', '+77011234567', {}, false],
    ['KZ', '+77011234567', {}, true],
    // Services, extensions and emergency calls.
    ['DE', '110', GERMAN, true],
    ['-+49', '112', {}, true],
    ['DE', '2001', {}, true],
    ['DE -11', '118000', GERMAN, false],
    ['2', '2001', {}, true],
    // What only chooses the line is no part of the number.
    ['DE', '9004930123456', { stripDigits: 1 }, true],
    ['DE', '9004420794600', { stripDigits: 1 }, false],
    // Nor is a star code a way around.
    ['DE', '*31#004930123456', {}, true],
    ['DE', '*31#0044207946000', {}, false],
    ['DE', '*97', {}, true],
    ['-+4490', '0044901234567*1', {}, false],
  ] as const) {
    it(`${number} ${may ? 'may' : 'may not'} be dialled by the rules "${rules}", ${JSON.stringify(plan)}`, () => {
      assert.equal(mayDial(rules, number, plan), may);
    });
  }

  it('is what each account above it may dial too', () => {
    const own = { accountSid: 'AC2', rules: rulesOf('DE AT') };
    const above = { accountSid: 'AC1', rules: rulesOf('DE') };
    const austrian = '+43130012345';
    assert.equal(dialingProblem([own], austrian), undefined);
    assert.equal(
      dialingProblem([own, above], austrian),
      `The DialingPermissions of AC1 do not allow calls to ${austrian}`,
    );
    assert.equal(dialingProblem([{ accountSid: 'AC2', rules: [] }, above], '+4930123456'), undefined);
  });

  it('knows the country of a number by its longest code', () => {
    assert.deepEqual(countryPrefixes('JM'), ['+1658', '+1876']);
    assert.equal(countryPrefixes('XX'), undefined);
    assert.deepEqual(['+18765551234', '+12125551234', '+4930', '+999'].map(countryPrefixOf), [
      '+1876',
      '+1',
      '+49',
      undefined,
    ]);
  });
});
