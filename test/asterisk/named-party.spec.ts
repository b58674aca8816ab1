import assert from 'node:assert/strict';
import { asksForPrivacy, forwarderIn, namedIn } from '../../src/asterisk/named-party.ts';

describe('The party that a header names', () => {
  const ROWS: readonly (readonly [header: string, name: string | undefined])[] = [
    ['<sip:+4930123456@carrier.example>;reason=unconditional', '+4930123456'],
    ['"Bob, \\"the boss\\"" <sip:bob@pbx.example>', 'bob'],
    ['<sips:bob@pbx.example>', 'bob'],
    ['sip:2001@pbx.example;reason=user-busy', '2001'],
    ['<tel:+1-555-010-0100>', '+15550100100'],
    ['<sip:%2B4930123456@h?Reason=SIP%3Bcause%3D302>', '+4930123456'],
    ['<sip:@h>', undefined],
    ['', undefined],
  ];
  for (const [header, name] of ROWS) {
    it(`of ${header || 'an empty one'} is ${name ?? 'nobody'}`, () => assert.equal(namedIn(header), name));
  }
});

describe('Who forwarded a call, by its History-Info,', () => {
  it('is the entry before the last one, in one header or in several', () => {
    const entries = [
      '<sip:2001@pbx.example>;index=1',
      '<sip:2002@pbx.example?Reason=SIP>;index=1.1',
      '<sip:5001@us>;index=1.1.1',
    ];
    assert.equal(forwarderIn(entries), '2002');
    assert.equal(forwarderIn([entries.join(', ')]), '2002');
  });

  it('may have a comma in its name', () => {
    assert.equal(forwarderIn(['"Doe, Jane" <sip:2003@pbx.example>;index=1, <sip:5001@us>;index=2']), '2003');
  });

  it('is nobody where the call was sent to us at once', () => {
    assert.equal(forwarderIn(['<sip:5001@us>;index=1']), undefined);
    assert.equal(forwarderIn([]), undefined);
  });
});

describe('A Privacy header', () => {
  for (const [privacy, asks] of [
    ['id', true],
    ['header; ID', true],
    ['user', true],
    ['none', false],
    ['critical;session', false],
    ['', false],
  ] as const) {
    it(`"${privacy}" ${asks ? 'asks' : 'does not ask'} that nobody is told who calls`, () =>
      assert.equal(asksForPrivacy(privacy), asks));
  }
});
