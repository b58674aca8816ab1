/** The known name that the author most likely meant by `name`; undefined when none is similar enough. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  const written = name.toLowerCase();
  // One slip in a short name, two in a longer one: more would be guessing.
  let limit = written.length < 6 ? 1 : 2;
  let nearest: string | undefined;
  for (const candidate of known) {
    const distance = editDistance(written, candidate.toLowerCase(), limit);
    if (distance > limit || (distance === limit && nearest !== undefined)) continue;
    nearest = candidate;
    limit = distance;
  }
  return nearest;
}

/**
 * How many letters must be inserted, removed, replaced, or swapped with their neighbour to turn one word into the other
 * (optimal string alignment). When it is more than `limit`, any number above `limit`.
 */
function editDistance(one: string, other: string, limit: number): number {
  if (Math.abs(one.length - other.length) > limit) return limit + 1;
  let before: readonly number[] = [];
  let last = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const same = one[i - 1] === other[j - 1];
      const swapped = one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
      const choices = [at(last, j) + 1, at(row, j - 1) + 1, at(last, j - 1) + (same ? 0 : 1)];
      row.push(Math.min(...choices, swapped ? at(before, j - 2) + 1 : Number.POSITIVE_INFINITY));
    }
    before = last;
    last = row;
  }
  return at(last, other.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY;
}
