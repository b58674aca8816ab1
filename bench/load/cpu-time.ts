import { readdir, readFile } from 'node:fs/promises';

/** Linux counts in hundredths of a second, whatever the machine. */
export const TICKS_PER_SECOND = 100;

/** A process, as `/proc/PID/stat` tells. */
export interface ProcessTimes {
  readonly pid: number;
  readonly parent: number;
  /** Ticks of its own, and of its children that have ended. */
  readonly ticks: number;
  /** Of these, those of its children. */
  readonly childTicks: number;
}

/** Reads a line of `/proc/PID/stat` (proc(5)): field 4, and fields 14 to 17. */
export function processTimes(stat: string): ProcessTimes {
  // The name, in parentheses, may hold blanks and parentheses.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [user = 0, system = 0, childUser = 0, childSystem = 0] = fields.slice(11, 15).map(Number);
  const childTicks = childUser + childSystem;
  const ticks = user + system + childTicks;
  return { pid: Number.parseInt(stat, 10), parent: Number(fields[1]), ticks, childTicks };
}

/** Ticks of a process with everything below it; what is below one of `others` counts there, not here. */
export function treeTicks(
  all: readonly ProcessTimes[],
  root: number,
  others: ReadonlySet<number> = new Set(),
): number {
  let sum = 0;
  const walk = (pid: number) => {
    sum += all.find((one) => one.pid === pid)?.ticks ?? 0;
    for (const child of all) if (child.parent === pid && !others.has(child.pid)) walk(child.pid);
  };
  walk(root);
  return sum;
}

/** Ticks that the machine's processors have spent on anything: the first line of `/proc/stat`, without idle and iowait. */
export function busyTicks(stat: string): number {
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = (stat.split('\n')[0] ?? '')
    .split(/\s+/)
    .slice(1)
    .map(Number);
  return user + nice + system + irq + softirq + steal;
}

/** Seconds of a processor, by part, and of everything that is not ours. */
export type CpuSeconds = Readonly<Record<string, number>>;

/** Name → process id; `load` is this process with all that is below it and not named. */
export type Parts = Readonly<Record<string, number>>;

/** Counts what each part uses from now on. */
export async function startCpuMeter(parts: Parts): Promise<() => Promise<CpuSeconds>> {
  const before = await sample(parts);
  return async () => {
    const after = await sample(parts);
    return Object.fromEntries(
      Object.entries(after).map(([name, ticks]) => [name, (ticks - (before[name] ?? 0)) / TICKS_PER_SECOND]),
    );
  };
}

async function sample(parts: Parts): Promise<Readonly<Record<string, number>>> {
  const [all, stat] = await Promise.all([allProcesses(), readFile('/proc/stat', 'utf8')]);
  const named = new Set(Object.values(parts));
  const own = Object.entries({ ...parts, load: process.pid }).map(
    ([name, pid]) => [name, treeTicks(all, pid, named)] as const,
  );
  const ours = own.reduce((sum, [, ticks]) => sum + ticks, 0);
  return { ...Object.fromEntries(own), others: busyTicks(stat) - ours };
}

async function allProcesses(): Promise<readonly ProcessTimes[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')));
  return lines.filter((line) => line !== '').map(processTimes);
}
