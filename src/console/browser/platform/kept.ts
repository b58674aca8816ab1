// What the browser keeps of somebody's choices: columns, saved views. Never anything of a call.

/** What was kept under a name; `otherwise` when there is nothing, or nothing that can be read. */
export function kept<T>(name: string, otherwise: T): T {
  try {
    const text = localStorage.getItem(`legwork.${name}`);
    return text === null ? otherwise : (JSON.parse(text) as T);
  } catch {
    return otherwise;
  }
}

/** Keeps a choice; where the browser keeps nothing, it holds until the page is left. */
export function keep(name: string, value: unknown): void {
  try {
    localStorage.setItem(`legwork.${name}`, JSON.stringify(value));
  } catch {
    // Full, or forbidden by the reader: nothing depends on it.
  }
}
