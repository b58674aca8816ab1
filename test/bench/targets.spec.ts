import assert from 'node:assert/strict';
import type { Figures } from '../../bench/measures/measured.ts';
import type { MeasureResult } from '../../bench/report/results.ts';
import { targetsTable } from '../../bench/report/targets.ts';

function measure(name: string, rows: Readonly<Record<string, readonly Figures[]>>): MeasureResult {
  const all = Object.entries(rows).map(([system, rounds]) => ({ system, rounds }));
  return { name, title: name, about: '', rows: all };
}

describe('The table of targets', () => {
  it('compares within the run, by the medians of the rounds', () => {
    const inbound = measure('inbound', {
      'minimal RCML': [5, 7, 6].map((p50) => ({ 'INVITE→200 p50 ms': p50, 'p99 ms': 20 })),
      'Legwork (SQLite)': [9, 30, 8].map((p50) => ({ 'INVITE→200 p50 ms': p50, 'p99 ms': 40.5 })),
    });
    const rates = measure('clean-inbound', {
      'Legwork (SQLite)': [{ 'highest clean rate /s': 150 }],
      'Legwork (PostgreSQL)': [{ 'highest clean rate /s': 90 }],
    });
    assert.equal(
      targetsTable([inbound, rates]),
      [
        '| | target | this run | |',
        '|---|---:|---:|---|',
        '| inbound answer, p50, over minimal RCML | ≤ 3 ms | 3 ms | reached |',
        '| inbound answer, p99, over minimal RCML | ≤ 20 ms | 20.5 ms | missed |',
        '| highest clean rate, inbound | ≥ 150 /s | 150 /s | reached |',
        '| clean rate of PostgreSQL over SQLite, inbound | ≥ 0.80 | 0.60 | missed |',
      ].join('\n'),
    );
  });

  it('is left out when none of it was measured', () => {
    assert.equal(targetsTable([measure('talks', { 'Legwork (SQLite)': [{ failed: 0 }] })]), undefined);
  });
});
