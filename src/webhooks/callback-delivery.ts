import type { CallbackAttempt, DueCallback, Settlement } from '../call/callbacks-queue.ts';
import type { Clock } from '../concurrency/clock.ts';
import { settlementOf, type RetryPolicy } from './delivery-policy.ts';
import type { HttpFailure, HttpReply, HttpSender } from './http-request.ts';
import { replyHead } from './reply-text.ts';

const KEPT_BYTES = 2048;

export interface Delivery {
  readonly attempt: CallbackAttempt;
  readonly settlement: Settlement;
  readonly outcome: 'replied' | 'timed-out' | 'failed';
}

export interface DeliveryOptions {
  readonly sender: HttpSender;
  readonly clock: Clock;
  readonly policy: RetryPolicy;
}

/** Sends a callback once and says what this means for it. `authToken` undefined: its account is no more. */
export async function deliver(
  callback: DueCallback,
  authToken: string | undefined,
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
  });
  const settlement = settlementOf(callback, outcomeFor(result), clock.now(), policy);
  const attempt = attemptOf(callback, at, result);
  const timedOut = !result.ok && result.kind === 'timeout';
  return { attempt, settlement, outcome: result.ok ? 'replied' : timedOut ? 'timed-out' : 'failed' };
}

function outcomeFor(result: HttpReply | HttpFailure) {
  if (!result.ok) return { kind: result.kind, message: result.message };
  const retryAfter = result.headers['retry-after'];
  return {
    status: result.status,
    ...(typeof retryAfter === 'string' ? { retryAfter } : {}),
  };
}

function attemptOf(callback: DueCallback, at: number, result: HttpReply | HttpFailure): CallbackAttempt {
  const { durationMs } = result;
  const basics = { callbackSid: callback.sid, at, durationMs };
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
