import type { Page, PageRequest } from './page.ts';
import type {
  ConferenceStatus,
  ConferenceRecord,
  ParticipantRecord,
  KeptConference,
} from '../call/conference/conference-record.ts';

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
