import { systemClock } from '../../src/clock.ts';

/**
 * Something done to Legwork that lasts so long, an outage say, with what a test does meanwhile. It is the length of
 * what is done, never a time for something to happen in: for that there is `waitUntil`.
 */
export async function lasting<T>(ms: number, meanwhile: () => Promise<T>): Promise<T> {
  const [result] = await Promise.all([meanwhile(), systemClock.sleep(ms)]);
  return result;
}
