import type { CallbackAttempt, DueCallback, Settlement } from '../../call/callbacks-queue.ts';
import { compact } from '../../call/compact.ts';
import type { Clock } from '../../concurrency/clock.ts';
import { settlementOf, type RetryPolicy } from './delivery-policy.ts';
import type { Outcome } from './destination-pace.ts';
import type { HttpFailure, HttpReply, HttpSender } from '../http-request.ts';
import { replyHead } from '../reply-text.ts';

const KEPT_BYTES = 2048;
/**
 * What a destination that timed out gets for each step up to the first byte of its reply: about so much, lest
 * many that were asked together all end, and begin again, at the same moment.
 */
const IMPATIENT_MS = 2_000;
const IMPATIENT_JITTER = 0.3;
const BUSY_STATUSES: readonly number[] = [429, 503];

export interface Delivery {
  readonly attempt: CallbackAttempt;
  readonly settlement: Settlement;
  readonly outcome: Outcome;
}

export interface DeliveryOptions {
  readonly sender: HttpSender;
  readonly clock: Clock;
  readonly policy: RetryPolicy;
}

/**
 * Sends a callback once and says what this means for it. `authToken` undefined: its account is no more. Without
 * patience a receiver that does not begin to reply gives its place back soon.
 */
export async function deliver(
  callback: DueCallback,
  authToken: string | undefined,
  patient: boolean,
  { sender, clock, policy }: DeliveryOptions,
): Promise<Delivery> {
  const at = clock.now();
  if (authToken === undefined) {
    const reason = 'The account does not exist any more';
    const attempt = { callbackSid: callback.sid, at, durationMs: 0, error: reason };
    return { attempt, settlement: { state: 'failed', reason }, outcome: 'failed' };
  }
  const result = await sender.send({
    url: callback.url,
    method: callback.method,
    parameters: callback.parameters,
    authToken,
    token: callback.sid,
    bodyLimit: KEPT_BYTES,
    overLimit: 'cut',
    retryBroken: 'reused-connection',
    ...(patient ? {} : { firstByteMs: impatientMs(policy) }),
  });
  const settlement = settlementOf(callback, resultFor(result, clock), clock.steady(), policy);
  const attempt = attemptOf(callback, at, result);
  return { attempt, settlement, outcome: outcomeOf(result) };
}

function impatientMs({ random }: RetryPolicy): number {
  return Math.round(IMPATIENT_MS * (1 - IMPATIENT_JITTER + 2 * IMPATIENT_JITTER * random()));
}

function outcomeOf(result: HttpReply | HttpFailure): Outcome {
  if (result.ok) return BUSY_STATUSES.includes(result.status) ? 'busy' : 'replied';
  return result.kind === 'timeout' ? 'timed-out' : 'failed';
}

function resultFor(result: HttpReply | HttpFailure, clock: Clock) {
  if (!result.ok) return { kind: result.kind, message: result.message };
  const retryAfter = result.headers['retry-after'];
  return {
    status: result.status,
    ...(typeof retryAfter === 'string' ? { retryAfter, receivedAt: clock.now() } : {}),
  };
}

function attemptOf(callback: DueCallback, at: number, result: HttpReply | HttpFailure): CallbackAttempt {
  const { durationMs, timing } = result;
  const basics = compact({ callbackSid: callback.sid, at, durationMs, timing });
  if (!result.ok)
    return {
      ...basics,
      error: `${result.kind}: ${result.message}`,
      ...(result.status === undefined ? {} : { status: result.status }),
    };
  const type = result.headers['content-type'];
  const responseHead = replyHead(result.body, typeof type === 'string' ? type : undefined);
  return { ...basics, status: result.status, ...(responseHead === undefined ? {} : { responseHead }) };
}
