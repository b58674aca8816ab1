import type { ReceivedRequest } from './application-server.ts';
import type { CallJson } from './live-legs.ts';

/** What is said of a run with many calls: everything that broke a promise, and what happened in numbers. */
export interface CallbackCheck {
  readonly wrongs: readonly string[];
  readonly figures: Readonly<Record<string, unknown>>;
}

/**
 * Checks status callbacks of many legs against the legs: every leg has a final state and exactly one final
 * callback that says it; per leg and URL the sequence numbers grow; what comes again has the same token.
 */
export function wrongsOf(legs: readonly CallJson[], requests: readonly ReceivedRequest[]): CallbackCheck {
  const callbacks = requests.filter(({ params }) => params['SequenceNumber'] !== undefined);
  const first = firstOfToken(callbacks);
  const wrongs = legs.flatMap((leg) =>
    wrongsOfLeg(
      leg,
      first.filter(({ params }) => params['CallSid'] === leg.sid),
    ),
  );
  const known = new Set(legs.map(({ sid }) => sid));
  const strangers = first.filter(({ params }) => !known.has(params['CallSid'] ?? ''));
  return {
    wrongs: [...wrongs, ...strangers.map(({ params }) => `${params['CallSid']} is no leg`)],
    figures: {
      legs: legs.length,
      statuses: counted(legs.map(({ direction, status }) => `${direction} ${status}`)),
      callbacks: first.length,
      callbacksRepeatedWithSameToken: callbacks.length - first.length,
      documentRequests: requests.length - callbacks.length,
    },
  };
}

function wrongsOfLeg(
  { sid, status, direction }: CallJson,
  told: readonly ReceivedRequest[],
): readonly string[] {
  const wrongs: string[] = [];
  const name = `${direction} ${sid} (${status})`;
  const sequence = told.map(({ params }) => Number(params['SequenceNumber']));
  if (sequence.some((value, index) => index > 0 && value <= (sequence[index - 1] ?? 0))) {
    wrongs.push(`${name}: out of order: ${sequence.join(' ')}`);
  }
  const finals = told.filter(({ params }) => isFinal(params['CallStatus'] ?? ''));
  if (finals.length !== 1) wrongs.push(`${name}: ${finals.length} final callbacks`);
  if (finals[0] !== undefined && finals[0].params['CallStatus'] !== status) {
    wrongs.push(`${name}: was told to be ${finals[0].params['CallStatus']}`);
  }
  if (sequence[0] !== 0) wrongs.push(`${name}: began with ${sequence[0]}`);
  return wrongs;
}

function isFinal(status: string): boolean {
  return !['queued', 'initiated', 'ringing', 'in-progress'].includes(status);
}

function firstOfToken(requests: readonly ReceivedRequest[]): readonly ReceivedRequest[] {
  const seen = new Set<string>();
  return requests.filter(({ headers }) => {
    const token = headers['i-idempotency-token'] ?? '';
    return !seen.has(token) && seen.add(token);
  });
}

/** How often each word is there. */
export function counted(words: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}
