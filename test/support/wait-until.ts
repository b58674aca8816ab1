import { systemClock } from '../../src/clock.ts';

const POLL_MS = 10;

/** Resolves when a condition at a real socket or process holds; fails, naming it, when that takes too long. */
export async function waitUntil(
  what: string,
  holds: () => boolean | Promise<boolean>,
  deadlineMs = 25_000,
): Promise<void> {
  const deadline = systemClock.now() + deadlineMs;
  while (!(await holds())) {
    if (systemClock.now() > deadline) throw new Error(`Not within ${deadlineMs} ms: ${what}`);
    await systemClock.sleep(POLL_MS);
  }
}
