import { readdir, readFile } from 'node:fs/promises';
import { processTimes, TICKS_PER_SECOND } from '../load/cpu-time.ts';

/** Seconds of a processor that were used so far. */
export interface CpuTimes {
  readonly legwork: number;
  /** Of what Legwork has started and seen end: sox, espeak-ng. */
  readonly tools: number;
  readonly asterisk: number;
}

/** Of a Legwork and of the Asterisk that has its files in the same DATA_DIR. */
export async function cpuTimes(pid: number, dataDir: string): Promise<CpuTimes> {
  const [own, children] = await timesOf(pid);
  return { legwork: own, tools: children, asterisk: (await timesOf(await asteriskOf(dataDir)))[0] };
}

/** Its own, and of its children that have ended. */
async function timesOf(pid: number): Promise<readonly [own: number, children: number]> {
  const { ticks, childTicks } = processTimes(await readFile(`/proc/${pid}/stat`, 'utf8'));
  return [(ticks - childTicks) / TICKS_PER_SECOND, childTicks / TICKS_PER_SECOND];
}

async function asteriskOf(dataDir: string): Promise<number> {
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const command = await readFile(`/proc/${entry}/cmdline`, 'utf8').catch(() => '');
    if (command.includes(`${dataDir}/asterisk/etc/asterisk.conf`)) return Number(entry);
  }
  throw new Error('Its Asterisk does not run');
}
