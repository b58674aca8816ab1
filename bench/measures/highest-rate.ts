/** How the highest rate is looked for. */
export interface RateSearch {
  readonly first: number;
  readonly most: number;
  /** The search ends when the lowest rate that failed is at most so many times the highest that held. */
  readonly precision: number;
}

/** The highest rate that holds: doubles until one fails, then halves the gap. 0 when none holds. */
export async function highestRate(
  holds: (perSecond: number) => Promise<boolean>,
  { first, most, precision }: RateSearch,
): Promise<number> {
  let held = 0;
  let failed = Number.POSITIVE_INFINITY;
  for (let rate = first; rate >= 1; rate = nextRate(held, failed, most)) {
    if (await holds(rate)) held = rate;
    else failed = rate;
    if (held >= most || failed <= held * precision || failed - held <= 1) return held;
  }
  return held;
}

function nextRate(held: number, failed: number, most: number): number {
  if (failed === Number.POSITIVE_INFINITY) return Math.min(held * 2, most);
  return Math.floor((held + failed) / 2);
}
