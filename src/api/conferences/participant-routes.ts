import { z } from 'zod';
import { compact } from '../../call/compact.ts';
import type { ParticipantRecord } from '../../call/conference/conference-record.ts';
import type { ConferenceRooms } from '../../call/conference/conferences.ts';
import type { ApplicationRecord, Repository } from '../../records/repositories.ts';
import type { ConferenceRepository } from '../../records/conference-repository.ts';
import { API_ERRORS, badRequest, notFound } from '../errors.ts';
import { httpMethod, httpUrl, optional, sidText, truth } from '../parameters.ts';
import { requestTarget } from '../calls/request-target.ts';
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
  readonly rooms: Pick<ConferenceRooms, 'change' | 'kick' | 'end' | 'announce'>;
  readonly applications: Repository<ApplicationRecord>;
  readonly callService: CallService;
}

/** `GET P/Conferences/{sid}/Participants`. */
const filterSchema = z.object({
  Muted: optional(truth()),
  Hold: optional(truth()),
  Coaching: optional(truth()),
});
/** `POST P/Conferences/{sid}/Participants/{CallSid}`. */
const changedSchema = z.object({
  Muted: optional(truth()),
  Mute: optional(truth()),
  Hold: optional(truth()),
  HoldUrl: optional(httpUrl()),
  HoldMethod: optional(httpMethod()),
  AnnounceUrl: optional(httpUrl()),
  AnnounceMethod: optional(httpMethod()),
  EndConferenceOnExit: optional(truth()),
  BeepOnExit: optional(truth()),
  Coaching: optional(truth()),
  CallSidToCoach: optional(sidText('CA')),
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
      summary: 'Mutes or holds a participant, lets it hear an announcement, or changes what holds for it',
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
      const filter = compact({ muted: given.Muted, hold: given.Hold, coaching: given.Coaching });
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

type Change = z.output<typeof changedSchema>;

async function change(
  { rooms, conferences }: ConferenceDeps,
  { conferenceSid, callSid }: ParticipantRecord,
  form: Change,
): Promise<ParticipantRecord> {
  const announcement = requestTarget(form.AnnounceUrl, form.AnnounceMethod);
  const callSidToCoach = await coached(conferences, conferenceSid, callSid, form);
  const holdSound = requestTarget(form.HoldUrl, form.HoldMethod);
  if (holdSound !== undefined && form.Hold !== true) {
    throw badRequest(API_ERRORS.badRequest, 'HoldUrl needs Hold=true');
  }
  const asked = compact({
    muted: form.Muted ?? form.Mute,
    hold: form.Hold,
    endConferenceOnExit: form.EndConferenceOnExit,
    beepOnExit: form.BeepOnExit,
    holdSound,
    callSidToCoach,
  });
  if (Object.keys(asked).length === 0 && announcement === undefined) {
    const names = 'Muted, Hold, AnnounceUrl, EndConferenceOnExit, BeepOnExit, Coaching';
    throw badRequest(API_ERRORS.badRequest, `One of ${names} is required`);
  }
  const record = await rooms.change(conferenceSid, callSid, asked);
  if (record === undefined) throw notFound(`Participant ${callSid}`);
  if (announcement !== undefined && !rooms.announce(conferenceSid, announcement, callSid)) {
    throw badRequest(
      API_ERRORS.callState,
      `Participant ${callSid} hears nothing now: it waits or is on hold`,
    );
  }
  return record;
}

/** Whom a participant coaches from now on; null: nobody. @throws ApiError 400 */
async function coached(
  conferences: ConferenceRepository,
  conferenceSid: string,
  callSid: string,
  { Coaching: coaching, CallSidToCoach: given }: Change,
): Promise<string | null | undefined> {
  if (coaching === false) return null;
  if (given === undefined) {
    if (coaching === undefined) return undefined;
    throw badRequest(API_ERRORS.badRequest, 'Coaching=true needs CallSidToCoach');
  }
  const other = given === callSid ? undefined : await conferences.participant(conferenceSid, given);
  if (other === undefined) {
    throw badRequest(
      API_ERRORS.badRequest,
      'CallSidToCoach must name another participant of this conference',
    );
  }
  return given;
}
