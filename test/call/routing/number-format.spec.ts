import assert from 'node:assert/strict';
import { formatNumber, internationalNumber } from '../../../src/call/routing/number-format.ts';

const GERMANY = { countryCode: '49', nationalPrefix: '0' };

describe('A number as a trunk is told it', () => {
  for (const [plan, dialled, told] of [
    // The examples of docs/pbx.md.
    [{}, '+4930123456', '+4930123456'],
    [{}, '004930123456', '004930123456'],
    [{ format: 'e164' }, '+4930123456', '+4930123456'],
    [{ format: 'e164' }, '004930123456', '+4930123456'],
    [{ format: 'e164' }, '030123456', '030123456'],
    [{ format: 'e164', ...GERMANY }, '030123456', '+4930123456'],
    [{ format: 'plain' }, '+4930123456', '4930123456'],
    [{ format: 'plain', ...GERMANY }, '030123456', '4930123456'],
    [{ format: 'national', ...GERMANY }, '+4930123456', '030123456'],
    [{ format: 'national', countryCode: '49' }, '+4930123456', '030123456'],
    [{ format: 'national', ...GERMANY }, '+33123456789', '0033123456789'],
    [{ format: 'national', countryCode: '1', nationalPrefix: '1' }, '+15550100123', '15550100123'],
    [{ format: 'national', countryCode: '1', nationalPrefix: '1' }, '+4930123456', '0114930123456'],
    [{ format: 'e164', countryCode: '1', nationalPrefix: '1' }, '0114930123456', '+4930123456'],
    [{ format: 'e164', ...GERMANY }, '110', '110'],
    [{ format: 'plain', ...GERMANY }, '2001', '2001'],
    [{ format: 'national', ...GERMANY }, '*97', '*97'],
    [{ format: 'e164', ...GERMANY }, 'alice', 'alice'],
  ] as const) {
    const { format = 'as it is', ...country } = plan as { format?: string };
    it(`is ${told} for ${dialled}, Format ${format} ${Object.values(country).join(' ')}`, () => {
      assert.equal(formatNumber(dialled, plan), told);
    });
  }

  it('is read in full where its country is known, and left alone where it is not', () => {
    assert.equal(internationalNumber('030123456', GERMANY), '+4930123456');
    assert.equal(internationalNumber('004930123456', {}), '+4930123456');
    assert.equal(internationalNumber('030123456', {}), undefined);
    assert.equal(internationalNumber('0012', GERMANY), undefined);
  });
});
