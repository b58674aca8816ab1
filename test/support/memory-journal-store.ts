import type {
  JournalEntry,
  JournalStore,
  KeptDocument,
  NewCallback,
  NewCallEvent,
  NotificationRecord,
} from '../../src/call/journal-store.ts';
import type { MessageRecord } from '../../src/call/message/message-record.ts';
import type { RecordingRecord } from '../../src/call/recording/recording-record.ts';
import type { StoredLeg } from '../../src/call/journal-store.ts';

/** The journal's store in memory: what was committed, in order. */
export class MemoryJournalStore implements JournalStore {
  readonly entries: JournalEntry[] = [];
  /** The position last written of each call; absent when none was written or it was forgotten. */
  readonly positions: Map<string, unknown> = new Map();
  /** The document last written of each call; absent when none was written or it was removed. */
  readonly documents: Map<string, KeptDocument> = new Map();
  /** When set, every commit fails with it. */
  failure: Error | undefined;

  get events(): readonly NewCallEvent[] {
    return this.entries.flatMap(({ events }) => events ?? []);
  }

  get callbacks(): readonly NewCallback[] {
    return this.entries.flatMap(({ callbacks }) => callbacks ?? []);
  }

  get notifications(): readonly NotificationRecord[] {
    return this.entries.flatMap(({ notifications }) => notifications ?? []);
  }

  /** A leg as it was last written. */
  leg(callSid: string): StoredLeg | undefined {
    return this.entries.findLast((entry) => entry.subjectSid === callSid && entry.leg !== undefined)?.leg;
  }

  /** A recording as it was last written. */
  recording(sid: string): RecordingRecord | undefined {
    return this.entries.flatMap(({ recordings }) => recordings ?? []).findLast((one) => one.sid === sid);
  }

  /** A message as it was last written. */
  message(sid: string): MessageRecord | undefined {
    return this.entries.flatMap(({ messages }) => messages ?? []).findLast((one) => one.sid === sid);
  }

  commit(entry: JournalEntry): Promise<void> {
    if (this.failure !== undefined) return Promise.reject(this.failure);
    // JSON and back: what is kept must survive it.
    const kept = JSON.parse(JSON.stringify(entry)) as JournalEntry;
    this.entries.push(kept);
    if (kept.position === null) this.positions.delete(kept.subjectSid);
    else if (kept.position !== undefined) this.positions.set(kept.subjectSid, kept.position);
    if (kept.document === null) this.documents.delete(kept.subjectSid);
    else if (kept.document !== undefined) this.documents.set(kept.subjectSid, kept.document);
    return Promise.resolve();
  }
}
