import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bed } from '../bed/bed.ts';
import { type CpuSeconds, startCpuMeter } from '../load/cpu-time.ts';
import { makeCalls, startCallees } from '../load/sipp.ts';
import type { Service, System } from '../systems/system.ts';
import { partsOf } from './calls-at-rate.ts';
import type { Measured } from './measured.ts';

/** Calls that are held at the same time. */
export interface Held {
  readonly service: Service;
  readonly calls: number;
  readonly perSecond: number;
  readonly rtp: boolean;
}

interface Memory {
  /** Kilobytes. */
  readonly resident: number;
  readonly heap: number;
  readonly asterisk: number;
}

/** From the last answer until memory is looked at, and how long processor time is counted from then on. */
const SETTLE_MS = 4_000;
const WATCH_MS = 5_000;
const SPARE_MS = 4_000;

/** What each of these calls takes while it is held: memory, and processor time per second. */
export async function heldCalls(bed: Bed, system: System, held: Held): Promise<Measured> {
  const sound = held.rtp ? { sound: bed.sound } : {};
  const callees = held.service === 'dial' ? await startCallees(bed.sipp, system.callee, sound) : undefined;
  const rampMs = (held.calls / held.perSecond) * 1000;
  try {
    const before = await memoryOf(bed, system);
    const making = makeCalls(bed.sipp, {
      from: system.caller,
      to: bed.asterisk.sip,
      number: system.number(held.service),
      perSecond: held.perSecond,
      calls: held.calls,
      talkMs: rampMs + SETTLE_MS + WATCH_MS + SPARE_MS,
      ...sound,
    });
    const watching = watch(bed, system, rampMs + SETTLE_MS);
    // Also when one of them fails: a load that goes on would disturb the next measure.
    await Promise.allSettled([making, watching]);
    const [made, { cpu, after }] = [await making, await watching];
    const quiet = await system.quiet();
    const each = (part: keyof Memory) => (after[part] - before[part]) / held.calls;
    const perSecond = (seconds = Number.NaN) => (seconds * 1000) / (WATCH_MS / 1000) / held.calls;
    return {
      figures: {
        'resident kB/call': each('resident'),
        'heap kB/call': each('heap'),
        'resident kB/call of Asterisk': each('asterisk'),
        'CPU of controller ms/s': perSecond(cpu['controller']),
        'of Asterisk': perSecond(cpu['asterisk']),
        failed: made.failed + made.refused + (quiet ? 0 : 1),
      },
    };
  } finally {
    await callees?.stop();
  }
}

/** Processor time and memory once all calls are up. */
async function watch(
  bed: Bed,
  system: System,
  afterMs: number,
): Promise<{ readonly cpu: CpuSeconds; readonly after: Memory }> {
  await sleep(afterMs);
  const stopMeter = await startCpuMeter(partsOf(bed, system));
  await sleep(WATCH_MS);
  return { cpu: await stopMeter(), after: await memoryOf(bed, system) };
}

async function memoryOf(bed: Bed, { parts, legwork }: System): Promise<Memory> {
  const asterisk = await residentKb(bed.asterisk.pid);
  if (legwork !== undefined) {
    const { residentBytes, heapBytes } = await legwork.memory();
    return { resident: residentBytes / 1024, heap: heapBytes / 1024, asterisk };
  }
  const controller = parts['controller'];
  const resident = controller === undefined ? Number.NaN : await residentKb(controller);
  return { resident, heap: Number.NaN, asterisk };
}

async function residentKb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]);
}
