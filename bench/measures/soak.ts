import { setTimeout as sleep } from 'node:timers/promises';
import type { Arrival } from '../bed/app-messages.ts';
import type { Bed } from '../bed/bed.ts';
import { pickFreePort } from '../../src/bundled-asterisk/ports.ts';
import { type CallsMade, makeCalls, startCallees } from '../load/sipp.ts';
import { percentile } from '../report/percentile.ts';
import type { LegworkInside, Service, System } from '../systems/system.ts';
import { missingCallbacks } from './calls-at-rate.ts';
import type { Measured } from './measured.ts';

const SERVICES: readonly Service[] = ['inbound', 'dial', 'say', 'gather', 'record'];
const PER_SECOND_EACH = 2;
const TALK_MS = 4_000;
const PORTION_S = 60;
const LATEST_MS = 15_000;
const POLL_MS = 200;
/** Minutes until caches are full and the compiler has done its work, and how many are then compared with the last ones. */
const WARM_UP = 5;
const COMPARED = 3;

interface Minute {
  readonly failed: number;
  readonly missing: number;
  readonly answeredMs: readonly number[];
  readonly heapMb: number;
  readonly residentMb: number;
}

/** Mixed verbs at an even rate, minute by minute; memory is looked at between them. */
export async function soak(bed: Bed, system: System, minutes: number): Promise<Measured> {
  const { legwork } = system;
  if (legwork === undefined) throw new Error('Only Legwork is soaked');
  const callees = await startCallees(bed.sipp, system.callee);
  try {
    const past: Minute[] = [];
    for (let minute = 0; minute < minutes; minute += 1) past.push(await oneMinute(bed, system, legwork));
    const sum = (of: 'failed' | 'missing') => past.reduce((total, minute) => total + minute[of], 0);
    return {
      figures: {
        calls: minutes * PORTION_S * PER_SECOND_EACH * SERVICES.length,
        failed: sum('failed'),
        'callbacks missing': sum('missing'),
        'INVITE→200 p99 ms': percentile(
          past.flatMap(({ answeredMs }) => answeredMs),
          0.99,
        ),
        'growth of heap %': growth(past.map(({ heapMb }) => heapMb)),
        'growth of resident memory %': growth(past.map(({ residentMb }) => residentMb)),
      },
      curve: past.map(({ residentMb }, minute) => [minute + 1, residentMb] as const),
    };
  } finally {
    await callees.stop();
  }
}

async function oneMinute(bed: Bed, system: System, legwork: LegworkInside): Promise<Minute> {
  await bed.app.take();
  const all = await Promise.all(SERVICES.map((service) => callService(bed, system, service)));
  const missing = await callbacksMissing(bed, all, system.callbacksPerCall);
  const quiet = await system.quiet();
  const { heapBytes, residentBytes } = await legwork.memory();
  return {
    failed: all.reduce((sum, { failed, refused }) => sum + failed + refused, quiet ? 0 : 1),
    missing,
    answeredMs: all.flatMap(({ answeredMs }) => answeredMs),
    heapMb: heapBytes / 2 ** 20,
    residentMb: residentBytes / 2 ** 20,
  };
}

async function callService(bed: Bed, system: System, service: Service): Promise<CallsMade> {
  const { host } = system.caller;
  return makeCalls(bed.sipp, {
    from: { host, port: await pickFreePort(host) },
    to: bed.asterisk.sip,
    number: system.number(service),
    perSecond: PER_SECOND_EACH,
    calls: PER_SECOND_EACH * PORTION_S,
    talkMs: TALK_MS,
  });
}

/** How many callbacks about these callers are missing, once none is or the time is up. */
async function callbacksMissing(bed: Bed, all: readonly CallsMade[], perCall: number): Promise<number> {
  const deadline = performance.now() + LATEST_MS;
  const arrivals: Arrival[] = [];
  for (;;) {
    arrivals.push(...(await bed.app.take()));
    const missing = all.reduce((sum, made) => sum + missingCallbacks(made, arrivals, perCall), 0);
    if (missing === 0 || performance.now() > deadline) return missing;
    await sleep(POLL_MS);
  }
}

/** By how many percent the last minutes are above those after the warm-up; not a number when there were too few. */
export function growth(perMinute: readonly number[]): number {
  if (perMinute.length < WARM_UP + 2 * COMPARED) return Number.NaN;
  const early = percentile(perMinute.slice(WARM_UP, WARM_UP + COMPARED), 0.5);
  const late = percentile(perMinute.slice(-COMPARED), 0.5);
  return ((late - early) / early) * 100;
}
