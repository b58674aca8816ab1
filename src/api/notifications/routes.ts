import { compact } from '../../call/compact.ts';
import { z } from 'zod';
import type { CallRepository } from '../../records/repositories.ts';
import type { NotificationRepository } from '../../records/call-history.ts';
import { notFound } from '../errors.ts';
import { type ListQuery, readListQuery } from '../list-query.ts';
import { listReply } from '../pages.ts';
import { oneOf, optional, sidFilter, wholeNumber } from '../parameters.ts';
import { type ApiReply, type ApiRequest, one, type Route, sidOf } from '../route.ts';
import { presentNotification } from './presenter.ts';

export interface NotificationDeps {
  readonly notifications: NotificationRepository;
  readonly calls: CallRepository;
}

/** `GET P/Notifications`; `MessageDate` is read beside it. */
export const notificationFilterSchema = z.object({
  CallSid: sidFilter('CA'),
  Log: optional(oneOf(['0', '1'])),
  ErrorCode: optional(wholeNumber(0, 99_999)),
});
/** `GET P/Calls/{sid}/Notifications`. */
export const callNotificationFilterSchema = notificationFilterSchema.omit({ CallSid: true });

const TIMES = ['MessageDate'] as const;

type Asked = ListQuery<z.output<typeof callNotificationFilterSchema>, (typeof TIMES)[number]>;

/** `P/Notifications`, and those of one call. */
export function notificationRoutes(deps: NotificationDeps): readonly Route[] {
  return [
    { method: 'GET', path: '/Notifications', handle: (request) => list(deps, request) },
    { method: 'GET', path: '/Notifications/:sid', handle: (request) => read(deps, request) },
    { method: 'GET', path: '/Calls/:sid/Notifications', handle: (request) => listOfCall(deps, request) },
  ];
}

async function list(deps: NotificationDeps, request: ApiRequest): Promise<ApiReply> {
  const asked = readListQuery(request.query, notificationFilterSchema, TIMES);
  return page(deps, request, ['Notifications'], asked, asked.given.CallSid);
}

async function listOfCall(deps: NotificationDeps, request: ApiRequest): Promise<ApiReply> {
  const callSid = sidOf(request, 'CA');
  if ((await deps.calls.find(request.account.sid, callSid)) === undefined) throw notFound(`Call ${callSid}`);
  const asked = readListQuery(request.query, callNotificationFilterSchema, TIMES);
  return page(deps, request, ['Calls', callSid, 'Notifications'], asked, callSid);
}

async function page(
  { notifications }: NotificationDeps,
  request: ApiRequest,
  path: readonly string[],
  { page: asked, given, spans }: Asked,
  callSid: string | undefined,
): Promise<ApiReply> {
  const { account, place } = request;
  const level = { '0': 'error', '1': 'warning' } as const;
  const filter = compact({
    callSid,
    level: given.Log === undefined ? undefined : level[given.Log],
    errorCode: given.ErrorCode,
    ...spans.MessageDate,
  });
  const found = await notifications.list(account.sid, asked, filter);
  const items = found.items.map((record) => presentNotification(record, place));
  return listReply(path, { ...found, items }, asked, request);
}

async function read({ notifications }: NotificationDeps, request: ApiRequest): Promise<ApiReply> {
  const sid = sidOf(request, 'NO');
  const record = await notifications.find(request.account.sid, sid);
  if (record === undefined) throw notFound(`Notification ${sid}`);
  return one(200, 'Notification', presentNotification(record, request.place));
}
