import { aborted } from '../../../concurrency/aborted.ts';
import type { RequestTarget } from '../../../call/callback-target.ts';
import type { Place } from '../../../call/queue/member.ts';
import type { Parameters } from '../../../call/request-parameters.ts';
import { ERROR_CODES } from '../../document/problem.ts';
import type { EnqueueMemory } from './state.ts';
import type { EnqueueContext, EnqueueVerb } from './types.ts';

/** A wait document that ends sooner than this had nothing to hear; the next one waits until then. */
const SHORTEST_ROUND_MS = 1000;
/** After so many such rounds in a row music is played instead. */
const MOST_SHORT_ROUNDS = 10;
/** How long music is played before a wait document that could not be had is requested again. */
const ASK_AGAIN_MS = 30_000;

/** What the wait document asked for; undefined: nothing, its signal aborted. */
export type Asked = 'leave' | 'hang-up' | undefined;

/** Lets the leg hear what it hears while it waits, until `signal` aborts or a document wants something else. */
export async function hear(
  verb: EnqueueVerb,
  place: Place,
  memory: EnqueueMemory,
  context: EnqueueContext,
  signal: AbortSignal,
): Promise<Asked> {
  if (verb.wait === 'silence') return aborted(signal).then(() => undefined);
  if (verb.wait === undefined) return playMusic(context, signal);
  return loopDocument({ wait: verb.wait, place, memory, context, signal });
}

interface Loop {
  readonly wait: RequestTarget;
  readonly place: Place;
  readonly memory: EnqueueMemory;
  readonly context: EnqueueContext;
  readonly signal: AbortSignal;
}

/** Runs the wait document again and again. */
async function loopDocument(loop: Loop): Promise<Asked> {
  const { wait, context, signal } = loop;
  const { clock } = context;
  let shortRounds = 0;
  while (!signal.aborted) {
    const beganAt = clock.steady();
    const outcome = await runOnce(loop);
    if (signal.aborted) return undefined;
    const took = clock.steady() - beganAt;
    if (outcome === 'left') return 'leave';
    if (outcome === 'declined') return 'hang-up';
    if (outcome === 'failed') {
      const message = `The waitUrl cannot be used; the caller hears music and waits on`;
      await context.warn({ errorCode: ERROR_CODES.queueWaitFailed, message, requestUrl: wait.url });
      await playMusic(context, signal, ASK_AGAIN_MS);
    }
    shortRounds = outcome === 'finished' && took < SHORTEST_ROUND_MS ? shortRounds + 1 : 0;
    if (shortRounds >= MOST_SHORT_ROUNDS) {
      const message = 'There is nothing to hear at the waitUrl; music is played instead';
      await context.warn({ errorCode: ERROR_CODES.queueWaitFailed, message, requestUrl: wait.url });
      return playMusic(context, signal);
    }
    if (shortRounds > 0) await clock.sleep(SHORTEST_ROUND_MS - took, signal);
  }
  return undefined;
}

/** Resolves when the document is over, or as soon as nothing of it can be heard any more. */
async function runOnce({ wait, place, memory, context, signal }: Loop) {
  const position = memory.takeWait();
  let silent: () => void = () => undefined;
  const stopped = new Promise<'stopped'>((resolve) => {
    silent = () => {
      if (signal.aborted) resolve('stopped');
    };
  });
  const run = context.runDocument({
    ...wait,
    live: context.live,
    kind: 'queue',
    signal,
    parameters: () => waitParameters(place),
    onSilent: () => silent(),
    ...(position === undefined ? {} : { position }),
    keep: (kept) => memory.keep({ wait: kept }),
  });
  // Whoever took the caller does not wait for a request of the document that is still under way.
  return Promise.race([run, stopped]);
}

function waitParameters(place: Place): Parameters {
  const { position, waitedS, averageS, size, maxSize } = place.facts();
  return [
    ['QueueSid', place.queueSid],
    ['QueuePosition', String(position)],
    ['QueueTime', String(waitedS)],
    ['AvgQueueTime', String(averageS)],
    ['CurrentQueueSize', String(size)],
    ['MaxQueueSize', String(maxSize)],
  ];
}

/** Plays music until `signal` aborts, or for so long. */
async function playMusic(
  { control, live, clock }: EnqueueContext,
  signal: AbortSignal,
  ms?: number,
): Promise<undefined> {
  if (signal.aborted) return;
  await control.startMusic(live.sid);
  await (ms === undefined ? aborted(signal) : clock.sleep(ms, signal));
  await control.stopMusic(live.sid);
}
