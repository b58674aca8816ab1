import { compact } from '../../call/compact.ts';
import { z } from 'zod';
import type { ConferenceRooms } from '../../call/conference/conferences.ts';
import type { ApplicationRecord, Repository } from '../../records/repositories.ts';
import type { ConferenceRecord, ParticipantRecord } from '../../call/conference/conference-record.ts';
import type { ConferenceRepository } from '../../records/conference-repository.ts';
import { isSid } from '../../call/sids.ts';
import { API_ERRORS, badRequest, notFound } from '../errors.ts';
import { readListQuery } from '../list-query.ts';
import { presentPage } from '../pages.ts';
import { label, oneOf, optional, readForm, truth } from '../parameters.ts';
import { uriOf } from '../place.ts';
import type { CallService } from '../ports.ts';
import { type ApiReply, type ApiRequest, NO_CONTENT, one, type Route, sidOf } from '../route.ts';
import { dialInOf } from './dial-in.ts';
import { presentConference, presentParticipant } from './presenter.ts';

export interface ConferenceDeps {
  readonly conferences: ConferenceRepository;
  /** Drives those that are not over. */
  readonly rooms: Pick<ConferenceRooms, 'change' | 'kick' | 'end'>;
  readonly applications: Repository<ApplicationRecord>;
  readonly callService: CallService;
}

const LONGEST_NAME = 128;

/** `GET P/Conferences`; `DateCreated` and `DateUpdated` are read beside it. */
export const conferenceFilterSchema = z.object({
  Status: optional(oneOf(['init', 'in-progress', 'completed'])),
  FriendlyName: optional(label(LONGEST_NAME)),
});
/** `GET P/Conferences/{sid}/Participants`. */
export const participantFilterSchema = z.object({ Muted: optional(truth()), Hold: optional(truth()) });
/** `POST P/Conferences/{sid}`. */
export const changedConferenceSchema = z.object({ Status: optional(oneOf(['completed'])) });
/** `POST P/Conferences/{sid}/Participants/{CallSid}`. */
export const changedParticipantSchema = z.object({
  Muted: optional(truth()),
  Mute: optional(truth()),
  Hold: optional(truth()),
});

/** `P/Conferences` and the participants below; a room is named by its SID or by its name. */
export function conferenceRoutes(deps: ConferenceDeps): readonly Route[] {
  const each = '/Conferences/:room';
  const participant = `${each}/Participants/:callSid`;
  const endRoom = (request: ApiRequest) => endOne(deps, request);
  const changeParticipant = (request: ApiRequest) => changeOne(deps, request);
  return [
    { method: 'GET', path: '/Conferences', handle: (request) => list(deps, request) },
    { method: 'GET', path: each, handle: (request) => readOne(deps, request) },
    { method: 'POST', path: each, handle: endRoom },
    { method: 'PUT', path: each, handle: endRoom },
    { method: 'GET', path: `${each}/Participants`, handle: (request) => listParticipants(deps, request) },
    { method: 'POST', path: `${each}/Participants`, handle: (request) => dialIn(deps, request) },
    { method: 'GET', path: participant, handle: (request) => readParticipant(deps, request) },
    { method: 'POST', path: participant, handle: changeParticipant },
    { method: 'PUT', path: participant, handle: changeParticipant },
    { method: 'DELETE', path: participant, handle: (request) => kick(deps, request) },
  ];
}

async function list({ conferences }: ConferenceDeps, request: ApiRequest): Promise<ApiReply> {
  const { account, place, query } = request;
  const { page, given, spans } = readListQuery(query, conferenceFilterSchema, ['DateCreated', 'DateUpdated']);
  const filter = compact({
    status: given.Status,
    friendlyName: given.FriendlyName,
    createdFrom: spans.DateCreated.from,
    createdBefore: spans.DateCreated.before,
    updatedFrom: spans.DateUpdated.from,
    updatedBefore: spans.DateUpdated.before,
  });
  const found = await conferences.list(account.sid, page, filter);
  return {
    status: 200,
    content: {
      kind: 'list',
      collection: 'Conferences',
      key: 'conferences',
      element: 'Conference',
      page: presentPage(uriOf(place, account.sid, 'Conferences'), query, page, found),
      items: found.items.map((record) => presentConference(record, place)),
    },
  };
}

async function readOne(deps: ConferenceDeps, request: ApiRequest): Promise<ApiReply> {
  return one(200, 'Conference', presentConference(await find(deps, request), request.place));
}

