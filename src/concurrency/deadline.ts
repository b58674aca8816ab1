import type { Clock } from './clock.ts';

/** The work's result, or `otherwise` when it fails or takes longer than `ms`. Never rejects. */
export async function within<T, E>(
  clock: Clock,
  ms: number,
  work: () => Promise<T>,
  otherwise: E,
): Promise<T | E> {
  const cut = new AbortController();
  const late = clock.sleep(ms, cut.signal).then(() => otherwise);
  try {
    return await Promise.race([work(), late]);
  } catch {
    return otherwise; // what the caller wants in place of a failure
  } finally {
    cut.abort();
  }
}
