import { numberIn, textIn } from './line-data.ts';
import type { CallEvent } from './resources.ts';

const EVENTS: Readonly<Record<string, string>> = {
  queued: 'waits in',
  dequeued: 'taken out of',
  bridged: 'talks, from',
  'back-in-place': 'waits again in',
  moved: 'has another place in',
  left: 'out of',
};

/** A line about a queue: `taken out of support after 12 s`, `out of support: hangup`. */
export function queueWords({ data }: Pick<CallEvent, 'data'>): string {
  const event = textIn(data, 'event') ?? '';
  const words = `${EVENTS[event] ?? event} queue ${textIn(data, 'friendlyName') ?? ''}`.trim();
  const waited = numberIn(data, 'waited');
  const result = textIn(data, 'result');
  const after = waited === undefined ? '' : ` after ${waited} s`;
  return result === undefined ? `${words}${after}` : `${words}: ${result}${after}`;
}
