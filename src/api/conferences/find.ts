import type { ConferenceRecord, ParticipantRecord } from '../../call/conference/conference-record.ts';
import { isSid } from '../../call/sids.ts';
import type { ConferenceRepository } from '../../records/conference-repository.ts';
import { API_ERRORS, badRequest, notFound } from '../errors.ts';
import type { RoutedRequest } from '../route.ts';

export const LONGEST_NAME = 128;

/** The room that a path names by SID or by name. @throws ApiError 404 */
export async function findConference(
  conferences: ConferenceRepository,
  request: RoutedRequest,
): Promise<ConferenceRecord> {
  const record = await conferenceAt(conferences, request);
  if (record === undefined) throw notFound('The conference');
  return record;
}

export async function findParticipant(
  conferences: ConferenceRepository,
  request: RoutedRequest,
): Promise<ParticipantRecord> {
  const { sid } = await findConference(conferences, request);
  const named = request.variables['callSid'] ?? '';
  const record = isSid('CA', named)
    ? await conferences.participant(sid, named)
    : await conferences.participantLabelled(sid, named);
  if (record === undefined) throw notFound(`Participant ${named}`);
  return record;
}

/** A room that somebody is called into. There is no `conferenceSid` when the room does not exist yet. */
export interface OpenRoom {
  readonly name: string;
  readonly conferenceSid?: string;
}

/** The room that a path names, or a new one if it has a name that no room has. @throws ApiError 404, or 400 when it is over */
export async function findOpenRoom(
  conferences: ConferenceRepository,
  request: RoutedRequest,
): Promise<OpenRoom> {
  const written = request.variables['room'] ?? '';
  if (isSid('CF', written)) {
    const { sid, friendlyName, status } = await findConference(conferences, request);
    if (status !== 'completed') return { name: friendlyName, conferenceSid: sid };
    const message = `Conference ${written} is over; nobody can be called into it`;
    throw badRequest(API_ERRORS.callState, message);
  }
  const room = await conferenceAt(conferences, request);
  const name = room?.friendlyName ?? written;
  if (name.length > LONGEST_NAME) throw notFound();
  return room === undefined || room.status === 'completed' ? { name } : { name, conferenceSid: room.sid };
}

function conferenceAt(
  conferences: ConferenceRepository,
  { account, variables }: RoutedRequest,
): Promise<ConferenceRecord | undefined> {
  const room = variables['room'] ?? '';
  return isSid('CF', room) ? conferences.find(account.sid, room) : conferences.findByName(account.sid, room);
}
