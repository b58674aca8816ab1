import assert from 'node:assert/strict';
import { buildLadder } from '../../../src/console/ladder/build.ts';
import type { Density, Row } from '../../../src/console/ladder/ladder.ts';
import type { CallFamily } from '../../../src/console/data/resources.ts';
import {
  ALICES,
  BEGAN,
  BOBS,
  busyBobThenCarol,
  callbackLine,
  documentLine,
  familyOf,
  line,
  shownCall,
  sidOf,
  stateLine,
} from '../../support/shown-family.ts';

const NOW = BEGAN + 60_000;

function ladderOf(family: CallFamily, density: Density = 'normal', now = NOW) {
  return buildLadder(family, { density, now });
}

/** A row in one line: `+0.387 leg:bob → asterisk 486 Busy Here (note)`. */
function told(row: Row, names: ReadonlyMap<string, string>): string {
  const at = `+${((row.at - BEGAN) / 1000).toFixed(3)}`;
  if (row.kind === 'fold' || row.kind === 'now') return `${at} ${row.kind} ${row.label}`;
  if (row.kind === 'mark') return `${at} at ${names.get(row.column)}: ${row.label}`;
  const note = row.note === undefined ? '' : ` (${row.note})`;
  const arrow = row.isOpen === true ? '⇢' : '→';
  return `${at} ${names.get(row.from)} ${arrow} ${names.get(row.to)} ${row.label}${note}`;
}

function rowsOf(family: CallFamily, density: Density = 'normal', now = NOW): readonly string[] {
  const ladder = ladderOf(family, density, now);
  const names = new Map(ladder.columns.map(({ id, title }) => [id, title]));
  return ladder.rows.map((row) => told(row, names));
}

