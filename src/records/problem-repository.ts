import type { NotificationRecord } from '../call/journal-store.ts';

/** `closed` and `seen` hold until it happens again after that. */
export type ProblemState = 'new' | 'seen' | 'closed';

/** What somebody has said of a problem. Times are milliseconds since the epoch. */
export interface ProblemMark {
  readonly key: string;
  readonly state: ProblemState;
  /** The last notification that was there by then. */
  readonly upTo: number;
}

export interface ProblemRepository {
  /** The newest notifications of an account since then, the newest first. */
  notifications(accountSid: string, since: number, most: number): Promise<readonly NotificationRecord[]>;
  marks(accountSid: string): Promise<readonly ProblemMark[]>;
  /** @throws StoreUnavailableError */
  mark(accountSid: string, mark: ProblemMark): Promise<void>;
}
