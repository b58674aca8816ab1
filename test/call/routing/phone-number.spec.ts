import assert from 'node:assert/strict';
import { plainNumber, readPhoneNumber } from '../../../src/call/routing/phone-number.ts';

const NBSP = '\u00A0';

const READ: readonly (readonly [title: string, written: string, number: string])[] = [
  ['E.164', '+15551234567', '+15551234567'],
  ['without its plus', '15551234567', '15551234567'],
  ['an extension', '1000', '1000'],
  ['a service code', '*43#', '*43#'],
  ['what people write between digits', '+1 (555) 123-45.67', '+15551234567'],
  ['as a phone dials it from its address book', '+1-555-123-4567', '+15551234567'],
  ['beginning with the area code', '(555) 123-4567', '5551234567'],
  ['dots', '+1.555.123.4567', '+15551234567'],
  ['white space around it', '  \n1000\t', '1000'],
  ['the blank that a web form makes of an unencoded plus', ' 15551234567', '+15551234567'],
  ['that blank before a parenthesis', ' 1 (555) 1234567', '+15551234567'],
  ['that blank behind tel:', 'tel: 1555', '+1555'],
  ['a non-breaking hyphen', '+1\u2011555\u2011123', '+1555123'],
  ['an en dash', '+1\u2013555\u2013123', '+1555123'],
  ['a minus sign', '+1\u2212555', '+1555'],
  ['non-breaking blanks', `+1${NBSP}555\u202F123\u2009456`, '+1555123456'],
  ['marks of direction, as copied from an address book', '\u202A+1 555 123\u202C', '+1555123'],
  ['a byte order mark', '\uFEFF+1555', '+1555'],
  ['full-width digits', '\uFF0B\uFF11\uFF15\uFF15\uFF15', '+1555'],
  ['tel:', 'tel:+1-555-123', '+1555123'],
  ['TEL: in capitals', 'TEL:1000', '1000'],
  ['parameters of a tel: URI', 'tel:+1555;npdi;rn=+1556', '+1555'],
  ['a local number with its context', 'tel:7042;phone-context=example.com', '7042'],
  ['a zero that is not dialled from abroad', '+49 (0)30 1234', '+49301234'],
  ['the same with non-breaking blanks', `+44${NBSP}(0)20 7946`, '+44207946'],
  ["Italy's zero, which belongs to the number", '+39 (0)6 1234', '+39061234'],
  ['a zero in parentheses at home', '(0)30 1234', '0301234'],
  ['32 digits', '1'.repeat(32), '1'.repeat(32)],
];

const NONE: readonly (readonly [title: string, written: string])[] = [
  ['nothing', ''],
  ['a plus alone', '+'],
  ['blanks', '   '],
  ['hyphens', '--'],
  ['a name', 'pizza'],
  ['letters for digits', '1-800-FLOWERS'],
  ['two numbers', '1000,1001'],
  ['two numbers in one', '1000/1001'],
  ['a plus inside', '1+555'],
  ['two pluses', '++1555'],
  ['an extension behind it, which would be lost', '+1555 ext. 12'],
  ['an extension in a tel: URI', 'tel:+1555;ext=12'],
  ['pauses', '1000ww12'],
  ['a SIP address', 'sip:+1555@example.com'],
  ['tel: and nothing', 'tel:'],
  ['33 digits', '1'.repeat(33)],
  ['an endless text', `tel:${' '.repeat(100_000)}?`],
];

describe('A phone number', () => {
  for (const [title, written, number] of READ) {
    it(`is read: ${title}`, () => assert.equal(readPhoneNumber(written), number));
  }
  for (const [title, written] of NONE) {
    it(`is not ${title}`, () => assert.equal(readPhoneNumber(written), undefined));
  }
  it('is the same with and without its plus, however it is written', () => {
    assert.deepEqual(['+1 555', '1-555', '1555', ' 1555', 'bob'].map(plainNumber), [
      '1555',
      '1555',
      '1555',
      '1555',
      'bob',
    ]);
  });
});
