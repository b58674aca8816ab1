import { rfc2822 } from '../dates.ts';
import { present } from '../leg/parameters.ts';
import type { NewCallback, NewCallEvent } from '../journal-store.ts';
import type { ConferenceEvent, ConferenceRecord, ParticipantRecord } from './conference-record.ts';
import { newSid } from '../sids.ts';

/** What happens in a conference, in the words of `StatusCallbackEvent`. */
export type ConferenceEventName =
  | 'conference-start'
  | 'conference-end'
  | 'participant-join'
  | 'participant-leave'
  | 'participant-mute'
  | 'participant-unmute'
  | 'participant-hold'
  | 'participant-unhold'
  | 'participant-modify'
  | 'participant-speech-start'
  | 'participant-speech-stop'
  | 'announcement-end'
  | 'announcement-fail';

const ASKED_FOR_AS: Readonly<Record<ConferenceEventName, ConferenceEvent>> = {
  'conference-start': 'start',
  'conference-end': 'end',
  'participant-join': 'join',
  'participant-leave': 'leave',
  'participant-mute': 'mute',
  'participant-unmute': 'mute',
  'participant-hold': 'hold',
  'participant-unhold': 'hold',
  'participant-modify': 'modify',
  'participant-speech-start': 'speaker',
  'participant-speech-stop': 'speaker',
  'announcement-end': 'announcement',
  'announcement-fail': 'announcement',
};

/** The complete callback that an event of a conference owes; undefined when nobody asked for it. */
export function conferenceCallback(
  conference: ConferenceRecord,
  event: ConferenceEventName,
  at: number,
  participant?: ParticipantRecord,
): NewCallback | undefined {
  const { statusCallback, accountSid, sid } = conference;
  if (statusCallback === undefined || !statusCallback.events.includes(ASKED_FOR_AS[event])) return undefined;
  return {
    sid: newSid('CB'),
    accountSid,
    // Not the participant's CallSid: all callbacks of a conference are one line, whichever leg they are about.
    callSid: sid,
    url: statusCallback.url,
    method: statusCallback.method,
    parameters: present([
      ['AccountSid', accountSid],
      ['ConferenceSid', sid],
      ['FriendlyName', conference.friendlyName],
      ['StatusCallbackEvent', event],
      ['Timestamp', rfc2822(at)],
      ['SequenceNumber', String(conference.nextSequence)],
      ['CallSid', participant?.callSid],
      ['Muted', textOf(participant?.muted)],
      ['Hold', textOf(participant?.hold)],
      ['StartConferenceOnEnter', textOf(participant?.startConferenceOnEnter)],
      ['EndConferenceOnExit', textOf(participant?.endConferenceOnExit)],
      ['ParticipantLabel', participant?.label],
      ['Coaching', participant?.callSidToCoach === undefined ? undefined : 'true'],
      ['CallSidToCoach', participant?.callSidToCoach],
    ]),
    createdAt: at,
  };
}

/** The line that an event adds to the timeline of the participant that it is about. */
export function conferenceEvent(
  { accountSid, sid, friendlyName }: ConferenceRecord,
  event: ConferenceEventName,
  at: number,
  { callSid }: ParticipantRecord,
): NewCallEvent {
  return { accountSid, callSid, at, kind: 'conference', data: { conferenceSid: sid, friendlyName, event } };
}

function textOf(value: boolean | undefined): string | undefined {
  return value === undefined ? undefined : String(value);
}
