/** What a SIPp has counted, by the names of its statistics file; the cumulative columns end in `(C)`. */
export type Counts = ReadonlyMap<string, number>;

/** The last line of a statistics file (`-trace_stat`); empty when it has none yet. */
export function lastCounts(text: string): Counts {
  const [head = '', ...lines] = text.trimEnd().split('\n');
  const last = lines.at(-1)?.split(';') ?? [];
  const pairs = head.split(';').map((name, index) => [name, Number(last[index])] as const);
  return new Map(pairs.filter(([name, value]) => name !== '' && Number.isFinite(value)));
}

/** Milliseconds of the first timer, from a response time file (`-trace_rtt`), ascending. */
export function responseTimes(text: string): readonly number[] {
  const lines = text.trim().split('\n').slice(1);
  const times = lines.map((line) => Number(line.split(';')[1]));
  return times.filter((time) => Number.isFinite(time)).toSorted((a, b) => a - b);
}

/** Something that a scenario has logged. */
export interface Mark {
  readonly what: string;
  /** Whose it is. */
  readonly who: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** The lines `<what> <who> [timestamp]` of a log file (`-trace_logs`). */
export function marksOf(text: string): readonly Mark[] {
  return text.split('\n').flatMap((line) => {
    const [, what, who, seconds] = /(\w+) (\S+) \d{4}-\S+\s+\S+\s+(\d+\.\d+)\s*$/.exec(line) ?? [];
    if (what === undefined || who === undefined) return [];
    return [{ what, who, at: Number(seconds) * 1000 }];
  });
}

/** When each of these things happened, by whom it happened to; of several times the first. */
export function timesOf(marks: readonly Mark[], what: string): ReadonlyMap<string, number> {
  const times = new Map<string, number>();
  for (const mark of marks) {
    if (mark.what === what && !times.has(mark.who)) times.set(mark.who, mark.at);
  }
  return times;
}