describe('The ladder of a call', () => {
  it('shows busy bob, then carol', () => {
    assert.deepEqual(rowsOf(busyBobThenCarol()), [
      '+0.000 alice → Asterisk INVITE 1000',
      '+0.028 Legwork → app.example:3000 ringing (200)',
      '+0.044 Legwork → app.example:3000 first document',
      '+0.058 app.example:3000 → Legwork Dial bob (14 ms)',
      '+0.059 Asterisk → alice 200 OK',
      '+0.098 Asterisk → bob INVITE',
      '+0.106 bob → Asterisk 180 Ringing',
      '+0.387 bob → Asterisk 486 Busy Here',
      '+0.403 Legwork → app.example:3000 Dial action: busy',
      '+0.417 app.example:3000 → Legwork Dial carol (14 ms)',
      '+0.419 Asterisk → carol INVITE',
      '+0.430 carol → Asterisk 180 Ringing',
      '+0.433 Legwork → app.example:3000 ringing · carol (⟳2 200)',
      '+1.120 carol → Asterisk 200 OK',
      '+1.120 fold 8.0 s of talk',
      '+9.127 alice → Asterisk BYE',
      '+9.129 Asterisk → carol BYE',
      '+9.149 Legwork → app.example:3000 Dial action: completed',
      '+9.163 app.example:3000 → Legwork nothing more (14 ms)',
    ]);
  });

  it('has a column for everybody, in the order of the call', () => {
    assert.deepEqual(
      ladderOf(busyBobThenCarol()).columns.map(({ kind, title }) => `${kind} ${title}`),
      [
        'caller alice',
        'asterisk Asterisk',
        'legwork Legwork',
        'server app.example:3000',
        'callee bob',
        'callee carol',
      ],
    );
  });

  it('shows states and documents alone when it is compact', () => {
    const rows = rowsOf(busyBobThenCarol(), 'compact');
    assert.equal(rows.length, 17);
    assert.ok(rows.every((row) => !row.includes('app.example:3000 ringing')));
  });

  it('shows every verb and every attempt when it is full', () => {
    const rows = rowsOf(busyBobThenCarol(), 'full');
    assert.ok(rows.includes('+0.060 at Legwork: <Dial> line 2'));
    assert.ok(rows.includes('+0.000 Asterisk → alice 180 Ringing'));
    assert.ok(rows.includes('+0.433 Legwork → app.example:3000 ringing · carol (500)'));
    assert.ok(rows.includes('+1.433 Legwork → app.example:3000 ringing · carol ⟳2 (200)'));
  });

  it('marks what lasts: ringing and talks', () => {
    assert.deepEqual(
      ladderOf(busyBobThenCarol()).spans.map(({ kind, label, beganAt, endedAt }) => [
        kind,
        label,
        beganAt - BEGAN,
        (endedAt ?? 0) - BEGAN,
      ]),
      [
        ['ring', 'rings', 106, 387],
        ['ring', 'rings', 430, 1120],
        ['talk', 'alice and carol talk', 1120, 9127],
      ],
    );
  });

  it('begins at REST when the call was made there', () => {
    const events = [
      stateLine(0, ALICES, { status: 'queued' }),
      stateLine(4, ALICES, { status: 'queued', event: 'initiated' }),
      stateLine(90, ALICES, {
        status: 'failed',
        event: 'completed',
        cause: { why: 'bob is not registered' },
      }),
    ];
    const family = familyOf(events, {
      direction: 'outbound-api',
      to: 'bob',
      from: 'legwork',
      status: 'failed',
    });
    assert.deepEqual(rowsOf(family), [
      '+0.000 REST → Legwork POST Calls',
      '+0.004 Asterisk → bob INVITE',
      '+0.090 at Asterisk: failed: bob is not registered',
    ]);
  });

  it('shows that a caller gave up with CANCEL, and that a callee was given up too', () => {
    const events = [
      stateLine(0, ALICES, { status: 'ringing', event: 'ringing' }),
      stateLine(20, BOBS, { status: 'queued', event: 'initiated' }),
      stateLine(900, ALICES, { status: 'canceled', event: 'completed', cause: {} }),
      stateLine(910, BOBS, { status: 'canceled', event: 'completed', cause: { why: 'the caller hung up' } }),
    ];
    const bob = shownCall({
      sid: BOBS,
      parent_call_sid: ALICES,
      direction: 'outbound-dial',
      to: 'bob',
      status: 'canceled',
    });
    const family = {
      ...familyOf(events, { status: 'canceled' }),
      calls: [shownCall({ status: 'canceled' }), bob],
    };
    assert.deepEqual(rowsOf(family).slice(-2), [
      '+0.900 alice → Asterisk CANCEL',
      '+0.910 Asterisk → bob CANCEL',
    ]);
  });

  it('lets REST say who hung up', () => {
    const family = busyBobThenCarol();
    const [alice, bob, carol] = family.calls;
    assert.ok(alice !== undefined && bob !== undefined && carol !== undefined);
    const calls = [{ ...alice, ended_by: 'callee' as const }, bob, { ...carol, ended_by: 'callee' as const }];
    const byes = rowsOf({ ...family, calls }).filter((row) => row.endsWith('BYE'));
    assert.deepEqual(byes, ['+9.127 Asterisk → alice BYE', '+9.129 carol → Asterisk BYE']);
  });

  it('shows that keys were pressed, but not which', () => {
    const events = [
      stateLine(0, ALICES, { status: 'ringing', event: 'ringing' }),
      line(50, { kind: 'verb', data: { name: 'Gather', line: 2, column: 3 } }),
      documentLine(2014, {
        reason: 'action',
        parameters: { Digits: '***' },
        body: '<Response><Say>ok</Say></Response>',
      }),
    ];
    assert.deepEqual(rowsOf(familyOf(events)).slice(1), [
      '+2.000 alice → Asterisk DTMF ••••',
      '+2.000 Legwork → app.example:3000 Gather action: keys',
      '+2.014 app.example:3000 → Legwork Say (14 ms)',
    ]);
  });

  it('shows a document that could not be had, and one that came late', () => {
    const events = [
      documentLine(300, { code: 500, tookMs: 20 }),
      documentLine(5300, {
        reason: 'fallback',
        code: null,
        error: 'The request took too long',
        tookMs: 5000,
      }),
    ];
    const [, failed, , folded, late] = ladderOf(familyOf(events)).rows;
    assert.ok(failed?.kind === 'arrow' && late?.kind === 'arrow');
    assert.equal(folded?.label, '5.0 s later');
    assert.deepEqual([failed.label, failed.tone], ['HTTP 500', 'bad']);
    assert.deepEqual(
      [late.label, late.tone, late.note, late.noteTone],
      ['The request took too long', 'bad', '5.0 s', 'warn'],
    );
  });

  it('leaves a pending callback open, and says that one was given up', () => {
    const events = [
      callbackLine(10, { callback: sidOf('CB', 1), state: 'pending', status: 'ringing', code: 503 }),
      callbackLine(20, {
        callback: sidOf('CB', 2),
        state: 'failed',
        status: 'completed',
        code: null,
        error: 'The connection was refused',
      }),
      callbackLine(30, { callback: sidOf('CB', 3), state: 'pending', attempt: 0, status: 'completed' }),
    ];
    assert.deepEqual(rowsOf(familyOf(events)), [
      '+0.010 Legwork ⇢ app.example:3000 ringing (pending, 503)',
      '+0.020 Legwork → app.example:3000 completed (failed: The connection was refused)',
      '+0.030 Legwork ⇢ app.example:3000 completed (pending)',
    ]);
  });

  it('ends with the present while the call runs', () => {
    const events = [
      stateLine(0, ALICES, { status: 'ringing', event: 'ringing' }),
      stateLine(50, ALICES, { status: 'in-progress', event: 'answered' }),
      line(60, { kind: 'verb', data: { name: 'Say', line: 2, column: 3 } }),
    ];
    const family = familyOf(events, { status: 'in-progress' });
    assert.deepEqual(rowsOf(family, 'normal', BEGAN + 900).slice(-1), ['+0.900 now now']);
    assert.deepEqual(rowsOf(family, 'full', BEGAN + 5060).slice(-1), ['+5.060 now 5.0 s of Say, now']);
  });

  it('of a call without a line shows the columns', () => {
    const ladder = ladderOf(familyOf([]));
    assert.deepEqual([ladder.columns.length, ladder.rows, ladder.spans], [3, [], []]);
  });
});

