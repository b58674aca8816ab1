import type { Page, PageRequest } from './page.ts';
import type { RecordingRecord } from '../call/recording/recording-record.ts';

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
