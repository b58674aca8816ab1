import assert from 'node:assert/strict';
import fc from 'fast-check';
import { CALL_COLUMNS } from '../../../src/console/data/call-csv.ts';
import { cell, csvHead, csvRow } from '../../../src/console/data/csv.ts';
import { changedFields } from '../../../src/console/data/form-fields.ts';
import {
  CALL_FILTERS,
  filterOf,
  queryOf,
  searched,
  withFilter,
} from '../../../src/console/data/filter-query.ts';
import { lineOf, remembered } from '../../../src/console/data/history.ts';
import { merged, replaced, updated } from '../../../src/console/data/live-list.ts';
import { ALICES, shownCall } from '../../support/shown-family.ts';

describe('A filter in the address of a page', () => {
  it('is read as it was written', () => {
    const known = [...CALL_FILTERS];
    const value = fc
      .string({ minLength: 1, maxLength: 20 })
      .map((text) => text.trim())
      .filter((text) => text !== '');
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...known), value), (filter) => {
        assert.deepEqual(filterOf(queryOf(filter, known), known), { ...filter });
      }),
    );
  });

  it('leaves out what the list does not know, because REST would refuse it', () => {
    assert.deepEqual(filterOf('?Status=busy&utm_source=x&From=+&To=', CALL_FILTERS), { Status: 'busy' });
  });

  it('is the same address for the same filter', () => {
    const one = queryOf({ To: '1000', Status: 'busy' }, CALL_FILTERS);
    assert.equal(one, queryOf({ Status: 'busy', To: '1000' }, CALL_FILTERS));
    assert.equal(one, '?Status=busy&To=1000');
    assert.equal(queryOf({}, CALL_FILTERS), '');
  });

  it('loses a value that is emptied', () => {
    assert.deepEqual(withFilter({ Status: 'busy', To: '1' }, 'To', ' '), { Status: 'busy' });
    assert.deepEqual(withFilter({}, 'To', '1'), { To: '1' });
  });

  it('opens a call whose SID is searched for, and finds anything else', () => {
    assert.deepEqual(searched(` ${ALICES} `), { open: ALICES });
    assert.deepEqual(searched('+1555'), { find: '+1555' });
  });
});

describe('A CSV file of calls', () => {
  it('has a heading and a row for each call', () => {
    assert.match(csvHead(CALL_COLUMNS), /^Sid,ParentCallSid,DateCreated,.*,Problems\r\n$/);
    const row = csvRow(CALL_COLUMNS, shownCall({ from: 'Smith, "Bob"', ended_by: 'caller' }));
    assert.ok(row.startsWith(`${ALICES},,`));
    assert.ok(row.includes(',"Smith, ""Bob""",1000,,inbound,completed,caller,,3,0,1,0\r\n'));
  });

  it('has no cell that a spreadsheet would run', () => {
    for (const formula of ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '  =cmd', '\r=1']) {
      assert.match(cell(formula), /^"?'/, formula);
    }
    assert.equal(cell('=HYPERLINK("http://x")'), `"'=HYPERLINK(""http://x"")"`);
    assert.equal(cell('bob'), 'bob');
  });

  it('breaks no row, whatever a cell holds', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const made = cell(text);
        const isQuoted = made.startsWith('"');
        const content = isQuoted ? made.slice(1, -1).replaceAll('""', '"') : made;
        assert.ok(content === text || content === `'${text}`);
        assert.ok(isQuoted || !/[",\r\n]/.test(made));
      }),
    );
  });
});

describe('A list that is read again', () => {
  const items = (...sids: readonly string[]) => sids.map((sid) => ({ sid }));

  it('has new items in front and none twice', () => {
    assert.deepEqual(merged(items('c', 'b'), items('b', 'a')), items('c', 'b', 'a'));
  });

  it('shows the newer version of an item that it has', () => {
    const before = [
      { sid: 'a', at: 1 },
      { sid: 'b', at: 1 },
    ];
    assert.deepEqual(replaced(before, { sid: 'b', at: 2 }), [
      { sid: 'a', at: 1 },
      { sid: 'b', at: 2 },
    ]);
    assert.equal(replaced(before, { sid: 'c', at: 2 }), before);
  });

  it('loses what has no longer the status that it is of', () => {
    const before = [
      { sid: 'a', status: 'ringing' },
      { sid: 'b', status: 'ringing' },
    ];
    const answered = { sid: 'b', status: 'in-progress' };
    assert.deepEqual(updated(before, answered, 'ringing'), [{ sid: 'a', status: 'ringing' }]);
    assert.deepEqual(updated(before, answered, undefined), [{ sid: 'a', status: 'ringing' }, answered]);
  });
});

describe('The form of a resource', () => {
  it('sends what was changed, and empty what was taken away', () => {
    const before = { FriendlyName: 'shop', VoiceUrl: 'http://a', Password: '' };
    assert.deepEqual(changedFields(before, { FriendlyName: 'shop', VoiceUrl: '', Password: '' }), {
      VoiceUrl: '',
    });
  });
});

describe('A chart', () => {
  it('remembers an hour and reaches from its beginning to the present', () => {
    const history = remembered(
      [
        { at: 0, value: 9 },
        { at: 500, value: 4 },
      ],
      { at: 1000, value: 2 },
      1000,
    );
    assert.deepEqual(history, [
      { at: 500, value: 4 },
      { at: 1000, value: 2 },
    ]);
    assert.deepEqual(lineOf(history, { now: 1000, windowMs: 1000, width: 100, height: 40 }), {
      points: '50.0,0.0 100.0,20.0',
      most: 4,
    });
  });
});
