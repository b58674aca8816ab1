// How fast Legwork is, beside what Asterisk allows: `npm run bench`, or `npm run bench -- --full` (bench/options.ts).
import { systemClock } from '../src/clock.ts';
import { defaultCacheFolder } from '../src/config.ts';
import { Undo } from '../src/main/undo.ts';
import { startBed } from './bed/start-bed.ts';
import { endAllSipps } from './load/sipp.ts';
import { type Busyness, describeBusyness, describeMachine, measureBusyness, whyTooBusy } from './machine.ts';
import type { Measure } from './measures/measured.ts';
import { type BenchOptions, measureNames, readOptions, USAGE } from './options.ts';
import { planOf, warmUp } from './plan.ts';
import { type MeasureResult, type ResultRow, writeResults } from './report/results.ts';
import { markdownTable } from './report/table.ts';
import { FULL, SHORT } from './sizes.ts';
import { startSystems } from './systems/start-systems.ts';

const say = (line: string) => console.log(line);

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  if (typeof options === 'string') {
    console.error(`${options}\n${USAGE}`);
    return 2;
  }
  const busyness = await measureBusyness();
  const tooBusy = whyTooBusy(busyness);
  say(describeBusyness(busyness));
  if (tooBusy !== undefined && !options.anyway) {
    console.error(`The machine is too busy to measure anything: ${tooBusy}. Wait, or say --anyway.`);
    return 1;
  }
  const undo = new Undo();
  const over = new AbortController();
  let ending: Promise<void> | undefined;
  const end = () => {
    over.abort(new Error('The bench is over'));
    endAllSipps();
    return (ending ??= undo.run());
  };
  endWhenInterrupted(end);
  try {
    await bench(options, { busyness, undo, signal: over.signal });
    return 0;
  } finally {
    await end();
  }
}

interface Surroundings {
  readonly busyness: Busyness;
  readonly undo: Undo;
  /** Aborts when the bench ends. */
  readonly signal: AbortSignal;
}

async function bench(options: BenchOptions, { busyness, undo, signal }: Surroundings): Promise<void> {
  const sizes = options.full ? FULL : SHORT;
  const began = new Date();
  const bed = await startBed(undo, say);
  const machine = await describeMachine(bed, {
    cacheFolder: defaultCacheFolder(),
    clock: systemClock,
    progress: say,
  });
  say(machine.join(', '));
  const systems = await startSystems(bed, say);
  await warmUp(bed, systems);
  const names = measureNames(options);
  const wanted = planOf(bed, systems, sizes).filter(({ name }) => names.includes(name));
  const measures: MeasureResult[] = [];
  const tooBusy = whyTooBusy(busyness);
  for (const [index, measure] of wanted.entries()) {
    measures.push(await measured(measure, sizes.rounds, signal));
    // Written each time: whoever ends a long run keeps what it has measured.
    const written = await writeResults({
      size: sizes.name,
      isPart: options.only.length > 0,
      command: commandOf(options),
      at: began.toISOString(),
      minutes: (Date.now() - began.getTime()) / 60_000,
      machine,
      busyness: describeBusyness(busyness),
      ...(tooBusy === undefined ? {} : { tooBusy }),
      measures,
      missing: wanted.slice(index + 1).map(({ title }) => title),
    });
    if (index === wanted.length - 1) say(`Written: ${written.join(', ')}`);
  }
}

/** Each round has all systems one after the other, so that a change in the machine's load affects all of them. */
async function measured(
  { subjects, ...measure }: Measure,
  rounds: number,
  signal: AbortSignal,
): Promise<MeasureResult> {
  const rows: ResultRow[] = subjects.map(({ system }) => ({ system, rounds: [] }));
  for (let round = 0; round < (measure.rounds ?? rounds); round += 1) {
    for (const [index, subject] of subjects.entries()) {
      if (round >= (subject.rounds ?? Number.POSITIVE_INFINITY)) continue;
      const row = rows[index] ?? { system: subject.system, rounds: [] };
      rows[index] = await subject.run().then(
        ({ figures, curve }) => ({
          ...row,
          rounds: [...row.rounds, figures],
          ...(curve === undefined ? {} : { curve }),
        }),
        (error: Error) => ({ ...row, problem: oneLine(error.message) }),
      );
      // What is measured while everything is being ended is no result.
      signal.throwIfAborted();
    }
  }
  say(`\n${measure.title}\n${markdownTable(rows)}`);
  const { name, title, about, plot } = measure;
  return { name, title, about, rows, ...(plot === undefined ? {} : { plot }) };
}

const LONGEST_PROBLEM = 200;

function oneLine(message: string): string {
  return message.replace(/\s+/g, ' ').trim().slice(0, LONGEST_PROBLEM);
}

function commandOf({ full, anyway, only }: BenchOptions): string {
  const args = [...(full ? ['--full'] : []), ...(anyway ? ['--anyway'] : [])];
  if (only.length > 0) args.push('--only', only.join(','));
  return ['npm run bench', ...(args.length === 0 ? [] : ['--', ...args])].join(' ');
}

/** Ends everything that was started, also when something fails where nobody waits for it. */
function endWhenInterrupted(end: () => Promise<void>): void {
  const interrupted = (why: unknown) => {
    console.error(why instanceof Error ? why : 'Interrupted: ending what was started');
    void end().finally(() => process.exit(1));
  };
  for (const event of ['SIGINT', 'SIGTERM', 'SIGHUP', 'uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, interrupted);
  }
}

process.exit(await main());
