// The only place of the pages that asks what time it is and waits.

export function now(): number {
  return Date.now();
}

/** Calls back once; the function that it returns takes that back. */
export function after(ms: number, act: () => void): () => void {
  const timer = setTimeout(act, ms);
  return () => clearTimeout(timer);
}

/** Calls back again and again until the function that it returns is called. */
export function every(ms: number, act: () => void): () => void {
  const timer = setInterval(act, ms);
  return () => clearInterval(timer);
}

/** Several calls within `ms` become one, at the end of that time. */
export function gathered(
  ms: number,
  act: () => void,
): { readonly call: () => void; readonly cancel: () => void } {
  let cancel: (() => void) | undefined;
  return {
    call: () => {
      cancel ??= after(ms, () => {
        cancel = undefined;
        act();
      });
    },
    cancel: () => {
      cancel?.();
      cancel = undefined;
    },
  };
}
