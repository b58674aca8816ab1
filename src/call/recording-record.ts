import type { HttpMethod } from './leg.ts';
import type { Page, PageRequest } from './page.ts';
import type { Parameters } from './ports.ts';

export type RecordingStatus = 'in-progress' | 'completed' | 'absent';

/** Who made a recording, in Twilio's words. */
export type RecordingSource = 'RecordVerb' | 'DialVerb' | 'Conference' | 'OutboundAPI';

/** A recording with all that its callbacks need; the sound lies beside the database. */
export interface RecordingRecord {
  readonly sid: string;
  readonly accountSid: string;
  readonly callSid: string;
  /** `completed`: the file can be fetched. `absent`: there is nothing in it, or it was lost. */
  readonly status: RecordingStatus;
  readonly source: RecordingSource;
  readonly channels: 1 | 2;
  /** Leading and trailing silence is cut off. */
  readonly trimSilence: boolean;
  readonly statusCallback?: {
    readonly url: string;
    readonly method: HttpMethod;
    readonly events: readonly RecordingStatus[];
  };
  /** Who is told what was said, as long as nobody was told. */
  readonly transcription?: {
    readonly url: string;
    /** Call parameters that the request carries. */
    readonly parameters: Parameters;
  };
  readonly startTime: number;
  /** Whole seconds, once it is completed. */
  readonly duration?: number;
  readonly dateCreated: number;
  readonly dateUpdated: number;
}

export interface RecordingFilter {
  readonly callSid?: string;
  readonly createdFrom?: number;
  readonly createdBefore?: number;
}

/** The recordings as REST and a restart read them; the journal writes them. */
export interface RecordingRepository {
  find(accountSid: string, sid: string): Promise<RecordingRecord | undefined>;
  list(accountSid: string, page: PageRequest, filter: RecordingFilter): Promise<Page<RecordingRecord>>;
  /** One that is over; the sound is the caller's business. */
  remove(accountSid: string, sid: string): Promise<boolean>;
  /** Those in progress, and those whose transcription nobody was told of; of all accounts. */
  unfinished(): Promise<readonly RecordingRecord[]>;
}
