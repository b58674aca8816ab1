import { z } from 'zod';
import { compact } from '../../call/compact.ts';
import type { ConferenceRepository } from '../../records/conference-repository.ts';
import { API_ERRORS, badRequest } from '../errors.ts';
import type { ListQuery } from '../list-query.ts';
import { httpMethod, httpUrl, label, oneOf, optional } from '../parameters.ts';
import { requestTarget } from '../calls/request-target.ts';
import { uriOf } from '../place.ts';
import type { ApiRequest, Route, RoutedRequest } from '../route.ts';
import { changeRoutes, listRoute, readRoute } from '../route-kinds.ts';
import { findConference, LONGEST_NAME } from './find.ts';
import { type ConferenceDeps, participantRoutes } from './participant-routes.ts';
import { CONFERENCE, presentConference } from './presenter.ts';

/** `GET P/Conferences`, but for `DateCreated` and `DateUpdated`. */
const filterSchema = z.object({
  Status: optional(oneOf(['init', 'in-progress', 'completed'])),
  FriendlyName: optional(label(LONGEST_NAME)),
});
/** `POST P/Conferences/{sid}`. */
const changedSchema = z.object({
  Status: optional(oneOf(['completed'])),
  AnnounceUrl: optional(httpUrl()),
  AnnounceMethod: optional(httpMethod()),
});

/** `P/Conferences` and their participants; the path has the room's SID or its name. */
export function conferenceRoutes(deps: ConferenceDeps): readonly Route[] {
  const { conferences, rooms } = deps;
  const find = (request: RoutedRequest) => findConference(conferences, request);
  const each = { path: '/Conferences/:room', resource: CONFERENCE, find };
  return [
    listRoute({
      path: '/Conferences',
      summary: 'Conferences, newest first',
      filters: filterSchema,
      times: ['DateCreated', 'DateUpdated'],
      resource: CONFERENCE,
      handle: (request) => list(conferences, request),
    }),
    readRoute({
      ...each,
      summary: 'Reads a Conference',
      handle: async ({ found, place }) => ({ shown: presentConference(found, place) }),
    }),
    ...changeRoutes({
      ...each,
      summary: 'Ends a conference, or lets all who talk in it hear an announcement',
      form: changedSchema,
      handle: async (request) => {
        const { Status: status, AnnounceUrl, AnnounceMethod } = request.form;
        const announcement = requestTarget(AnnounceUrl, AnnounceMethod);
        if (status === undefined && announcement === undefined) {
          const message = 'One of Status (the only possible value is completed) and AnnounceUrl is required';
          throw badRequest(API_ERRORS.badRequest, message);
        }
        if (announcement !== undefined && !rooms.announce(request.found.sid, announcement)) {
          throw badRequest(API_ERRORS.callState, 'Nobody talks in this conference');
        }
        if (status !== undefined) await rooms.end(request.found.sid);
        return { shown: presentConference(await find(request), request.place) };
      },
    }),
    ...participantRoutes(deps),
  ];
}

type Query = ListQuery<typeof filterSchema, 'DateCreated' | 'DateUpdated'>;

async function list(
  conferences: ConferenceRepository,
  { account, place, query: { page, given, spans } }: ApiRequest<{ readonly query: Query }>,
) {
  const filter = compact({
    status: given.Status,
    friendlyName: given.FriendlyName,
    createdFrom: spans.DateCreated.from,
    createdBefore: spans.DateCreated.before,
    updatedFrom: spans.DateUpdated.from,
    updatedBefore: spans.DateUpdated.before,
  });
  const found = await conferences.list(account.sid, page, filter);
  const items = found.items.map((record) => presentConference(record, place));
  return { ...found, items, uri: uriOf(place, account.sid, 'Conferences') };
}
