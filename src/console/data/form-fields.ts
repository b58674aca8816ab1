type Values = Readonly<Record<string, string>>;

/**
 * The parameters that a form changes: an emptied one is sent empty, which takes it away, and what was left as it was
 * is not sent, so that nobody else's change of it is undone.
 */
export function changedFields(before: Values, now: Values): Values {
  return Object.fromEntries(Object.entries(now).filter(([name, value]) => value !== (before[name] ?? '')));
}
