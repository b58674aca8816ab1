import { z } from 'zod';
import type { CallRepository } from '../../call/repositories.ts';
import type { NotificationFilter, NotificationRepository } from '../../call/call-history.ts';
import { spanOfQuery } from '../date-filter.ts';
import { notFound } from '../errors.ts';
import { listReply, pageRequestOf } from '../pages.ts';
import { compact, oneOf, optional, readForm, sidText, wholeNumber } from '../parameters.ts';
import { type ApiReply, type ApiRequest, one, type Route, sidOf } from '../route.ts';
import { presentNotification } from './presenter.ts';

export interface NotificationDeps {
  readonly notifications: NotificationRepository;
  readonly calls: CallRepository;
}

/** `GET P/Notifications`; `MessageDate` is read beside it. */
export const notificationFilterSchema = z.object({
  CallSid: optional(sidText('CA')),
  Log: optional(oneOf(['0', '1'])),
  ErrorCode: optional(wholeNumber(0, 99_999)),
});

/** `P/Notifications`, and those of one call. */
export function notificationRoutes(deps: NotificationDeps): readonly Route[] {
  return [
    { method: 'GET', path: '/Notifications', handle: (request) => list(deps, request) },
    { method: 'GET', path: '/Notifications/:sid', handle: (request) => read(deps, request) },
    { method: 'GET', path: '/Calls/:sid/Notifications', handle: (request) => listOfCall(deps, request) },
  ];
}

async function list(deps: NotificationDeps, request: ApiRequest): Promise<ApiReply> {
  return page(deps, request, ['Notifications'], {});
}

async function listOfCall(deps: NotificationDeps, request: ApiRequest): Promise<ApiReply> {
  const callSid = sidOf(request, 'CA');
  if ((await deps.calls.find(request.account.sid, callSid)) === undefined) throw notFound(`Call ${callSid}`);
  return page(deps, request, ['Calls', callSid, 'Notifications'], { callSid });
}

async function page(
  { notifications }: NotificationDeps,
  request: ApiRequest,
  path: readonly string[],
  only: NotificationFilter,
): Promise<ApiReply> {
  const { account, place, query } = request;
  const asked = pageRequestOf(query);
  const given = readForm(notificationFilterSchema, query);
  const level = { '0': 'error', '1': 'warning' } as const;
  const filter = compact({
    callSid: given.CallSid,
    level: given.Log === undefined ? undefined : level[given.Log],
    errorCode: given.ErrorCode,
    ...spanOfQuery(query, 'MessageDate'),
    ...only,
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
