import { z } from 'zod';
import { compact } from '../../call/compact.ts';
import type { CallRepository } from '../../records/repositories.ts';
import type { NotificationRepository } from '../../records/call-history.ts';
import type { NotificationRecord } from '../../call/journal-store.ts';
import { findCall } from '../calls/find.ts';
import { notFound } from '../errors.ts';
import type { ListQuery } from '../list-query.ts';
import { oneOf, optional, sidFilter, wholeNumber } from '../parameters.ts';
import { uriOf } from '../place.ts';
import { type ApiRequest, type Route, type RoutedRequest, sidOf } from '../route.ts';
import { listRoute, readRoute } from '../route-kinds.ts';
import { NOTIFICATION, presentNotification } from './presenter.ts';

export interface NotificationDeps {
  readonly notifications: NotificationRepository;
  readonly calls: CallRepository;
}

/** `GET P/Notifications`, but for `MessageDate`. */
const filterSchema = z.object({
  CallSid: sidFilter('CA'),
  Log: optional(oneOf(['0', '1'])),
  ErrorCode: optional(wholeNumber(0, 99_999)),
});
/** `GET P/Calls/{sid}/Notifications`. */
const filterOfCallSchema = filterSchema.omit({ CallSid: true });

type Asked = ApiRequest<{ readonly query: ListQuery<typeof filterOfCallSchema, 'MessageDate'> }>;

/** `P/Notifications`, and those of one call. */
export function notificationRoutes(deps: NotificationDeps): readonly Route[] {
  const { calls } = deps;
  return [
    listRoute({
      path: '/Notifications',
      summary: 'Notifications, newest first',
      filters: filterSchema,
      times: ['MessageDate'],
      resource: NOTIFICATION,
      handle: (request) => list(deps, request, ['Notifications'], request.query.given.CallSid),
    }),
    readRoute({
      path: '/Notifications/:sid',
      summary: 'Reads a Notification',
      resource: NOTIFICATION,
      find: (request) => find(deps, request),
      handle: async ({ found, place }) => ({ shown: presentNotification(found, place) }),
    }),
    listRoute({
      path: '/Calls/:sid/Notifications',
      summary: 'Notifications of one call',
      filters: filterOfCallSchema,
      times: ['MessageDate'],
      resource: NOTIFICATION,
      find: (request) => findCall(calls, request),
      handle: (request) => {
        const { sid } = request.found;
        return list(deps, request, ['Calls', sid, 'Notifications'], sid);
      },
    }),
  ];
}

const LEVELS = { '0': 'error', '1': 'warning' } as const;

async function list(
  { notifications }: NotificationDeps,
  { account, place, query }: Asked,
  path: readonly string[],
  callSid: string | undefined,
) {
  const { page, given, spans } = query;
  const filter = compact({
    callSid,
    level: given.Log === undefined ? undefined : LEVELS[given.Log],
    errorCode: given.ErrorCode,
    ...spans.MessageDate,
  });
  const found = await notifications.list(account.sid, page, filter);
  const items = found.items.map((record) => presentNotification(record, place));
  return { ...found, items, uri: uriOf(place, account.sid, ...path) };
}

async function find(
  { notifications }: NotificationDeps,
  request: RoutedRequest,
): Promise<NotificationRecord> {
  const sid = sidOf(request, 'NO');
  const record = await notifications.find(request.account.sid, sid);
  if (record === undefined) throw notFound(`Notification ${sid}`);
  return record;
}
