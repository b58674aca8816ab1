import type { HttpMethod } from './leg.ts';
import type { Page, PageRequest } from './page.ts';

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
  readonly statusCallback?: {
    readonly url: string;
    readonly method: HttpMethod;
    readonly events: readonly ConferenceEvent[];
  };
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

export interface ConferenceFilter {
  readonly status?: ConferenceStatus;
  readonly friendlyName?: string;
  readonly createdFrom?: number;
  readonly createdBefore?: number;
  readonly updatedFrom?: number;
  readonly updatedBefore?: number;
}

export interface ParticipantFilter {
  readonly muted?: boolean;
  readonly hold?: boolean;
}

/** A room as a restart finds it: those who were in it. */
export interface KeptConference {
  readonly conference: ConferenceRecord;
  readonly participants: readonly ParticipantRecord[];
}

/** The rooms as REST and a restart read them; the journal writes them. */
export interface ConferenceRepository {
  find(accountSid: string, sid: string): Promise<ConferenceRecord | undefined>;
  /** The newest room of that name. */
  findByName(accountSid: string, friendlyName: string): Promise<ConferenceRecord | undefined>;
  /** Newest first: by creation, or by the last change when only such a time is asked for. */
  list(accountSid: string, page: PageRequest, filter: ConferenceFilter): Promise<Page<ConferenceRecord>>;
  /** Who is in the room now, newest first. */
  participants(
    conferenceSid: string,
    page: PageRequest,
    filter: ParticipantFilter,
  ): Promise<Page<ParticipantRecord>>;
  participant(conferenceSid: string, callSid: string): Promise<ParticipantRecord | undefined>;
  /** Those that are not completed, of all accounts. */
  unfinished(): Promise<readonly KeptConference[]>;
}