describe('The ladder of a call with a media stream', () => {
  const AGENT = { streamSid: 'MZ1', name: 'agent', url: 'wss://agent.example:8443/audio' };
  const stream = (ms: number, event: string, more: Readonly<Record<string, string>> = {}) =>
    line(ms, { kind: 'stream', data: { ...AGENT, event: `stream-${event}`, ...more } });
  const spansOf = (family: CallFamily) =>
    ladderOf(family)
      .spans.filter(({ kind }) => kind === 'stream')
      .map(({ from, to, label, beganAt, endedAt }) => [
        from,
        to,
        label,
        beganAt - BEGAN,
        endedAt === undefined ? 'goes on' : endedAt - BEGAN,
      ]);

  it('has a column for its server, and an area for as long as it lasts', () => {
    const family = familyOf(
      [
        stateLine(0, ALICES, { event: 'answered' }),
        stream(100, 'started'),
        stream(300, 'started', { streamSid: 'MZ2', name: 'tap', url: 'ws://tap.example/' }),
        stream(900, 'stopped'),
        stateLine(2_000, ALICES, { event: 'completed', status: 'completed' }),
      ],
      { status: 'completed' },
    );
    assert.deepEqual(spansOf(family), [
      ['legwork', 'stream:agent.example:8443', 'stream agent', 100, 900],
      ['legwork', 'stream:tap.example', 'stream tap', 300, 2_000],
    ]);
    const servers = ladderOf(family).columns.filter(({ kind }) => kind === 'stream-server');
    assert.deepEqual(
      servers.map(({ title }) => title),
      ['agent.example:8443', 'tap.example'],
    );
  });

  it('is drawn open while the stream goes on; one that never began is no area', () => {
    const running = { status: 'in-progress' as const };
    assert.deepEqual(spansOf(familyOf([stream(100, 'started')], running)), [
      ['legwork', 'stream:agent.example:8443', 'stream agent', 100, 'goes on'],
    ]);
    assert.deepEqual(spansOf(familyOf([stream(100, 'error'), stream(101, 'stopped')])), []);
  });
});
