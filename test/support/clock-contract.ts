import assert from 'node:assert/strict';
import type { Clock } from '../../src/concurrency/clock.ts';

/** A clock, and how its time passes. */
export interface ClockWorld {
  readonly clock: Clock;
  /** Resolves with what becomes of `work`; time passes until then. */
  readonly passes: <T>(work: Promise<T>) => Promise<T>;
}

const SOON_MS = 5;
const LATER_MS = 20;
const NEVER_MS = 3_600_000;

/** What everything that waits relies on, be it the time of the machine or one that a test winds. */
export function keepsToTheClockContract(the: () => ClockWorld): void {
  it('runs what is due, in the order of the times, each once', async () => {
    const { clock, passes } = the();
    const ran: string[] = [];
    const runs = (name: string, ms: number) =>
      new Promise<void>((resolve) => {
        clock.after(ms, () => {
          ran.push(name);
          resolve();
        });
      });
    await passes(Promise.all([runs('later', LATER_MS), runs('soon', SOON_MS), runs('overdue', -1)]));
    assert.deepEqual(ran, ['overdue', 'soon', 'later']);
  });

  it('does not run what was cancelled, before or while other things ran', async () => {
    const { clock, passes } = the();
    const ran: string[] = [];
    clock.after(SOON_MS, () => ran.push('cancelled'))();
    const cancel = clock.after(LATER_MS, () => ran.push('cancelled meanwhile'));
    clock.after(SOON_MS, cancel);
    await passes(clock.sleep(LATER_MS * 2));
    cancel();
    assert.deepEqual(ran, []);
  });

  it('has moved on when somebody has slept', async () => {
    const { clock, passes } = the();
    const before = clock.steady();
    await passes(clock.sleep(LATER_MS));
    assert.ok(clock.steady() > before);
  });

  it('wakes a sleeper when its signal aborts, at once if that was before', async () => {
    const { clock } = the();
    await clock.sleep(NEVER_MS, AbortSignal.abort());
    const stop = new AbortController();
    const asleep = clock.sleep(NEVER_MS, stop.signal);
    stop.abort();
    await asleep;
  });

  it('lets a sleeper sleep to the end whose signal does not abort', async () => {
    const { clock, passes } = the();
    const woken: string[] = [];
    const sleeps = [
      clock.sleep(LATER_MS, new AbortController().signal).then(() => woken.push('later')),
      clock.sleep(SOON_MS).then(() => woken.push('soon')),
    ];
    await passes(Promise.all(sleeps));
    assert.deepEqual(woken, ['soon', 'later']);
  });
}
