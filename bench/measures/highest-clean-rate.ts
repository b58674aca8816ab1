import { setTimeout as sleep } from 'node:timers/promises';
import type { Bed } from '../bed/bed.ts';
import { percentile } from '../report/percentile.ts';
import type { Sizes } from '../sizes.ts';
import type { Service, System } from '../systems/system.ts';
import { callsAtRate, TALK_MS } from './calls-at-rate.ts';
import { highestRate } from './highest-rate.ts';
import type { Measured } from './measured.ts';
import { restCallsAtRate } from './rest-calls.ts';

export const CLEAN_P99_MS = 250;
const FIRST = 20;
const MOST = 400;
/** Lets queues that nobody can see run empty after the last rate. */
const PAUSE_MS = 500;

/** What a rate came to. */
interface Tried {
  readonly clean: boolean;
  readonly p99Ms: number;
}

/** Looks for the highest rate without a failure and a retransmission, and with short delays. */
export async function highestCleanRate(
  bed: Bed,
  system: System,
  service: Service | 'rest',
  { search }: Sizes,
): Promise<{ readonly rate: number; readonly measured: Measured }> {
  const curve: [number, number][] = [];
  const held = await highestRate(
    async (perSecond) => {
      const tried = await tryRate(bed, system, service, perSecond, search.seconds);
      curve.push([perSecond, tried.p99Ms]);
      await sleep(PAUSE_MS);
      return tried.clean;
    },
    { first: FIRST, most: MOST, precision: search.precision },
  );
  const at = curve.findLast(([rate]) => rate === held);
  return {
    rate: held,
    measured: {
      figures: { 'highest clean rate /s': held, 'p99 there ms': at?.[1] ?? Number.NaN },
      curve: curve.toSorted(([a], [b]) => a - b).filter(([, p99]) => Number.isFinite(p99)),
    },
  };
}

async function tryRate(
  bed: Bed,
  system: System,
  service: Service | 'rest',
  perSecond: number,
  seconds: number,
): Promise<Tried> {
  if (service === 'rest') {
    const run = await restCallsAtRate(bed, system, { perSecond, seconds });
    const p99Ms = percentile(run.invitedMs, 0.99);
    return { clean: run.failed === 0 && run.retransmissions === 0 && p99Ms < CLEAN_P99_MS, p99Ms };
  }
  const load = { service, perSecond, seconds, talkMs: TALK_MS, rtp: false };
  const { made, failed, retransmissions, callbacksMissing } = await callsAtRate(bed, system, load);
  const p99Ms = percentile(made.answeredMs, 0.99);
  const faults = failed + made.refused + retransmissions + callbacksMissing;
  return { clean: faults === 0 && p99Ms < CLEAN_P99_MS, p99Ms };
}
