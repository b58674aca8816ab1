import type { JournalEntry, KeptDocument } from '../../src/call/journal-store.ts';
import { MemoryJournalStore } from './memory-journal-store.ts';

/** A store that a killed process cannot reach any more; what it wrote before is there for the next one. */
export class KilledStore extends MemoryJournalStore {
  override entries: JournalEntry[];
  override positions: Map<string, unknown>;
  override documents: Map<string, KeptDocument>;
  killed = false;

  constructor(former?: MemoryJournalStore) {
    super();
    this.entries = former?.entries ?? [];
    this.positions = former?.positions ?? new Map();
    this.documents = former?.documents ?? new Map();
  }

  override commit(entry: JournalEntry): Promise<void> {
    return this.killed ? new Promise(() => undefined) : super.commit(entry);
  }
}
