import { rfc2822 } from '../../call/dates.ts';
import { API_VERSION } from '../../call/leg/parameters.ts';
import type { ConferenceRecord, ParticipantRecord } from '../../call/conference/conference-record.ts';
import { type Place, uriOf } from '../place.ts';
import type { JsonObject } from '../http/rendering.ts';

/** One room, that of today or one that is over. */
export function presentConference(record: ConferenceRecord, place: Place): JsonObject {
  const sub = (...names: readonly string[]) =>
    uriOf(place, record.accountSid, 'Conferences', record.sid, ...names);
  return {
    sid: record.sid,
    account_sid: record.accountSid,
    friendly_name: record.friendlyName,
    status: record.status,
    date_created: rfc2822(record.dateCreated),
    date_updated: rfc2822(record.dateUpdated),
    api_version: API_VERSION,
    region: null,
    uri: sub(),
    subresource_uris: { participants: sub('Participants') },
  };
}

/** A participant; one that is only being dialled has no room yet where that does not exist. */
export type PresentedParticipant = Omit<
  ParticipantRecord,
  'status' | 'conferenceSid' | 'beepOnEnter' | 'beepOnExit'
> & {
  readonly status: 'queued' | ParticipantRecord['status'];
  readonly conferenceSid?: string;
};

/** One leg in a room. */
export function presentParticipant(record: PresentedParticipant, place: Place): JsonObject {
  const { accountSid, conferenceSid, callSid } = record;
  return {
    call_sid: callSid,
    conference_sid: conferenceSid ?? null,
    account_sid: accountSid,
    status: record.status,
    muted: record.muted,
    hold: record.hold,
    start_conference_on_enter: record.startConferenceOnEnter,
    end_conference_on_exit: record.endConferenceOnExit,
    label: null,
    coaching: false,
    call_sid_to_coach: null,
    date_created: rfc2822(record.dateCreated),
    date_updated: rfc2822(record.dateUpdated),
    api_version: API_VERSION,
    uri:
      conferenceSid === undefined
        ? null
        : uriOf(place, accountSid, 'Conferences', conferenceSid, 'Participants', callSid),
  };
}
