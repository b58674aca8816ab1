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
  readonly coaching?: boolean;
}

/** Conferences, as REST and a restart read them; the journal writes them. */
export interface ConferenceRepository {
  find(accountSid: string, sid: string): Promise<ConferenceRecord | undefined>;
  /** The newest conference of that name. */
  findByName(accountSid: string, friendlyName: string): Promise<ConferenceRecord | undefined>;
  /** Newest first: by creation, or by the last change when the filter names only times of change. */
  list(accountSid: string, page: PageRequest, filter: ConferenceFilter): Promise<Page<ConferenceRecord>>;
  /** Who is in the conference now, newest first. */
  participants(
    conferenceSid: string,
    page: PageRequest,
    filter: ParticipantFilter,
  ): Promise<Page<ParticipantRecord>>;
  participant(conferenceSid: string, callSid: string): Promise<ParticipantRecord | undefined>;
  /** The one who has been in the conference longest of those with this label. */
  participantLabelled(conferenceSid: string, label: string): Promise<ParticipantRecord | undefined>;
  /** All that are not completed, of every account. */
  unfinished(): Promise<readonly KeptConference[]>;
}
