import { readFile } from 'node:fs/promises';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PackageFetcher } from '../src/bundled-asterisk/debian/debian-packages.ts';
import { findAsterisk } from '../src/bundled-asterisk/asterisk-program.ts';
import { runCommand } from '../src/bundled-asterisk/debian/run-command.ts';
import { busyTicks, TICKS_PER_SECOND } from './load/cpu-time.ts';
import type { Bed } from './bed/bed.ts';

/** How much other work the machine has. */
export interface Busyness {
  readonly loadAverage: number;
  /** The share of the processors' time that nobody used. */
  readonly idle: number;
}

const LOOK_MS = 3_000;
/** A load average below this share of the processors, and so much idle time, count as nothing else going on. */
const MOST_LOAD = 0.5;
const LEAST_IDLE = 0.9;

export async function measureBusyness(): Promise<Busyness> {
  const busy = async () => busyTicks(await readFile('/proc/stat', 'utf8'));
  const [before, began] = [await busy(), performance.now()];
  await sleep(LOOK_MS);
  const seconds = (performance.now() - began) / 1000;
  const used = ((await busy()) - before) / TICKS_PER_SECOND / seconds / cpus().length;
  return { loadAverage: loadavg()[0] ?? 0, idle: Math.max(0, 1 - used) };
}

/** Why nothing can be measured now; undefined when the machine is quiet. */
export function whyTooBusy({ loadAverage, idle }: Busyness, processors = cpus().length): string | undefined {
  const said: string[] = [];
  const most = processors * MOST_LOAD;
  if (loadAverage > most)
    said.push(`the load average is ${loadAverage.toFixed(1)}, above ${most.toFixed(1)}`);
  if (idle < LEAST_IDLE) said.push(`${shown(idle)} idle, less than ${shown(LEAST_IDLE)}`);
  return said.length === 0 ? undefined : said.join('; ');
}

export function describeBusyness({ loadAverage, idle }: Busyness): string {
  return `load average ${loadAverage.toFixed(2)}, ${shown(idle)} idle before the run`;
}

function shown(share: number): string {
  return `${(share * 100).toFixed(0)} %`;
}

/** What was measured, on what. */
export async function describeMachine(bed: Bed, fetcher: PackageFetcher): Promise<readonly string[]> {
  const { tool } = await findAsterisk(fetcher);
  const asterisk = await runCommand(tool.command, [...tool.args, '-V']);
  const sipp = await runCommand(bed.sipp.command, [...bed.sipp.args, '-v']);
  const commit = await runCommand('git', ['describe', '--always', '--dirty']);
  const gigabytes = (totalmem() / 2 ** 30).toFixed(0);
  return [
    `Legwork ${commit.ok ? commit.stdout.trim() : 'of no known commit'}`,
    asterisk.stdout.trim(),
    /SIPp v[\d.]+/.exec(`${sipp.stdout}${sipp.stderr}`)?.[0] ?? 'SIPp',
    `Node ${process.version}`,
    `Linux ${release()}`,
    `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'processor'}`,
    `${gigabytes} GB`,
  ];
}