async function endOne(deps: ConferenceDeps, request: ApiRequest): Promise<ApiReply> {
  const { sid } = await find(deps, request);
  if (readForm(changedConferenceSchema, request.form).Status === undefined) {
    throw badRequest(
      API_ERRORS.badRequest,
      'Status is required; completed is what a conference can be set to',
    );
  }
  await deps.rooms.end(sid);
  return readOne(deps, request);
}

async function listParticipants(deps: ConferenceDeps, request: ApiRequest): Promise<ApiReply> {
  const { account, place, query } = request;
  const { sid } = await find(deps, request);
  const { page, given } = readListQuery(query, participantFilterSchema);
  const filter = compact({ muted: given.Muted, hold: given.Hold });
  const found = await deps.conferences.participants(sid, page, filter);
  return {
    status: 200,
    content: {
      kind: 'list',
      collection: 'Participants',
      key: 'participants',
      element: 'Participant',
      page: presentPage(uriOf(place, account.sid, 'Conferences', sid, 'Participants'), query, page, found),
      items: found.items.map((record) => presentParticipant(record, place)),
    },
  };
}

/** Calls somebody who comes into the room on answering; a name without a room makes one. */
async function dialIn(deps: ConferenceDeps, request: ApiRequest): Promise<ApiReply> {
  const { account, form, place, variables } = request;
  const written = variables['room'] ?? '';
  const room = isSid('CF', written) ? await find(deps, request) : await byName(deps, request);
  if (room?.status === 'completed' && isSid('CF', written)) {
    throw badRequest(API_ERRORS.callState, `Conference ${written} is over; nobody can be called into it`);
  }
  const name = room?.friendlyName ?? written;
  if (name.length > LONGEST_NAME) throw notFound();
  const { order, ...participant } = await dialInOf(account.sid, name, form, deps.applications);
  const created = await deps.callService.create(order);
  const { record } = created;
  const presented = presentParticipant(
    {
      ...participant,
      hold: false,
      status: 'queued',
      accountSid: account.sid,
      callSid: record.sid,
      dateCreated: record.dateCreated,
      dateUpdated: record.dateUpdated,
      ...(room === undefined || room.status === 'completed' ? {} : { conferenceSid: room.sid }),
    },
    place,
  );
  return { ...one(201, 'Participant', presented), afterReply: () => created.start() };
}

async function readParticipant(deps: ConferenceDeps, request: ApiRequest): Promise<ApiReply> {
  const record = await findParticipant(deps, request);
  return one(200, 'Participant', presentParticipant(record, request.place));
}

async function changeOne(deps: ConferenceDeps, request: ApiRequest): Promise<ApiReply> {
  const { conferenceSid, callSid } = await findParticipant(deps, request);
  const { Muted, Mute, Hold: hold } = readForm(changedParticipantSchema, request.form);
  const muted = Muted ?? Mute;
  if (muted === undefined && hold === undefined) {
    throw badRequest(API_ERRORS.badRequest, 'One of Muted and Hold (true or false) is required');
  }
  const record = await deps.rooms.change(conferenceSid, callSid, compact({ muted, hold }));
  if (record === undefined) throw notFound(`Participant ${callSid}`);
  return one(200, 'Participant', presentParticipant(record, request.place));
}

async function kick(deps: ConferenceDeps, request: ApiRequest): Promise<ApiReply> {
  const { conferenceSid, callSid } = await findParticipant(deps, request);
  if (!deps.rooms.kick(conferenceSid, callSid)) throw notFound(`Participant ${callSid}`);
  return NO_CONTENT;
}

async function find(deps: ConferenceDeps, request: ApiRequest): Promise<ConferenceRecord> {
  const room = request.variables['room'] ?? '';
  const record = isSid('CF', room)
    ? await deps.conferences.find(request.account.sid, room)
    : await byName(deps, request);
  if (record === undefined) throw notFound('The conference');
  return record;
}

function byName(
  { conferences }: ConferenceDeps,
  { account, variables }: ApiRequest,
): Promise<ConferenceRecord | undefined> {
  return conferences.findByName(account.sid, variables['room'] ?? '');
}

async function findParticipant(deps: ConferenceDeps, request: ApiRequest): Promise<ParticipantRecord> {
  const { sid } = await find(deps, request);
  const callSid = sidOf(request, 'CA', 'callSid');
  const record = await deps.conferences.participant(sid, callSid);
  if (record === undefined) throw notFound(`Participant ${callSid}`);
  return record;
}
