/** A value at a time. */
export interface Point {
  readonly at: number;
  readonly value: number;
}

/** A line of a chart, as the points of an SVG polyline, and the most that it reaches. */
export interface Line {
  readonly points: string;
  readonly most: number;
}

/** The history with one more value, without those that are older than the window. */
export function remembered(history: readonly Point[], point: Point, windowMs: number): readonly Point[] {
  return [...history.filter(({ at }) => at > point.at - windowMs), point];
}

/** The line through a history, over the whole width from the window's beginning to `now`. */
export function lineOf(
  history: readonly Point[],
  { now, windowMs, width, height }: { now: number; windowMs: number; width: number; height: number },
): Line {
  const most = Math.max(1, ...history.map(({ value }) => value));
  const points = history
    .filter(({ at }) => at >= now - windowMs)
    .map(({ at, value }) => {
      const x = width - ((now - at) / windowMs) * width;
      return `${x.toFixed(1)},${(height - (value / most) * height).toFixed(1)}`;
    });
  return { points: points.join(' '), most };
}
