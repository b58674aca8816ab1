import type { Page, PageRequest } from './page.ts';
import type { RecordingRecord } from '../call/recording/recording-record.ts';

export interface RecordingFilter {
  readonly callSid?: string;
  readonly conferenceSid?: string;
  readonly createdFrom?: number;
  readonly createdBefore?: number;
}

/** Recordings, as REST and a restart read them; the journal writes them. */
export interface RecordingRepository {
  find(accountSid: string, sid: string): Promise<RecordingRecord | undefined>;
  list(accountSid: string, page: PageRequest, filter: RecordingFilter): Promise<Page<RecordingRecord>>;
  /** Removes a finished recording; whoever calls this removes its sound. */
  remove(accountSid: string, sid: string): Promise<boolean>;
  /** All in progress, and all whose transcription callback is not written yet, of every account. */
  unfinished(): Promise<readonly RecordingRecord[]>;
}
