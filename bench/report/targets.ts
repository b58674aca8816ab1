import { spread } from './percentile.ts';
import { shortNumber, type TableRow } from './table.ts';

const SQLITE = 'Legwork (SQLite)';
const POSTGRES = 'Legwork (PostgreSQL)';
const AS_INSTALLED = 'Legwork as installed';

/** What is to be reached, as differences and ratios within one run, because machines differ. */
interface Target {
  readonly what: string;
  readonly limit: number;
  readonly unit: string;
  /** Whether less is better. */
  readonly isMost: boolean;
  readonly of: (value: ValueOf) => number;
}

/** A measure, as far as targets look at it. */
interface FoundRows {
  readonly name: string;
  readonly rows: readonly TableRow[];
}

/** The median of a column's rounds; not a number when it was not measured. */
type ValueOf = (measure: string, system: string, column: string) => number;

const P50 = 'INVITE→200 p50 ms';
const CPU = 'CPU of controller ms/call';
const RATE = 'highest clean rate /s';

function over(measure: string, column: string, reference: string): Target['of'] {
  return (value) => value(measure, SQLITE, column) - value(measure, reference, column);
}

function plain(measure: string, column: string, system = SQLITE): Target['of'] {
  return (value) => value(measure, system, column);
}

const most = (what: string, limit: number, unit: string, of: Target['of']): Target => {
  return { what, limit, unit, isMost: true, of };
};
const least = (what: string, limit: number, unit: string, of: Target['of']): Target => {
  return { what, limit, unit, isMost: false, of };
};

const TARGETS: readonly Target[] = [
  most('inbound answer, p50, over minimal RCML', 3, 'ms', over('inbound', P50, 'minimal RCML')),
  most('inbound answer, p99, over minimal RCML', 20, 'ms', over('inbound', 'p99 ms', 'minimal RCML')),
  most('processor time of Legwork per inbound call', 8, 'ms', plain('inbound', CPU)),
  most('Dial, p50 of the answer, over bare ARI Dial', 5, 'ms', over('dial', P50, 'bare ARI Dial')),
  most('processor time of Legwork per Dial', 16, 'ms', plain('dial', CPU)),
  least('highest clean rate, inbound', 150, '/s', plain('clean-inbound', RATE)),
  least('highest clean rate, Dial', 60, '/s', plain('clean-dial', RATE)),
  most('BYE → callback, p50', 6, 'ms', plain('inbound', 'BYE→callback p50 ms')),
  most('BYE → callback, p99', 30, 'ms', plain('inbound', 'BYE→callback p99 ms')),
  most('`POST Calls`, p50', 8, 'ms', plain('rest', 'POST→201 p50 ms')),
  // Resident memory says nothing here: of what the load before it took, the process gives back some meanwhile.
  most('heap per held call', 40, 'kB', plain('held', 'heap kB/call')),
  least(
    'clean rate of PostgreSQL over SQLite, inbound',
    0.8,
    '',
    (value) => value('clean-inbound', POSTGRES, RATE) / value('clean-inbound', SQLITE, RATE),
  ),
  most('soak: failed calls', 0, '', plain('soak', 'failed', AS_INSTALLED)),
  most('soak: callbacks missing', 0, '', plain('soak', 'callbacks missing', AS_INSTALLED)),
  most('soak: growth of memory', 5, '%', plain('soak', 'growth of resident memory %', AS_INSTALLED)),
];

/** What each target came to, as a table in Markdown; without those that were not measured. */
export function targetsTable(measures: readonly FoundRows[]): string | undefined {
  const value: ValueOf = (measure, system, column) => {
    const row = measures.find(({ name }) => name === measure)?.rows.find((one) => one.system === system);
    return spread((row?.rounds ?? []).map((round) => round[column] ?? Number.NaN)).median;
  };
  const lines = TARGETS.flatMap(({ what, limit, unit, isMost, of }) => {
    const found = of(value);
    if (!Number.isFinite(found)) return [];
    const isReached = isMost ? found <= limit : found >= limit;
    const written = (number: number) => `${shortNumber(number)} ${unit}`.trim();
    return [
      `| ${what} | ${isMost ? '≤' : '≥'} ${written(limit)} | ${written(found)} | ${isReached ? 'reached' : 'missed'} |`,
    ];
  });
  if (lines.length === 0) return undefined;
  return ['| | target | this run | |', '|---|---:|---:|---|', ...lines].join('\n');
}
