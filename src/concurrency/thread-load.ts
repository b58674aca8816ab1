import { type IntervalHistogram, monitorEventLoopDelay, performance } from 'node:perf_hooks';

/** How busy the process's thread was since the last look. */
export interface LoadReading {
  /** The part of the time in which it did something; 1: all the time. */
  readonly busy: number;
  /** How much later than due it did things, on average, in milliseconds. */
  readonly lateMs: number;
}

/** Where the load of the process's thread can be read; each reader has one of its own. */
export interface ThreadLoad {
  /** Since the last reading, or since it was made. */
  read(): LoadReading;
}

const RESOLUTION_MS = 20;

/** The load of this process. */
export class OwnThreadLoad implements ThreadLoad {
  readonly #delay: IntervalHistogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  #last = performance.eventLoopUtilization();
  #lastUsedMs = usedMs();
  #lastAt = performance.now();

  constructor() {
    this.#delay.enable();
  }

  read(): LoadReading {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, this.#last);
    this.#last = now;
    // While other programs have the processors, the thread waits for one, which is no work of ours.
    const busy = Math.min(utilization, this.#processor());
    // Empty until its first interval is over.
    const lateMs = this.#delay.count === 0 ? 0 : Math.max(0, this.#delay.mean / 1e6 - RESOLUTION_MS);
    this.#delay.reset();
    return { busy, lateMs };
  }

  /** The part of the time that the process, with all its threads, had a processor since the last reading. */
  #processor(): number {
    const [used, at] = [usedMs(), performance.now()];
    const part = (used - this.#lastUsedMs) / Math.max(1, at - this.#lastAt);
    this.#lastUsedMs = used;
    this.#lastAt = at;
    return part;
  }
}

/** The processor time of this process so far, in milliseconds. */
function usedMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
