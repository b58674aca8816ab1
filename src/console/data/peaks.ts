/** How loud a part of a sound is at most: from 0 to 1. */
export type Peaks = readonly number[];

/** The loudest sample of each of so many equal parts of a channel. */
export function peaksOf(samples: ArrayLike<number>, parts: number): Peaks {
  const count = Math.max(1, Math.min(parts, samples.length));
  return Array.from({ length: count }, (_, part) => {
    const from = Math.floor((part * samples.length) / count);
    const to = Math.floor(((part + 1) * samples.length) / count);
    let most = 0;
    for (let at = from; at < to; at += 1) most = Math.max(most, Math.abs(samples[at] ?? 0));
    return Math.min(1, most);
  });
}

/** The outline of a wave around the middle of its height, as the path of an SVG; silence is a thin line. */
export function waveOf(
  peaks: Peaks,
  { width, height }: { readonly width: number; readonly height: number },
): string {
  const middle = height / 2;
  const step = width / Math.max(1, peaks.length);
  const at = (peak: number, index: number, sign: number) =>
    `${(index * step).toFixed(1)},${(middle + sign * Math.max(0.5, peak * (middle - 1))).toFixed(1)}`;
  const above = peaks.map((peak, index) => at(peak, index, -1));
  const below = peaks.map((peak, index) => at(peak, index, 1)).toReversed();
  return peaks.length === 0 ? '' : `M${[...above, ...below].join('L')}Z`;
}
