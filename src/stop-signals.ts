import { systemClock } from './clock.ts';

/** The terminal sends us a Ctrl-C, and npm passes it on once more: signals within this time count as one. */
const ONE_SIGNAL_MS = 1_000;
const INTERRUPTED = 130;

/** `first` resolves, and `stopped` aborts, with the first SIGINT or SIGTERM; a later one ends the process at once. */
export function watchSignals(): { readonly first: Promise<void>; readonly stopped: AbortSignal } {
  let firstAt: number | undefined;
  const stop = new AbortController();
  const first = new Promise<void>((resolve) => {
    stop.signal.addEventListener('abort', () => resolve());
  });
  const heard = () => {
    const now = systemClock.steady();
    if (firstAt === undefined) {
      firstAt = now;
      stop.abort();
    } else if (now - firstAt > ONE_SIGNAL_MS) {
      process.exit(INTERRUPTED);
    }
  };
  process.on('SIGINT', heard);
  process.on('SIGTERM', heard);
  return { first, stopped: stop.signal };
}
