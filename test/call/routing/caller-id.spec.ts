import assert from 'node:assert/strict';
import { shownCaller } from '../../../src/call/routing/caller-id.ts';

const OWN = '+4930100';
const DEFAULT = { defaultNumber: '+4930999' };

describe('The caller that a trunk is told', () => {
  for (const [policy, from, rules, shown] of [
    ['pass', 'alice', {}, { from: 'alice' }],
    ['pass', '+1555', DEFAULT, { from: '+1555' }],
    ['pass', 'anonymous', DEFAULT, { from: 'anonymous' }],
    ['account', OWN, DEFAULT, { from: OWN }],
    ['account', '+1555', DEFAULT, { from: '+4930999' }],
    ['account', 'alice', DEFAULT, { from: '+4930999' }],
    ['account', 'anonymous', DEFAULT, { from: '+4930999' }],
    ['account', 'alice', {}, { from: 'anonymous', isWithheld: true }],
    ['anonymous-ok', 'anonymous', DEFAULT, { from: '+4930999', isWithheld: true }],
    ['anonymous-ok', 'Restricted', {}, { from: 'anonymous', isWithheld: true }],
    ['anonymous-ok', '+1555', DEFAULT, { from: '+4930999' }],
    ['anonymous-ok', OWN, {}, { from: OWN }],
  ] as const) {
    const name = 'defaultNumber' in rules ? 'a DefaultNumber' : 'no DefaultNumber';
    it(`is ${JSON.stringify(shown)} for ${from}, policy ${policy}, ${name}`, () => {
      assert.deepEqual(shownCaller(from, { callerIdPolicy: policy, ...rules }, from === OWN), shown);
    });
  }

  it('is written as the trunk wants its numbers', () => {
    const national = { format: 'national', countryCode: '49' } as const;
    assert.deepEqual(shownCaller('+4930123456', national, false), { from: '030123456' });
    const rules = { ...national, callerIdPolicy: 'account', defaultNumber: '+4930123456' } as const;
    assert.deepEqual(shownCaller('alice', rules, false), { from: '030123456' });
  });
});
