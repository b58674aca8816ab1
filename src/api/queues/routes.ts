import { z } from 'zod';
import { compact } from '../../call/compact.ts';
import type { QueueChange } from '../../call/queue/call-queues.ts';
import {
  LARGEST_QUEUE,
  LONGEST_QUEUE_NAME,
  QUEUE_EVENTS,
  type QueueEvent,
  type QueueRecord,
} from '../../call/queue/queue-record.ts';
import { API_ERRORS, badRequest, notFound } from '../errors.ts';
import {
  changed,
  checked,
  clearable,
  httpMethod,
  httpUrl,
  label,
  optional,
  required,
  wholeNumber,
  wordsOf,
} from '../parameters.ts';
import type { CallbackTarget } from '../../call/callback-target.ts';
import { uriOf } from '../place.ts';
import type { Route, RoutedRequest } from '../route.ts';
import { changeRoutes, createRoute, listRoute, readRoute, removeRoute } from '../route-kinds.ts';
import { findQueue } from './find.ts';
import { memberRoutes, type QueueDeps } from './member-routes.ts';
import { presentQueue, QUEUE } from './presenter.ts';

const DEFAULT_SIZE = 1000;
const DEFAULT_EVENTS: readonly QueueEvent[] = ['join', 'leave'];

const name = checked(
  API_ERRORS.badRequest,
  `1 to ${LONGEST_QUEUE_NAME} characters, none of them a control character`,
  (text) => text.trim() !== '' && text.trim().length <= LONGEST_QUEUE_NAME && !/\p{Cc}/u.test(text),
  { maxLength: LONGEST_QUEUE_NAME },
).transform((text) => text.trim());
const size = wholeNumber(1, LARGEST_QUEUE);

const callbackParameters = {
  StatusCallback: clearable(httpUrl(API_ERRORS.statusCallback)),
  StatusCallbackMethod: optional(httpMethod()),
  StatusCallbackEvent: wordsOf(QUEUE_EVENTS),
};
const newQueueSchema = z.object({
  FriendlyName: required(API_ERRORS.badRequest, name),
  MaxSize: optional(size),
  ...callbackParameters,
});
const changedQueueSchema = z.object({
  FriendlyName: optional(name),
  MaxSize: optional(size),
  ...callbackParameters,
});
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
        const statusCallback = callbackAfter(form, undefined);
        const settings = compact({ friendlyName, maxSize, statusCallback });
        const made = await driven.create({ accountSid: account.sid, ...settings });
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
        const statusCallback = callbackAfter(form, found.statusCallback);
        if (friendlyName === undefined && maxSize === undefined && !isAboutCallback(form)) {
          const message = 'One of FriendlyName, MaxSize and StatusCallback is required';
          throw badRequest(API_ERRORS.badRequest, message);
        }
        const changed = await driven.change(found.sid, {
          ...compact({ friendlyName, maxSize }),
          ...(isAboutCallback(form) ? { statusCallback } : {}),
        });
        if (changed === undefined) throw notFound('The queue');
        const { size, averageWaitS } = found;
        return { shown: presentQueue({ ...accepted(changed, friendlyName), size, averageWaitS }, place) };
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

type CallbackForm = z.output<z.ZodObject<typeof callbackParameters>>;
type QueueCallback = CallbackTarget<QueueEvent> | undefined;

function isAboutCallback(form: CallbackForm): boolean {
  return (
    [form.StatusCallback, form.StatusCallbackMethod].some((value) => value !== undefined) ||
    form.StatusCallbackEvent.length > 0
  );
}

/** Where callbacks go after a request, by default of those who join and leave. */
function callbackAfter(form: CallbackForm, former: QueueCallback): QueueCallback {
  const url = changed(form.StatusCallback, former?.url);
  if (url === undefined) return undefined;
  const events =
    form.StatusCallbackEvent.length > 0 ? form.StatusCallbackEvent : (former?.events ?? DEFAULT_EVENTS);
  return { url, method: form.StatusCallbackMethod ?? former?.method ?? 'POST', events };
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
