import assert from 'node:assert/strict';
import { callFile, readCallFile } from '../../../src/console/data/call-file.ts';
import { compare } from '../../../src/console/data/compare.ts';
import { lineWords } from '../../../src/console/data/line-words.ts';
import { maskFamily } from '../../../src/console/data/masking.ts';
import { isTraced, withSip } from '../../../src/console/data/sip-lines.ts';
import { ALICES, busyBobThenCarol, familyOf, stateLine } from '../../support/shown-family.ts';
import { shownSip } from '../../support/shown-sip.ts';

const INVITE = shownSip(0, ALICES, '← INVITE sip:1000@pbx.example SIP/2.0', {
  headers: [
    'From: "Alice Liddell" <sip:alice@pbx.example>;tag=1',
    'To: <sip:1000@pbx.example>',
    'Contact: Alice <sip:secretary@192.0.2.1:5062>',
    'P-Asserted-Identity: <tel:+442071234567>',
    'Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1',
    'Authorization: Digest ***',
    'X-Patient: Alice Liddell, 1852',
    'Max-Forwards: 70',
  ],
  body: 'v=0\r\no=alice 1 1 IN IP4 192.0.2.1\r\ns=Call of Alice\r\nm=audio 4000 RTP/AVP 0\r\n',
});

describe('SIP messages among the lines of a call', () => {
  it('stand before what they caused in the same millisecond', () => {
    const events = withSip(
      [stateLine(0, ALICES, { status: 'ringing' }), stateLine(9, ALICES, {})],
      [shownSip(0, ALICES, '← INVITE sip:1000@a SIP/2.0'), shownSip(5, ALICES, '→ SIP/2.0 180 Ringing')],
    );
    assert.deepEqual(
      events.map((line) => (line.kind === 'sip' ? lineWords(line) : line.kind)),
      ['INVITE', 'state', '180 Ringing', 'state'],
    );
    assert.equal(isTraced(familyOf(events)), true);
    assert.equal(isTraced(busyBobThenCarol()), false);
  });

  it('are compared header by header', () => {
    const [one, other] = withSip(
      [],
      [
        shownSip(0, ALICES, '← INVITE sip:a SIP/2.0', { headers: ['Via: x', 'Via: y', 'Max-Forwards: 70'] }),
        shownSip(500, ALICES, '← INVITE sip:a SIP/2.0', {
          cseq: '2 INVITE',
          headers: ['Via: x', 'Max-Forwards: 70'],
        }),
      ],
    );
    assert.ok(one !== undefined && other !== undefined);
    const { apartMs, parameters } = compare(one, other);
    assert.equal(apartMs, 500);
    assert.deepEqual(
      parameters.filter(({ isSame }) => !isSame),
      [
        { name: 'CSeq', one: '1 INVITE', other: '2 INVITE', isSame: false },
        { name: 'Via', one: 'x, y', other: 'x', isSame: false },
      ],
    );
  });

  it('tell nothing of people in a file that is masked, and the same picture is made of it', () => {
    const family = familyOf(withSip([], [INVITE]), { from: 'alice', to: '1000' });
    const text = callFile(maskFamily(family), 'now', true);
    assert.doesNotMatch(text, /alice|liddell|1000|secretary|442071234567|1852|a@192/i);
    const read = readCallFile(text);
    assert.ok(read.ok);
    const content = String(read.family.events[0]?.data['content']);
    assert.deepEqual(content.split('\r\n'), [
      'INVITE sip:number-2@pbx.example SIP/2.0',
      'Call-ID: ••••',
      'CSeq: 1 INVITE',
      'From: "••••" <sip:name-1@pbx.example>;tag=1',
      'To: <sip:number-2@pbx.example>',
      'Contact: "••••" <sip:••••@192.0.2.1:5062>',
      'P-Asserted-Identity: <tel:••••>',
      'Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1',
      'Authorization: Digest ***',
      'X-Patient: ••••',
      'Max-Forwards: 70',
      '',
      'v=0',
      'o=- 1 1 IN IP4 192.0.2.1',
      's=-',
      'm=audio 4000 RTP/AVP 0',
      '',
    ]);
    assert.equal(read.family.events[0]?.data['start_line'], 'INVITE sip:number-2@pbx.example SIP/2.0');
  });
});
