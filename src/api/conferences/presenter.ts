import { z } from 'zod';
import { rfc2822 } from '../../call/dates.ts';
import { API_VERSION } from '../../call/leg/parameters.ts';
import type { ConferenceRecord, ParticipantRecord } from '../../call/conference/conference-record.ts';
import { type Place, uriOf } from '../place.ts';
import { resource, type Shown } from '../reply.ts';
import { dated, nothing, sid, text, uri } from '../reply-parts.ts';

export const CONFERENCE = resource('Conference', {
  sid: sid('CF'),
  account_sid: sid('AC'),
  friendly_name: text,
  status: z.enum(['init', 'in-progress', 'completed']),
  region: nothing,
  subresource_uris: z.strictObject({ participants: uri, recordings: uri }),
  ...dated,
});

/** One room, whether it is open or over. */
export function presentConference(record: ConferenceRecord, place: Place): Shown<typeof CONFERENCE> {
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
    subresource_uris: { participants: sub('Participants'), recordings: sub('Recordings') },
  };
}

/** A participant. While it is still being dialled, its room may not exist yet. */
export type PresentedParticipant = Omit<
  ParticipantRecord,
  'status' | 'conferenceSid' | 'beepOnEnter' | 'beepOnExit'
> & {
  readonly status: 'queued' | ParticipantRecord['status'];
  readonly conferenceSid?: string;
};

export const PARTICIPANT = resource('Participant', {
  call_sid: sid('CA'),
  conference_sid: sid('CF').nullable(),
  account_sid: sid('AC'),
  status: text,
  muted: z.boolean(),
  hold: z.boolean(),
  start_conference_on_enter: z.boolean(),
  end_conference_on_exit: z.boolean(),
  label: text.nullable(),
  coaching: z.boolean(),
  call_sid_to_coach: sid('CA').nullable(),
  ...dated,
  uri: uri.nullable(),
});

/** One leg in a room. */
export function presentParticipant(record: PresentedParticipant, place: Place): Shown<typeof PARTICIPANT> {
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
    label: record.label ?? null,
    coaching: record.callSidToCoach !== undefined,
    call_sid_to_coach: record.callSidToCoach ?? null,
    date_created: rfc2822(record.dateCreated),
    date_updated: rfc2822(record.dateUpdated),
    api_version: API_VERSION,
    uri:
      conferenceSid === undefined
        ? null
        : uriOf(place, accountSid, 'Conferences', conferenceSid, 'Participants', callSid),
  };
}
