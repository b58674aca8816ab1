import type { JournalEntry } from '../call/journal-store.ts';
import type { CallbackRecord, CallEventRecord } from './call-history.ts';
import type { QueueWithSize } from './queue-repository.ts';
import type { CallRecord } from './repositories.ts';

/** What can be read from now on: an entry of the journal came into the tables, what became of callbacks, or what was noted of calls. */
export type Change =
  | { readonly kind: 'entry'; readonly entry: JournalEntry }
  | { readonly kind: 'callbacks'; readonly sids: readonly string[] }
  | { readonly kind: 'calls'; readonly sids: readonly string[] };

/** A line of a timeline, with the account of its call. */
export interface OwnedCallEvent extends CallEventRecord {
  readonly accountSid: string;
}

/** A leg as it is now, and the first leg of its call. */
export interface ChangedCall {
  readonly record: CallRecord;
  readonly root: string;
}

export interface WrittenEvents {
  /** After the line with this number. */
  readonly after: number;
  /** Only those of the calls with these first legs; undefined: of all. */
  readonly roots: readonly string[] | undefined;
  readonly most: number;
}

/**
 * Tells what has changed in the tables, and reads it, of every account. A read sees at least what was told before it, and
 * waits for nothing else.
 */
export interface Changes {
  /** Calls `listener` with every change once it is committed, those of one subject in order; returns a function that ends it. */
  listen(listener: (change: Change) => void): () => void;
  calls(sids: readonly string[]): Promise<readonly ChangedCall[]>;
  callbacks(sids: readonly string[]): Promise<readonly CallbackRecord[]>;
  /** Queues as they are now, without those that are no more. */
  queues(sids: readonly string[]): Promise<readonly QueueWithSize[]>;
  /** Lines of timelines in the order in which they were written. */
  events(wanted: WrittenEvents): Promise<readonly OwnedCallEvent[]>;
  /** The number of the line that was written last; 0 when there is none. */
  lastEvent(): Promise<number>;
  /** The first leg of the call to which each of these legs belongs; without those that are no legs. */
  rootsOf(callSids: readonly string[]): Promise<ReadonlyMap<string, string>>;
}
