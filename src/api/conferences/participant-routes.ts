import { z } from 'zod';
import { compact } from '../../call/compact.ts';
import type { ParticipantRecord } from '../../call/conference/conference-record.ts';
import type { ConferenceRooms } from '../../call/conference/conferences.ts';
import type { ApplicationRecord, Repository } from '../../records/repositories.ts';
import type { ConferenceRepository } from '../../records/conference-repository.ts';
import { API_ERRORS, badRequest, notFound } from '../errors.ts';
import { optional, truth } from '../parameters.ts';
import { uriOf } from '../place.ts';
import type { CallService } from '../ports.ts';
import type { ApiRequest, Route, RoutedRequest } from '../route.ts';
import { changeRoutes, createRoute, listRoute, readRoute, removeRoute } from '../route-kinds.ts';
import { dialInOf, type NewParticipant, newParticipantSchema } from './dial-in.ts';
import { findConference, findOpenRoom, findParticipant, type OpenRoom } from './find.ts';
import { PARTICIPANT, presentParticipant } from './presenter.ts';

export interface ConferenceDeps {
  readonly conferences: ConferenceRepository;
  /** The rooms that are not over. */
  readonly rooms: Pick<ConferenceRooms, 'change' | 'kick' | 'end'>;
  readonly applications: Repository<ApplicationRecord>;
  readonly callService: CallService;
}

/** `GET P/Conferences/{sid}/Participants`. */
const filterSchema = z.object({ Muted: optional(truth()), Hold: optional(truth()) });
/** `POST P/Conferences/{sid}/Participants/{CallSid}`. */
const changedSchema = z.object({
  Muted: optional(truth()),
  Mute: optional(truth()),
  Hold: optional(truth()),
});

const MANY = '/Conferences/:room/Participants';

/** `P/Conferences/{sid or name}/Participants`. */
export function participantRoutes(deps: ConferenceDeps): readonly Route[] {
  const { conferences } = deps;
  const each = {
    path: `${MANY}/:callSid`,
    find: (request: RoutedRequest) => findParticipant(conferences, request),
  };
  return [
    listOfRoom(deps),
    createRoute({
      path: MANY,
      summary: 'Calls somebody into the room',
      form: newParticipantSchema,
      resource: PARTICIPANT,
      find: (request) => findOpenRoom(conferences, request),
      handle: (request) => dialIn(deps, request),
    }),
    readRoute({
      ...each,
      summary: 'Reads a Participant',
      resource: PARTICIPANT,
      handle: async ({ found, place }) => ({ shown: presentParticipant(found, place) }),
    }),
    ...changeRoutes({
      ...each,
      summary: 'Mutes or holds a participant',
      form: changedSchema,
      resource: PARTICIPANT,
      handle: async ({ found, form, place }) => ({
        shown: presentParticipant(await change(deps, found, form), place),
      }),
    }),
    removeRoute({
      ...each,
      summary: 'Takes a participant out of the room',
      handle: async ({ found: { conferenceSid, callSid } }) => {
        if (!deps.rooms.kick(conferenceSid, callSid)) throw notFound(`Participant ${callSid}`);
      },
    }),
  ];
}

function listOfRoom({ conferences }: ConferenceDeps): Route {
  return listRoute({
    path: MANY,
    summary: 'Who is in the room',
    filters: filterSchema,
    resource: PARTICIPANT,
    find: (request) => findConference(conferences, request),
    handle: async ({ account, found: { sid }, place, query: { page, given } }) => {
      const filter = compact({ muted: given.Muted, hold: given.Hold });
      const found = await conferences.participants(sid, page, filter);
      const items = found.items.map((record) => presentParticipant(record, place));
      return { ...found, items, uri: uriOf(place, account.sid, 'Conferences', sid, 'Participants') };
    },
  });
}

/** Calls somebody who enters the room on answering. */
async function dialIn(
  { applications, callService }: ConferenceDeps,
  request: ApiRequest<{ readonly found: OpenRoom; readonly form: NewParticipant }>,
) {
  const { account, found, form, place, sent } = request;
  const { order, ...participant } = await dialInOf(
    account.sid,
    found.name,
    { form, sent: sent.form },
    applications,
  );
  const created = await callService.create(order);
  const { sid: callSid, dateCreated, dateUpdated } = created.record;
  const shown = presentParticipant(
    compact({
      ...participant,
      hold: false,
      status: 'queued' as const,
      accountSid: account.sid,
      callSid,
      dateCreated,
      dateUpdated,
      conferenceSid: found.conferenceSid,
    }),
    place,
  );
  return { shown, afterReply: () => created.start() };
}

async function change(
  { rooms }: ConferenceDeps,
  { conferenceSid, callSid }: ParticipantRecord,
  { Muted, Mute, Hold: hold }: z.output<typeof changedSchema>,
): Promise<ParticipantRecord> {
  const muted = Muted ?? Mute;
  if (muted === undefined && hold === undefined) {
    throw badRequest(API_ERRORS.badRequest, 'One of Muted and Hold (true or false) is required');
  }
  const record = await rooms.change(conferenceSid, callSid, compact({ muted, hold }));
  if (record === undefined) throw notFound(`Participant ${callSid}`);
  return record;
}
