import type { StreamRecord } from '../call/stream/stream-record.ts';
import type { Page, PageRequest } from './page.ts';

/** Streams, as REST and a restart read them; the journal writes them. */
export interface StreamRepository {
  /** By sid, or by name: then the latest of the call's streams of that name. */
  find(callSid: string, sidOrName: string): Promise<StreamRecord | undefined>;
  /** Those of a call, newest first. */
  list(callSid: string, page: PageRequest): Promise<Page<StreamRecord>>;
  /** All in progress, of every account. */
  unfinished(): Promise<readonly StreamRecord[]>;
}
