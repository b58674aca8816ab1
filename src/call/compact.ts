/** The same object without its undefined members: in our records a missing value is an absent member. */
export function compact<const T extends object>(value: T): Compact<T> {
  // Every record of every call comes through here: no lists are made on the way.
  const present: Record<string, unknown> = {};
  for (const name of Object.keys(value)) {
    const member: unknown = value[name as keyof T];
    if (member !== undefined) present[name] = member;
  }
  return present as Compact<T>;
}

type Compact<T> = {
  [K in keyof T as undefined extends T[K] ? never : K]: T[K];
} & { [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined> };
