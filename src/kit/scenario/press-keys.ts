import type { Clock } from '../../concurrency/clock.ts';

/** A person presses keys about this fast. */
const BETWEEN_KEYS_MS = 200;
const PAUSE_MS = 500;

/** Presses keys one after the other, `w` being half a second of rest; resolves when the last one is pressed. */
export async function pressKeys(
  keys: string,
  press: (key: string) => void,
  clock: Clock,
  gone: AbortSignal,
): Promise<void> {
  for (const [index, key] of keys.split('').entries()) {
    if (gone.aborted) return;
    if (key === 'w') {
      await clock.sleep(PAUSE_MS, gone);
      continue;
    }
    if (index > 0) await clock.sleep(BETWEEN_KEYS_MS, gone);
    if (!gone.aborted) press(key);
  }
}
