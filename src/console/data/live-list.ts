interface Resource {
  readonly sid: string;
}

/** A list with its first page read again: what is new stands in front, and nothing stands there twice. */
export function merged<T extends Resource>(first: readonly T[], before: readonly T[]): readonly T[] {
  const again = new Set(first.map(({ sid }) => sid));
  return [...first, ...before.filter(({ sid }) => !again.has(sid))];
}

/** A list with the newer version of one of its items; the same list when it does not have it. */
export function replaced<T extends Resource>(items: readonly T[], newer: T): readonly T[] {
  const index = items.findIndex(({ sid }) => sid === newer.sid);
  return index < 0 ? items : items.with(index, newer);
}

/**
 * The list with the newer version of an item, which leaves it when its status is no longer the one that the list is
 * of; undefined: every status.
 */
export function updated<T extends Resource & { readonly status: string }>(
  items: readonly T[],
  newer: T,
  status: string | undefined,
): readonly T[] {
  if (status === undefined || newer.status === status) return replaced(items, newer);
  return items.filter(({ sid }) => sid !== newer.sid);
}
