import { compact } from '../../../call/compact.ts';
import { callbackTarget } from '../../document/callback-target.ts';
import {
  CONFERENCE_EVENTS,
  type ConferenceEvent,
  USUAL_CONFERENCE_EVENTS,
} from '../../../call/conference/conference-record.ts';
import { isSid } from '../../../call/sids.ts';
import {
  type AttributeType,
  boolean,
  eventList,
  hasControlCharacter,
  integer,
  method,
  oneOf,
  orNothing,
  readAttributes,
  url,
} from '../../document/attributes.ts';
import { childElements, type ParseContext, textOf } from '../../document/parse-context.ts';
import type { XmlElement } from '../../xml/xml.ts';
import { recordingEvents, trim } from '../recording-attributes.ts';
import type { ConferenceNoun } from './types.ts';

const LONGEST_NAME = 128;
const MOST_PARTICIPANTS = 250;

const callSid: AttributeType<string | undefined> = {
  absent: undefined,
  allowed: 'CA and 32 hexadecimal digits',
  read: (value) => (isSid('CA', value) ? value : undefined),
};
const label: AttributeType<string | undefined> = {
  absent: undefined,
  allowed: `text of at most ${LONGEST_NAME} characters on one line`,
  read: (value) =>
    value !== '' && value.length <= LONGEST_NAME && !hasControlCharacter(value) ? value : undefined,
};

const ATTRIBUTES = {
  muted: boolean(false),
  beep: oneOf('true', ['true', 'false', 'onEnter', 'onExit']),
  startConferenceOnEnter: boolean(true),
  endConferenceOnExit: boolean(false),
  waitUrl: orNothing(url),
  waitMethod: method,
  maxParticipants: integer(40, 1, MOST_PARTICIPANTS),
  record: oneOf('do-not-record', ['do-not-record', 'record-from-start', 'true', 'false']),
  statusCallback: url,
  statusCallbackMethod: method,
  statusCallbackEvent: {
    ...eventList<ConferenceEvent>(CONFERENCE_EVENTS),
    absent: USUAL_CONFERENCE_EVENTS as readonly ConferenceEvent[],
  },
  coach: callSid,
  participantLabel: label,

  trim,
  recordingStatusCallback: url,
  eventCallbackUrl: url,
  recordingStatusCallbackMethod: method,
  recordingStatusCallbackEvent: recordingEvents,
};

/** Reads the noun; undefined, with a warning, when it names no conference. */
export function parseConference(element: XmlElement, context: ParseContext): ConferenceNoun | undefined {
  childElements(element, [], context);
  const attributes = readAttributes(element, ATTRIBUTES, context);
  const room = textOf(element);
  if (room === '' || room.length > LONGEST_NAME || hasControlCharacter(room)) {
    const what = room === '' ? 'names no conference' : `needs a name of at most ${LONGEST_NAME} characters`;
    context.warn(element, `${what}; its Dial is skipped`);
    return undefined;
  }
  const { beep, waitUrl, statusCallback } = attributes;
  // Twilio's former name of the same.
  const recordingStatusCallback = attributes.recordingStatusCallback ?? attributes.eventCallbackUrl;
  return compact({
    room,
    muted: attributes.muted,
    beepOnEnter: beep === 'true' || beep === 'onEnter',
    beepOnExit: beep === 'true' || beep === 'onExit',
    startConferenceOnEnter: attributes.startConferenceOnEnter,
    endConferenceOnExit: attributes.endConferenceOnExit,
    maxParticipants: attributes.maxParticipants,
    record: ['record-from-start', 'true'].includes(attributes.record),
    ...(attributes.trim === 'trim-silence' ? { trimSilence: true } : {}),
    ...(waitUrl === undefined
      ? {}
      : { wait: waitUrl === '' ? ('silence' as const) : { url: waitUrl, method: attributes.waitMethod } }),
    label: attributes.participantLabel,
    callSidToCoach: attributes.coach,
    statusCallback: callbackTarget(
      statusCallback,
      attributes.statusCallbackMethod,
      attributes.statusCallbackEvent,
    ),
    recordingCallback: callbackTarget(
      recordingStatusCallback,
      attributes.recordingStatusCallbackMethod,
      attributes.recordingStatusCallbackEvent,
    ),
  });
}
