import { setTimeout as sleep } from 'node:timers/promises';
import type { Bed } from '../bed/bed.ts';
import type { Mark } from '../load/sipp-files.ts';
import { percentile } from '../report/percentile.ts';
import type { System } from '../systems/system.ts';
import { callsAtRate, TALK_MS } from './calls-at-rate.ts';
import type { Measured, Series } from './measured.ts';

const CALM = { service: 'inbound', perSecond: 20, seconds: 5, talkMs: TALK_MS, rtp: false } as const;
const RECOVERY_MS = 5_000;

/** A Legwork with the limits that it has when installed, at a rate that it cannot take, and a little later. */
export async function overload(
  bed: Bed,
  system: System,
  { perSecond, seconds }: { readonly perSecond: number; readonly seconds: number },
): Promise<Measured> {
  const before = await callsAtRate(bed, system, CALM);
  const during = await callsAtRate(bed, system, { ...CALM, perSecond, seconds });
  await sleep(RECOVERY_MS);
  const after = await callsAtRate(bed, system, CALM);
  const { made } = during;
  return {
    figures: {
      'offered /s': perSecond,
      'accepted /s': during.answered / seconds,
      'refused with 503': made.refused,
      failed: during.failed,
      retransmissions: during.retransmissions,
      'callbacks missing': during.callbacksMissing,
      'p99 before ms': percentile(before.made.answeredMs, 0.99),
      'p99 of accepted ms': percentile(made.answeredMs, 0.99),
      'p99 after 5 s ms': percentile(after.made.answeredMs, 0.99),
    },
    curve: acceptedPerSecond(made.marks),
  };
}

/** Accepted calls in each second of the overload. */
export function acceptedPerSecond(marks: readonly Mark[]): Series {
  const answers = marks.filter(({ what }) => what === 'answered').map(({ at }) => at);
  const first = answers[0] ?? 0;
  const perSecond = new Map<number, number>();
  for (const at of answers) {
    const second = Math.floor((at - first) / 1000);
    perSecond.set(second, (perSecond.get(second) ?? 0) + 1);
  }
  return [...perSecond].toSorted(([a], [b]) => a - b);
}
