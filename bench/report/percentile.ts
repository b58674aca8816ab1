/** The value that this share of the values does not exceed; not a number when there are none. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

/** Median, least and greatest of what several rounds gave, without those that have nothing. */
export function spread(values: readonly number[]): Spread {
  const known = values.filter((value) => !Number.isNaN(value));
  return { median: percentile(known, 0.5), least: Math.min(...known), greatest: Math.max(...known) };
}

export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly greatest: number;
}
