import type { Clock } from './concurrency/clock.ts';

/** The lines of one kind that were left out in one minute. */
export interface LeftOut {
  readonly kind: string;
  readonly leftOut: number;
  /** Where most of it came from. */
  readonly busiest: string;
}

const WINDOW_MS = 60_000;
const PER_SOURCE = 10;
/** From all sources together: at 500 bytes a line, at most 70 MB a day for each kind, whatever strangers do. */
const PER_KIND = 100;

interface Window {
  readonly beganAt: number;
  /** Lines asked for by each source; only sources that had a line written are in it, which bounds its size. */
  readonly bySource: Map<string, number>;
  written: number;
  leftOut: number;
}

/**
 * For log lines that outsiders can cause as often as they like: lets through the first few of each kind and source
 * in a minute, and counts the rest. Kinds are ours, and few; sources are whatever the outsiders come from.
 */
export class SampledLog {
  readonly #clock: Clock;
  readonly #tell: (leftOut: LeftOut) => void;
  readonly #windows = new Map<string, Window>();

  /** `tell` is called once for each kind and minute in which lines were left out, at the next call after that minute. */
  constructor(clock: Clock, tell: (leftOut: LeftOut) => void) {
    this.#clock = clock;
    this.#tell = tell;
  }

  /** Whether a line of this kind and source may be written now. */
  admits(kind: string, source: string): boolean {
    this.tellOfPast();
    const window = this.#windowOf(kind);
    const before = window.bySource.get(source) ?? 0;
    const admitted = before < PER_SOURCE && window.written < PER_KIND;
    if (admitted || before > 0) window.bySource.set(source, before + 1);
    if (admitted) window.written += 1;
    else window.leftOut += 1;
    return admitted;
  }

  /** Reports what was left out in minutes that are over. */
  tellOfPast(): void {
    const now = this.#clock.steady();
    for (const [kind, window] of this.#windows) {
      if (now < window.beganAt + WINDOW_MS) continue;
      this.#windows.delete(kind);
      if (window.leftOut > 0) this.#tell({ kind, leftOut: window.leftOut, busiest: busiestOf(window) });
    }
  }

  #windowOf(kind: string): Window {
    const known = this.#windows.get(kind);
    if (known !== undefined) return known;
    const made = {
      beganAt: this.#clock.steady(),
      bySource: new Map<string, number>(),
      written: 0,
      leftOut: 0,
    };
    this.#windows.set(kind, made);
    return made;
  }
}

function busiestOf({ bySource }: Window): string {
  const [[busiest] = ['']] = [...bySource].toSorted(([, left], [, right]) => right - left);
  return busiest;
}
