import assert from 'node:assert/strict';
import { withSip } from '../../../src/console/data/sip-lines.ts';
import { buildLadder } from '../../../src/console/ladder/build.ts';
import type { Density } from '../../../src/console/ladder/ladder.ts';
import { ALICES, BEGAN, BOBS, busyBobThenCarol } from '../../support/shown-family.ts';
import { shownSip } from '../../support/shown-sip.ts';

const TAG = ['To: <sip:1000@a>;tag=x'];

/** The README's story, of which the legs of alice and bob were traced. */
function traced() {
  const family = busyBobThenCarol();
  const messages = [
    shownSip(0, ALICES, '← INVITE sip:1000@a SIP/2.0'),
    shownSip(1, ALICES, '→ SIP/2.0 401 Unauthorized'),
    shownSip(2, ALICES, '← ACK sip:1000@a SIP/2.0', { cseq: '1 ACK' }),
    shownSip(3, ALICES, '← INVITE sip:1000@a SIP/2.0', { cseq: '2 INVITE' }),
    shownSip(4, ALICES, '→ SIP/2.0 100 Trying', { cseq: '2 INVITE' }),
    shownSip(5, ALICES, '→ SIP/2.0 180 Ringing', { cseq: '2 INVITE' }),
    shownSip(59, ALICES, '→ SIP/2.0 200 OK', { cseq: '2 INVITE' }),
    shownSip(559, ALICES, '→ SIP/2.0 200 OK', { cseq: '2 INVITE' }),
    shownSip(560, ALICES, '← ACK sip:a SIP/2.0', { cseq: '2 ACK', headers: TAG }),
    shownSip(98, BOBS, '→ INVITE sip:bob@b SIP/2.0'),
    shownSip(106, BOBS, '← SIP/2.0 180 Ringing'),
    shownSip(386, BOBS, '← SIP/2.0 486 Busy Here'),
    shownSip(387, BOBS, '→ ACK sip:bob@b SIP/2.0', { cseq: '1 ACK' }),
    shownSip(2000, ALICES, '← INVITE sip:a SIP/2.0', { cseq: '3 INVITE', headers: TAG }),
    shownSip(9126, ALICES, '← BYE sip:a SIP/2.0', { cseq: '4 BYE', headers: TAG }),
    shownSip(9127, ALICES, '→ SIP/2.0 200 OK', { cseq: '4 BYE', headers: TAG }),
  ];
  return { ...family, events: withSip(family.events, messages) };
}

function sipOf(density: Density): readonly string[] {
  const { rows, columns } = buildLadder(traced(), { density, now: BEGAN + 60_000 });
  const names = new Map(columns.map(({ id, title }) => [id, title]));
  return rows.flatMap((row) => {
    if (row.kind !== 'arrow' || row.look !== 'sip') return [];
    const note = row.note === undefined ? '' : ` (${row.note})`;
    return [
      `+${row.at - BEGAN} ${names.get(row.from)} → ${names.get(row.to)} ${row.label}${note} ${row.tone}`,
    ];
  });
}

describe('The ladder of a call that is traced', () => {
  it('has the messages in place of the arrows that its states stand for, and those arrows for other legs', () => {
    assert.deepEqual(sipOf('compact'), [
      '+3 alice → Asterisk INVITE 1000 plain',
      '+59 Asterisk → alice 200 OK (⟳2) plain',
      '+98 Asterisk → bob INVITE plain',
      '+106 bob → Asterisk 180 Ringing plain',
      '+386 bob → Asterisk 486 Busy Here bad',
      '+419 Asterisk → carol INVITE plain',
      '+430 carol → Asterisk 180 Ringing plain',
      '+1120 carol → Asterisk 200 OK plain',
      '+9126 alice → Asterisk BYE plain',
      '+9129 Asterisk → carol BYE plain',
    ]);
  });

  it('shows more of them the more it shows', () => {
    const extra = (density: Density, than: Density) =>
      sipOf(density).filter((row) => !sipOf(than).includes(row));
    assert.deepEqual(extra('normal', 'compact'), ['+2000 alice → Asterisk re-INVITE plain']);
    assert.deepEqual(extra('full', 'normal'), [
      '+0 alice → Asterisk INVITE 1000 plain',
      '+1 Asterisk → alice 401 Unauthorized plain',
      '+2 alice → Asterisk ACK plain',
      '+4 Asterisk → alice 100 Trying plain',
      '+5 Asterisk → alice 180 Ringing plain',
      '+387 Asterisk → bob ACK plain',
      '+560 alice → Asterisk ACK plain',
      '+9127 Asterisk → alice 200 OK plain',
    ]);
  });
});
