import assert from 'node:assert/strict';
import { percentile, spread } from '../../bench/report/percentile.ts';
import { markdownOf, type Results, withSection } from '../../bench/report/results.ts';
import { scale, svgPlot } from '../../bench/report/svg-plot.ts';
import { markdownTable, shortNumber } from '../../bench/report/table.ts';

describe('A percentile', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);

  it('is the value that this share of the values does not exceed', () => {
    assert.deepEqual(
      [0.5, 0.99, 1, 0].map((share) => percentile(hundred, share)),
      [50, 99, 100, 1],
    );
    assert.equal(percentile([7], 0.99), 7);
  });

  it('of nothing is not a number', () => {
    assert.ok(Number.isNaN(percentile([], 0.5)));
  });

  it('comes with the least and greatest of the rounds that have one', () => {
    assert.deepEqual(spread([3, Number.NaN, 1, 2]), { median: 2, least: 1, greatest: 3 });
  });
});

describe('A table of results', () => {
  it('shows the median of the rounds and their spread, and leaves out columns that are empty for all', () => {
    const rows = [
      { system: 'one', rounds: [{ 'p50 ms': 1.234, failed: 0, nothing: Number.NaN }] },
      {
        system: 'two',
        rounds: [{ 'p50 ms': 20 }, { 'p50 ms': 12.5 }, { 'p50 ms': 331.7 }],
        problem: 'ended',
      },
    ];
    assert.equal(
      markdownTable(rows),
      [
        '| | p50 ms | failed |',
        '|---|---:|---:|',
        '| one | 1.2 | 0 |',
        '| two (ended) | 20 (12.5–332) | – |',
      ].join('\n'),
    );
  });

  it('has three digits at most, and whole numbers as they are', () => {
    assert.deepEqual([0.1234, 9.87, 99.96, 123.4, 100_000].map(shortNumber), [
      '0.12',
      '9.9',
      '100.0',
      '123',
      '100000',
    ]);
  });
});

describe('A plot', () => {
  it('has round numbers at its axes, from the first value to the last', () => {
    assert.deepEqual(scale([0, 0.27], [0, 100], false).ticks, [0, 0.1, 0.2, 0.3]);
    assert.deepEqual(scale([20, 160], [0, 100], false).ticks, [0, 50, 100, 150, 200]);
    assert.deepEqual(scale([3, 900], [0, 100], true).ticks, [1, 10, 100, 1000]);
  });

  it('places values between them', () => {
    const { at } = scale([0, 200], [10, 110], false);
    assert.deepEqual([0, 100, 200].map(at), [10, 60, 110]);
    assert.equal(scale([1, 100], [0, 100], true).at(10), 50);
  });

  it('draws each curve with its name, even when all points are the same', () => {
    const svg = svgPlot('Delays <all>', { x: 'ms', y: '%' }, [
      { name: 'one & two', points: [[5, 5]] },
      { name: 'three', points: [] },
    ]);
    assert.equal(svg.match(/<polyline/g)?.length, 2);
    for (const words of ['Delays &lt;all>', 'one &amp; two', 'three']) assert.ok(svg.includes(words), words);
    assert.doesNotMatch(svg, /NaN|Infinity|undefined/);
  });
});

describe('The page of results', () => {
  const results: Results = {
    size: 'short',
    isPart: false,
    command: 'npm run bench -- --anyway',
    at: '2026-11-29T21:00:00.000Z',
    minutes: 4.4,
    machine: ['Legwork abc', 'Node v20'],
    busyness: 'load average 9.00, 10 % idle before the run',
    tooBusy: 'the load average is 9.0',
    measures: [
      {
        name: 'inbound',
        title: 'Inbound',
        about: 'Calls.',
        plot: { x: 'ms', y: '%' },
        rows: [{ system: 'one', rounds: [{ ms: 1 }], curve: [[1, 1]] }],
      },
    ],
    missing: [],
  };

  it('says how it was made, and that the machine was busy', () => {
    const page = markdownOf(results, 'folder');
    assert.ok(
      page.startsWith('`npm run bench -- --anyway` on 2026-11-29, 4 minutes: Legwork abc, Node v20.'),
    );
    assert.ok(page.includes('**The machine was busy'));
    assert.ok(page.includes('![Inbound](folder/inbound.svg)'));
    assert.doesNotMatch(page, /was ended before/);
  });

  it('says what was not measured any more', () => {
    const page = markdownOf({ ...results, missing: ['Overload', 'Soak'] }, 'folder');
    assert.ok(page.includes('The run was ended before these were measured: Overload; Soak.'));
  });

  it('replaces what is between the markers, and nothing else', () => {
    const page = 'Before\n<!-- bench: begin -->\nold\n<!-- bench: end -->\nAfter\n';
    assert.equal(
      withSection(page, 'new\n'),
      'Before\n<!-- bench: begin -->\n\nnew\n\n<!-- bench: end -->\nAfter\n',
    );
    assert.throws(() => withSection('no markers', 'new'), /must have <!-- bench: begin -->/);
  });
});
