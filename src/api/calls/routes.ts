import type {
  ApplicationRecord,
  CallRecord,
  CallRepository,
  Repository,
} from '../../records/repositories.ts';
import type { TimelineRepository } from '../../records/call-history.ts';
import { API_ERRORS, badRequest, notFound } from '../errors.ts';
import { NO_FILTERS, readListQuery } from '../list-query.ts';
import { listReply, pageOf } from '../pages.ts';
import type { CallService } from '../ports.ts';
import { type ApiReply, type ApiRequest, NO_CONTENT, one, type Route, sidOf } from '../route.ts';
import { callChanges } from './change.ts';
import { callQueryOf } from './filter.ts';
import { callOrderOf } from './order.ts';
import { presentCall } from './presenter.ts';
import { timelineOf } from './timeline.ts';

const LIVE = ['queued', 'ringing', 'in-progress'];

export interface CallDeps {
  readonly calls: CallRepository;
  readonly timeline: TimelineRepository;
  readonly applications: Repository<ApplicationRecord>;
  readonly callService: CallService;
}

/** `P/Calls`. */
export function callRoutes(deps: CallDeps): readonly Route[] {
  const changes = callChanges(deps.callService);
  const change = async (request: ApiRequest) => {
    await changes(request, () => find(deps, request));
    return readCall(deps, request);
  };
  return [
    { method: 'GET', path: '/Calls', handle: (request) => listCalls(deps, request) },
    { method: 'POST', path: '/Calls', handle: (request) => createCall(deps, request) },
    { method: 'GET', path: '/Calls/:sid', handle: (request) => readCall(deps, request) },
    { method: 'POST', path: '/Calls/:sid', handle: change },
    { method: 'PUT', path: '/Calls/:sid', handle: change },
    { method: 'DELETE', path: '/Calls/:sid', handle: (request) => removeCall(deps, request) },
    { method: 'GET', path: '/Calls/:sid/Events', handle: (request) => listEvents(deps, request) },
  ];
}

async function listCalls({ calls }: CallDeps, request: ApiRequest): Promise<ApiReply> {
  const { account, place, query } = request;
  const { page, filter } = callQueryOf(query);
  const found = await calls.list(account.sid, page, filter);
  const items = found.items.map((record) => presentCall(record, place));
  return listReply(['Calls'], { ...found, items }, page, request);
}

/** The call is created when the reply says so; it is dialled after the reply, even when nobody reads that. */
async function createCall(deps: CallDeps, { account, form, place }: ApiRequest): Promise<ApiReply> {
  const order = await callOrderOf(account.sid, form, deps.applications);
  const created = await deps.callService.create(order);
  return { ...one(201, 'Call', presentCall(created.record, place)), afterReply: () => created.start() };
}

async function readCall(deps: CallDeps, request: ApiRequest): Promise<ApiReply> {
  return one(200, 'Call', presentCall(await find(deps, request), request.place));
}

async function removeCall(deps: CallDeps, request: ApiRequest): Promise<ApiReply> {
  const { accountSid, sid, status } = await find(deps, request);
  if (LIVE.includes(status)) {
    throw badRequest(API_ERRORS.callState, `Only a finished call can be removed; this one is ${status}`);
  }
  await deps.calls.remove(accountSid, sid);
  return NO_CONTENT;
}

async function listEvents(deps: CallDeps, request: ApiRequest): Promise<ApiReply> {
  const { sid } = await find(deps, request);
  const { page } = readListQuery(request.query, NO_FILTERS);
  const [events, callbacks] = await Promise.all([
    deps.timeline.eventsOf(sid),
    deps.timeline.callbacksOf(sid),
  ]);
  const found = pageOf(timelineOf(events, callbacks), page);
  const items = found.items.map((line) => line.present());
  return listReply(['Calls', sid, 'Events'], { ...found, items }, page, request);
}

async function find({ calls }: CallDeps, request: ApiRequest): Promise<CallRecord> {
  const sid = sidOf(request, 'CA');
  const record = await calls.find(request.account.sid, sid);
  if (record === undefined) throw notFound(`Call ${sid}`);
  return record;
}
