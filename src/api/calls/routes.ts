import { compact } from '../../call/compact.ts';
import type {
  ApplicationRecord,
  CallRecord,
  CallRepository,
  Repository,
} from '../../records/repositories.ts';
import type { TimelineRepository } from '../../records/call-history.ts';
import { API_ERRORS, badRequest } from '../errors.ts';
import { NO_FILTERS } from '../list-query.ts';
import { pageOf } from '../pages.ts';
import { uriOf } from '../place.ts';
import type { CallService } from '../ports.ts';
import type { ApiRequest, Route, RoutedRequest } from '../route.ts';
import { changeRoutes, createRoute, listRoute, readRoute, removeRoute } from '../route-kinds.ts';
import { callChanges } from './change.ts';
import { callFilterOf, callFilterSchema } from './filter.ts';
import { findCall } from './find.ts';
import { ignoredIn } from './ignored.ts';
import { callOrderOf } from './order.ts';
import { CALL, presentCall } from './presenter.ts';
import { changedCallSchema, type NewCall, newCallSchema } from './schema.ts';
import { presentSipMessage, SIP_MESSAGE } from './sip/presenter.ts';
import { type FindSip, sipLinesOf } from './sip/sip-lines.ts';
import { EVENT, timelineOf } from './timeline.ts';

const LIVE = ['queued', 'ringing', 'in-progress'];

export interface CallDeps {
  readonly calls: CallRepository;
  readonly timeline: TimelineRepository;
  readonly applications: Repository<ApplicationRecord>;
  readonly callService: CallService;
  readonly sip: FindSip;
}

/** `P/Calls`. */
export function callRoutes(deps: CallDeps): readonly Route[] {
  const { calls } = deps;
  const find = (request: RoutedRequest) => findCall(calls, request);
  const each = { path: '/Calls/:sid', resource: CALL, find };
  const makeChange = callChanges(deps);
  return [
    listOfCalls(calls),
    createRoute({
      path: '/Calls',
      summary: 'Makes a call; it is dialled after the reply',
      form: newCallSchema,
      resource: CALL,
      handle: (request) => createCall(deps, request),
    }),
    readRoute({
      ...each,
      summary: 'Reads a Call',
      handle: async ({ found, place }) => ({ shown: presentCall(found, place) }),
    }),
    ...changeRoutes({
      ...each,
      summary: 'Ends or changes a live call, or notes something of any call',
      form: changedCallSchema,
      handle: async (request) => {
        await makeChange(request);
        return { shown: presentCall(await find(request), request.place) };
      },
    }),
    removeRoute({
      path: '/Calls/:sid',
      find,
      summary: 'Removes a finished call',
      handle: ({ found }) => removeCall(deps, found),
    }),
    listOfEvents(deps),
    listOfSip(deps),
  ];
}

function listOfCalls(calls: CallRepository): Route {
  return listRoute({
    path: '/Calls',
    summary: 'Calls, newest first',
    filters: callFilterSchema,
    times: ['StartTime', 'EndTime'],
    resource: CALL,
    handle: async ({ account, place, query }) => {
      const found = await calls.list(account.sid, query.page, callFilterOf(query));
      const items = found.items.map((record) => presentCall(record, place));
      return { ...found, items, uri: uriOf(place, account.sid, 'Calls') };
    },
  });
}

function listOfEvents({ calls, timeline }: CallDeps): Route {
  return listRoute({
    path: '/Calls/:sid/Events',
    summary: 'The timeline of a call and the legs below it, in order',
    filters: NO_FILTERS,
    resource: EVENT,
    find: (request) => findCall(calls, request),
    handle: async ({ account, found: { sid }, place, query }) => {
      const [events, callbacks] = await Promise.all([timeline.eventsOf(sid), timeline.callbacksOf(sid)]);
      const found = pageOf(timelineOf(events, callbacks), query.page);
      const items = found.items.map((line) => line.present());
      return { ...found, items, uri: uriOf(place, account.sid, 'Calls', sid, 'Events') };
    },
  });
}

function listOfSip({ calls, sip }: CallDeps): Route {
  return listRoute({
    path: '/Calls/:sid/Sip',
    summary:
      'The SIP messages of a call and the legs below it, in order, as far as they were traced (SIP_TRACE)',
    filters: NO_FILTERS,
    resource: SIP_MESSAGE,
    find: (request) => findCall(calls, request),
    handle: async ({ account, found: { sid }, place, query }) => {
      const found = pageOf(sipLinesOf(await sip(sid)), query.page);
      const items = found.items.map(presentSipMessage);
      return { ...found, items, uri: uriOf(place, account.sid, 'Calls', sid, 'Sip') };
    },
  });
}

/** The call exists once the reply says so. It is dialled after the reply, even if nobody reads the reply. */
async function createCall(
  deps: CallDeps,
  { account, form, place, sent }: ApiRequest<{ readonly form: NewCall }>,
) {
  const order = await callOrderOf(account.sid, form, deps.applications);
  const created = await deps.callService.create(
    compact({ ...order, ignored: ignoredIn(sent.form, newCallSchema) }),
  );
  return { shown: presentCall(created.record, place), afterReply: () => created.start() };
}

async function removeCall({ calls }: CallDeps, { accountSid, sid, status }: CallRecord): Promise<void> {
  if (LIVE.includes(status)) {
    throw badRequest(API_ERRORS.callState, `Only a finished call can be removed; this one is ${status}`);
  }
  await calls.remove(accountSid, sid);
}
