import { z } from 'zod';
import { compact } from '../../call/compact.ts';
import type { QueueChange } from '../../call/queue/call-queues.ts';
import { LARGEST_QUEUE, LONGEST_QUEUE_NAME, type QueueRecord } from '../../call/queue/queue-record.ts';
import { API_ERRORS, badRequest, notFound } from '../errors.ts';
import { checked, label, optional, required, wholeNumber } from '../parameters.ts';
import { uriOf } from '../place.ts';
import type { Route, RoutedRequest } from '../route.ts';
import { changeRoutes, createRoute, listRoute, readRoute, removeRoute } from '../route-kinds.ts';
import { findQueue } from './find.ts';
import { memberRoutes, type QueueDeps } from './member-routes.ts';
import { presentQueue, QUEUE } from './presenter.ts';

const DEFAULT_SIZE = 1000;

const name = checked(
  API_ERRORS.badRequest,
  `1 to ${LONGEST_QUEUE_NAME} characters, none of them a control character`,
  (text) => text.trim() !== '' && text.trim().length <= LONGEST_QUEUE_NAME && !/\p{Cc}/u.test(text),
  { maxLength: LONGEST_QUEUE_NAME },
).transform((text) => text.trim());
const size = wholeNumber(1, LARGEST_QUEUE);

const newQueueSchema = z.object({
  FriendlyName: required(API_ERRORS.badRequest, name),
  MaxSize: optional(size),
});
const changedQueueSchema = z.object({ FriendlyName: optional(name), MaxSize: optional(size) });
const filterSchema = z.object({ FriendlyName: optional(label(LONGEST_QUEUE_NAME)) });

/** `P/Queues` and their members; the path has the queue's SID or its name. */
export function queueRoutes(deps: QueueDeps): readonly Route[] {
  const { queues, driven } = deps;
  const find = (request: RoutedRequest) => findQueue(queues, request);
  const each = { path: '/Queues/:queue', find };
  return [
    listOfQueues(deps),
    createRoute({
      path: '/Queues',
      summary: 'Makes a Queue',
      form: newQueueSchema,
      resource: QUEUE,
      handle: async ({ account, form, place }) => {
        const { FriendlyName: friendlyName, MaxSize: maxSize = DEFAULT_SIZE } = form;
        const made = await driven.create({ accountSid: account.sid, friendlyName, maxSize });
        const shown = presentQueue({ ...accepted(made, friendlyName), size: 0, averageWaitS: 0 }, place);
        return { shown };
      },
    }),
    readRoute({
      ...each,
      summary: 'Reads a Queue',
      resource: QUEUE,
      handle: async ({ found, place }) => ({ shown: presentQueue(found, place) }),
    }),
    ...changeRoutes({
      ...each,
      summary: 'Changes a Queue',
      form: changedQueueSchema,
      resource: QUEUE,
      handle: async ({ found, form, place }) => {
        const { FriendlyName: friendlyName, MaxSize: maxSize } = form;
        if (friendlyName === undefined && maxSize === undefined) {
          throw badRequest(API_ERRORS.badRequest, 'One of FriendlyName and MaxSize is required');
        }
        const changed = await driven.change(found.sid, compact({ friendlyName, maxSize }));
        if (changed === undefined) throw notFound('The queue');
        return { shown: presentQueue({ ...found, ...accepted(changed, friendlyName) }, place) };
      },
    }),
    removeRoute({
      ...each,
      summary: 'Removes a queue in which nobody is',
      handle: async ({ found }) => {
        const done = await driven.remove(found.sid);
        if (done === 'not-found') throw notFound('The queue');
        if (done === 'removed') return;
        const message = `Queue ${found.sid} cannot be removed: somebody is in it`;
        throw badRequest(API_ERRORS.badRequest, message);
      },
    }),
    ...memberRoutes(deps),
  ];
}

function listOfQueues({ queues }: QueueDeps): Route {
  return listRoute({
    path: '/Queues',
    summary: 'Queues, newest first',
    filters: filterSchema,
    resource: QUEUE,
    handle: async ({ account, place, query: { page, given } }) => {
      const found = await queues.list(account.sid, page, compact({ friendlyName: given.FriendlyName }));
      const items = found.items.map((record) => presentQueue(record, place));
      return { ...found, items, uri: uriOf(place, account.sid, 'Queues') };
    },
  });
}

/** @throws ApiError 400 */
function accepted(change: QueueChange, friendlyName: string | undefined): QueueRecord {
  if (change === 'taken') {
    const message = `FriendlyName must be unique in the account; there is a queue "${friendlyName}" already`;
    throw badRequest(API_ERRORS.badRequest, message);
  }
  if (change === 'too-many') {
    const message = 'The account has as many queues as QUEUE_MAX_QUEUES allows';
    throw badRequest(API_ERRORS.badRequest, message);
  }
  return change;
}
