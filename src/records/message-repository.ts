import type { MessageRecord } from '../call/message/message-record.ts';
import type { Page, PageRequest } from './page.ts';

export interface MessageFilter {
  readonly from?: string;
  readonly to?: string;
  readonly sentFrom?: number;
  readonly sentBefore?: number;
}

/** Messages, as REST and a restart read them; the journal writes them. */
export interface MessageRepository {
  find(accountSid: string, sid: string): Promise<MessageRecord | undefined>;
  /** Newest first. */
  list(accountSid: string, page: PageRequest, filter: MessageFilter): Promise<Page<MessageRecord>>;
  /** All that have no final state yet, of every account. */
  unfinished(): Promise<readonly MessageRecord[]>;
  /** Empties the text of one that has its final state; false when there is none. @throws StoreUnavailableError */
  removeText(accountSid: string, sid: string, at: number): Promise<boolean>;
  /** Removes one that has its final state, with what was delivered of it; false when there is none. @throws StoreUnavailableError */
  remove(accountSid: string, sid: string): Promise<boolean>;
}
