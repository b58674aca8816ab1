import { isSid } from '../../call/sids.ts';
import type { QueueRepository, QueueWithSize, WaitingMember } from '../../records/queue-repository.ts';
import { notFound } from '../errors.ts';
import { type RoutedRequest, sidOf } from '../route.ts';

/** Instead of a CallSid: whoever is first. */
export const FRONT = 'Front';

/** The queue that a path names by SID or by name. @throws ApiError 404 */
export async function findQueue(
  queues: QueueRepository,
  { account, variables }: RoutedRequest,
): Promise<QueueWithSize> {
  const written = variables['queue'] ?? '';
  const found = isSid('QU', written)
    ? await queues.find(account.sid, written)
    : await queues.findByName(account.sid, written);
  if (found === undefined) throw notFound('The queue');
  return found;
}

/** A member of a queue as a path names it. */
export interface NamedMember {
  readonly queue: QueueWithSize;
  /** Undefined: the first one. */
  readonly callSid: string | undefined;
}

/** @throws ApiError 404 when there is no such queue */
export async function findNamedMember(queues: QueueRepository, request: RoutedRequest): Promise<NamedMember> {
  const queue = await findQueue(queues, request);
  const isFront = request.variables['member'] === FRONT;
  return { queue, callSid: isFront ? undefined : sidOf(request, 'CA', 'member') };
}

/** @throws ApiError 404 when it does not wait */
export async function findMember(queues: QueueRepository, request: RoutedRequest): Promise<WaitingMember> {
  const { queue, callSid } = await findNamedMember(queues, request);
  const member = await queues.member(queue.sid, callSid);
  if (member === undefined) throw noMember(callSid);
  return member;
}

export function noMember(callSid: string | undefined) {
  return notFound(callSid === undefined ? 'A member at the front of the queue' : `Member ${callSid}`);
}
