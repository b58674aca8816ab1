import assert from 'node:assert/strict';
import { buildLadder } from '../../../src/console/ladder/build.ts';
import { mermaidOf } from '../../../src/console/ladder/mermaid.ts';
import { ROW_HEIGHT } from '../../../src/console/ladder/shape.ts';
import { pictureOf } from '../../../src/console/ladder/shapes.ts';
import { svgText } from '../../../src/console/ladder/svg-text.ts';
import { waterfallOf } from '../../../src/console/ladder/waterfall.ts';
import {
  BEGAN,
  busyBobThenCarol,
  documentLine,
  familyOf,
  shownCall,
  stateLine,
  ALICES,
} from '../../support/shown-family.ts';

const view = { density: 'normal', now: BEGAN + 60_000 } as const;

describe('A ladder as Mermaid text', () => {
  it('is a sequence diagram with all participants and messages', () => {
    const lines = mermaidOf(buildLadder(busyBobThenCarol(), view)).split('\n');
    assert.deepEqual(lines.slice(0, 11), [
      'sequenceDiagram',
      '  actor c0 as alice',
      '  participant c1 as Asterisk',
      '  participant c2 as Legwork',
      '  participant c3 as app.example#58;3000',
      '  actor c4 as bob',
      '  actor c5 as carol',
      '  c0->>c1: +0.000 INVITE 1000',
      '  c2-->>c3: +0.028 ringing (200)',
      '  c2->>c3: +0.044 first document',
      '  c3-->>c2: +0.058 Dial bob (14 ms)',
    ]);
    assert.ok(lines.includes('  Note over c0,c5: 8.0 s of talk (8.0 s)'));
  });

  it('takes no name for more than a name', () => {
    const family = familyOf([stateLine(0, ALICES, { status: 'ringing', event: 'ringing' })], {
      from: 'x\n  c0->>c1: forged; # <b>"',
    });
    const lines = mermaidOf(buildLadder(family, view)).split('\n');
    assert.equal(lines[1], '  actor c0 as x c0-#62;#62;c1#58; forged#59; #35; #60;b#62;#34;');
  });
});

describe('A ladder as a picture', () => {
  it('has a row for each thing that happened, one below the other', () => {
    const ladder = buildLadder(busyBobThenCarol(), view);
    const picture = pictureOf(ladder, 1000);
    assert.equal(picture.rows.length, ladder.rows.length);
    assert.deepEqual(
      picture.rows.slice(0, 3).map(({ y }) => y),
      [0, ROW_HEIGHT, 2 * ROW_HEIGHT],
    );
    assert.equal(picture.rows[1]?.label, '+0.028 ringing, 200');
  });

  it('is wider than the page when its columns do not fit', () => {
    const ladder = buildLadder(busyBobThenCarol(), view);
    assert.ok(pictureOf(ladder, 360).width > 700);
    assert.equal(pictureOf(ladder, 1400).width, 1400);
  });

  it('becomes an SVG file in which nothing is more than a text', () => {
    const evil = '"/><script>alert(1)</script>\u0000';
    const family = familyOf(
      [
        stateLine(0, ALICES, { status: 'ringing', event: 'ringing' }),
        documentLine(9, { reason: evil, body: evil }),
      ],
      { from: evil, to: evil },
    );
    const text = svgText(pictureOf(buildLadder(family, view), 900), evil);
    assert.ok(!text.includes('<script') && !text.includes('\u0000'));
    assert.match(text, /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" width="900"/);
    assert.ok(text.includes('&lt;script'));
  });
});

describe('A call as a waterfall', () => {
  it('shows how long each state, verb, request and attempt took', () => {
    const { bars } = waterfallOf(busyBobThenCarol(), BEGAN + 60_000);
    const shown = bars.map(
      ({ kind, label, beganAt, endedAt }) => `${kind} ${label} ${beganAt - BEGAN}–${endedAt - BEGAN}`,
    );
    assert.ok(shown.includes('state 1000: in-progress 59–9127'));
    assert.ok(shown.includes('verb <Dial> 60–403'));
    assert.ok(shown.includes('document Dial action: busy 403–417'));
    assert.ok(shown.includes('callback ringing 433–438'));
    assert.ok(shown.includes('state bob: ringing 106–387'));
  });

  it('goes on to the present while the call runs', () => {
    const family = familyOf([stateLine(0, ALICES, { status: 'ringing', event: 'ringing' })], {
      status: 'ringing',
    });
    assert.equal(waterfallOf(family, BEGAN + 700).endedAt, BEGAN + 700);
    assert.equal(waterfallOf({ ...family, calls: [shownCall()] }, BEGAN + 700).endedAt, BEGAN + 1);
  });
});
