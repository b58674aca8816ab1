import type { CallbackTarget } from '../callback-target.ts';

/** `init`: somebody waits, nobody talks yet. */
export type ConferenceStatus = 'init' | 'in-progress' | 'completed';

/** The events that a conference's callback can be asked for; `mute` includes unmute, `hold` unhold. */
export type ConferenceEvent =
  | 'start'
  | 'end'
  | 'join'
  | 'leave'
  | 'mute'
  | 'hold'
  | 'modify'
  | 'speaker'
  | 'announcement';

/** Those that are told of unless others are named; of the rest there may be very many, or they concern few. */
export const USUAL_CONFERENCE_EVENTS = [
  'start',
  'end',
  'join',
  'leave',
  'mute',
  'hold',
] as const satisfies readonly ConferenceEvent[];
export const CONFERENCE_EVENTS = [
  ...USUAL_CONFERENCE_EVENTS,
  'modify',
  'speaker',
  'announcement',
] as const satisfies readonly ConferenceEvent[];

/** A conference of an account. Of those with the same name, all but the newest are completed. */
export interface ConferenceRecord {
  readonly sid: string;
  readonly accountSid: string;
  /** Its name in the documents. */
  readonly friendlyName: string;
  readonly status: ConferenceStatus;
  readonly statusCallback?: CallbackTarget<ConferenceEvent>;
  /** SequenceNumber of the next event; events that nobody asked for count too. */
  readonly nextSequence: number;
  readonly dateCreated: number;
  readonly dateUpdated: number;
}

/** A leg in a room. */
export interface ParticipantRecord {
  readonly conferenceSid: string;
  readonly callSid: string;
  readonly accountSid: string;
  readonly status: 'connected' | 'left';
  readonly muted: boolean;
  readonly hold: boolean;
  readonly startConferenceOnEnter: boolean;
  readonly endConferenceOnExit: boolean;
  readonly beepOnEnter: boolean;
  readonly beepOnExit: boolean;
  /** What the document or REST calls it. */
  readonly label?: string;
  /** The only participant who hears it. */
  readonly callSidToCoach?: string;
  readonly dateCreated: number;
  readonly dateUpdated: number;
}

/** A conference as a restart finds it, with the participants who were in it. */
export interface KeptConference {
  readonly conference: ConferenceRecord;
  readonly participants: readonly ParticipantRecord[];
}
