/** What can be measured, in this order. */
const MEASURES = [
  'inbound',
  'dial',
  'rest',
  'inbound-rtp',
  'dial-rtp',
  'clean-inbound',
  'clean-dial',
  'clean-rest',
  'held',
  'talks',
  'drain',
  'overload',
  'soak',
] as const;
const ONLY_IN_FULL: readonly MeasureName[] = ['inbound-rtp', 'clean-rest', 'overload', 'soak'];

/** One word, for `--only` and file names. */
export type MeasureName = (typeof MEASURES)[number];

/** How the bench is run. */
export interface BenchOptions {
  readonly full: boolean;
  /** Also on a machine that has other work. */
  readonly anyway: boolean;
  /** Only measures whose name begins with one of these; all of them when empty. */
  readonly only: readonly string[];
}

export const USAGE = `npm run bench -- [--full] [--anyway] [--only NAME[,NAME…]]
  --full    three rounds, all searches, 100,000 callbacks, overload, and half an hour of mixed calls
  --anyway  also on a busy machine; the results say so
  --only    only the measures whose names begin so, for example inbound,dial,rest; written to bench/results/part`;

/** Reads the arguments behind the program's name; a text says what is wrong. */
export function readOptions(args: readonly string[]): BenchOptions | string {
  let options: BenchOptions = { full: false, anyway: false, only: [] };
  for (let index = 0; index < args.length; index += 1) {
    const arg = args[index];
    if (arg === '--full') options = { ...options, full: true };
    else if (arg === '--anyway') options = { ...options, anyway: true };
    else if (arg === '--only') {
      index += 1;
      const only = (args[index] ?? '').split(',').filter((name) => name !== '');
      if (only.length === 0) return '--only needs the name of a measure';
      options = { ...options, only };
    } else return `Unknown argument ${arg}`;
  }
  return whyNothing(options) ?? options;
}

/** The measures that are asked for. */
export function measureNames({ full, only }: Pick<BenchOptions, 'full' | 'only'>): readonly MeasureName[] {
  const all = MEASURES.filter((name) => full || !ONLY_IN_FULL.includes(name));
  return only.length === 0 ? all : all.filter((name) => only.some((prefix) => name.startsWith(prefix)));
}

function whyNothing({ full, only }: BenchOptions): string | undefined {
  const unknown = only.find((prefix) => measureNames({ full, only: [prefix] }).length === 0);
  if (unknown === undefined) return undefined;
  const known = `No measure's name begins with ${unknown}; there are ${measureNames({ full, only: [] }).join(', ')}`;
  return full ? known : `${known}; with --full also ${ONLY_IN_FULL.join(', ')}`;
}
