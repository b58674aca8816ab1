import type { CallbackTarget } from '../callback-target.ts';

/** `init`: somebody waits, nobody talks yet. */
export type ConferenceStatus = 'init' | 'in-progress' | 'completed';

/** What a room's callback may be asked for; `mute` and `hold` stand for both directions. */
export type ConferenceEvent = 'start' | 'end' | 'join' | 'leave' | 'mute' | 'hold';

/** A room of an account. Of one name at most one is not completed. */
export interface ConferenceRecord {
  readonly sid: string;
  readonly accountSid: string;
  /** Its name in the documents. */
  readonly friendlyName: string;
  readonly status: ConferenceStatus;
  readonly statusCallback?: CallbackTarget<ConferenceEvent>;
  /** Of the next event, whether somebody asked for it or not. */
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
  readonly dateCreated: number;
  readonly dateUpdated: number;
}

/** A room as a restart finds it: those who were in it. */
export interface KeptConference {
  readonly conference: ConferenceRecord;
  readonly participants: readonly ParticipantRecord[];
}
