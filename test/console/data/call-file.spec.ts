import assert from 'node:assert/strict';
import { callFile, readCallFile } from '../../../src/console/data/call-file.ts';
import { maskFamily } from '../../../src/console/data/masking.ts';
import { buildLadder } from '../../../src/console/ladder/build.ts';
import { BEGAN, busyBobThenCarol, documentLine, familyOf } from '../../support/shown-family.ts';

const AT = '2026-11-30T12:00:00.000Z';
const view = { density: 'full', now: BEGAN + 60_000 } as const;

describe('An exported call', () => {
  it('is the same picture when it is opened again', () => {
    const family = busyBobThenCarol();
    const read = readCallFile(callFile(family, AT, false));
    assert.ok(read.ok);
    assert.deepEqual(buildLadder(read.family, view), buildLadder(family, view));
  });

  it('says what is wrong with a file that is none', () => {
    const whyOf = (text: string) => {
      const read = readCallFile(text);
      return read.ok ? undefined : read.why;
    };
    assert.equal(whyOf('x'), 'The file is not JSON.');
    assert.equal(whyOf('[]'), 'The file is not an exported call: its "format" must be "legwork-call/1".');
    const damaged = (more: object) =>
      whyOf(JSON.stringify({ ...JSON.parse(callFile(busyBobThenCarol(), AT, false)), ...more }));
    assert.equal(
      damaged({ calls: [] }),
      'The file is damaged: "calls" must be a list with the first leg in front.',
    );
    assert.equal(
      damaged({ calls: [{ sid: 1 }] }),
      'The file is damaged: "calls[0]" must be a Call as REST shows it.',
    );
    assert.equal(damaged({ events: 1 }), 'The file is damaged: "events" must be a list.');
    const event = {
      n: '1',
      call_sid: '',
      timestamp: '',
      kind: 'x',
      data: {},
      request: { url: 5 },
      response: null,
    };
    assert.equal(
      damaged({ events: [event] }),
      'The file is damaged: "events[0]" must be a line of a timeline as REST shows it.',
    );
    assert.equal(damaged({ callbacks: [1] }), 'The file is damaged: "callbacks" must be a list.');
  });
});

describe('A masked call', () => {
  it('names nobody, and each party the same everywhere', () => {
    const masked = maskFamily(busyBobThenCarol());
    const text = JSON.stringify(masked);
    for (const name of ['alice', 'bob', 'carol', '1000'])
      assert.ok(!text.includes(`"${name}"`) && !text.includes(`>${name}<`), name);
    const ladder = buildLadder(masked, view);
    assert.deepEqual(
      ladder.columns.map(({ title }) => title),
      ['name-1', 'Asterisk', 'Legwork', 'app.example:3000', 'name-3', 'name-4'],
    );
    const labels = ladder.rows.map(({ label }) => label);
    assert.ok(labels.includes('INVITE number-2') && labels.includes('Dial name-3'));
  });

  it('is the same picture but for the names', () => {
    const family = busyBobThenCarol();
    const shape = (one: typeof family) => buildLadder(one, view).rows.map(({ kind, at }) => [kind, at]);
    assert.deepEqual(shape(maskFamily(family)), shape(family));
  });

  it('hides numbers in texts and URLs, and headers of the caller, but no SIDs and no times', () => {
    const parameters = {
      CallSid: 'CA00000000000000000000000000000001',
      From: 'alice',
      SipHeader_X_Customer: '4711',
      Note: 'call +15551234567 back',
      CallTimestamp: '2026-11-30T10:42:07.000Z',
    };
    const family = familyOf([documentLine(50, { url: 'http://app/voice?who=alice', parameters })]);
    const [event] = maskFamily(family).events;
    assert.deepEqual(event?.request, {
      url: 'http://app/voice?who=name-1',
      method: 'POST',
      parameters: {
        CallSid: 'CA00000000000000000000000000000001',
        From: 'name-1',
        SipHeader_X_Customer: '••••',
        Note: 'call ###### back',
        CallTimestamp: '2026-11-30T10:42:07.000Z',
      },
    });
  });
});
