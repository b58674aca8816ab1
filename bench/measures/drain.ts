import { setTimeout as sleep } from 'node:timers/promises';
import type { Bed } from '../bed/bed.ts';
import { startCpuMeter } from '../load/cpu-time.ts';
import { prepareBacklog } from '../systems/legwork-with-backlog.ts';
import type { Measured } from './measured.ts';

const POLL_MS = 200;
/** A slower drain is not waited for. */
const LEAST_PER_SECOND = 50;

/** How fast a Legwork that starts with a backlog gets rid of it, to one receiver that answers at once. */
export async function drainRate(bed: Bed, backlog: number): Promise<Measured> {
  const legwork = await prepareBacklog(bed, backlog);
  try {
    await bed.app.take();
    const before = await bed.app.callbacks();
    await legwork.start();
    const stopMeter = await startCpuMeter({ controller: legwork.connection.pid, application: bed.app.pid });
    const curve = await watchArrivals(bed, before, backlog);
    const cpu = await stopMeter();
    await bed.app.take();
    const [first, last] = [curve[0], curve.at(-1)];
    if (first === undefined || last === undefined) throw new Error('No callback came');
    return {
      figures: {
        'callbacks delivered': last[1],
        'per second': (last[1] - first[1]) / (last[0] - first[0]),
        'CPU of controller ms/callback': ((cpu['controller'] ?? 0) * 1000) / last[1],
      },
      curve,
    };
  } finally {
    await legwork.remove();
  }
}

/** Seconds since the first arrival, and how many have come. */
async function watchArrivals(bed: Bed, before: number, backlog: number): Promise<[number, number][]> {
  const curve: [number, number][] = [];
  const deadline = performance.now() + (backlog / LEAST_PER_SECOND) * 1000;
  // Counted from the first arrival: starting is not draining.
  let began = performance.now();
  for (;;) {
    const come = (await bed.app.callbacks()) - before;
    if (come === 0) began = performance.now();
    else curve.push([(performance.now() - began) / 1000, come]);
    if (come >= backlog || performance.now() > deadline) return curve;
    await sleep(POLL_MS);
  }
}
