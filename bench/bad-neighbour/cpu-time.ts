import { readdir, readFile } from 'node:fs/promises';

/** Linux counts in hundredths of a second, whatever the machine. */
const TICKS_PER_SECOND = 100;

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

/** Its own, and of its children that have ended: fields 14 to 17 (proc(5)). */
async function timesOf(pid: number): Promise<readonly [own: number, children: number]> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [user = 0, system = 0, childUser = 0, childSystem = 0] = fields.slice(11, 15).map(Number);
  return [(user + system) / TICKS_PER_SECOND, (childUser + childSystem) / TICKS_PER_SECOND];
}

async function asteriskOf(dataDir: string): Promise<number> {
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const command = await readFile(`/proc/${entry}/cmdline`, 'utf8').catch(() => '');
    if (command.includes(`${dataDir}/asterisk/etc/asterisk.conf`)) return Number(entry);
  }
  throw new Error('Its Asterisk does not run');
}
