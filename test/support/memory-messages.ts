import type { JournalEntry, JournalStore } from '../../src/call/journal-store.ts';
import type { MessageRecord } from '../../src/call/message/message-record.ts';
import type { MessageFilter, MessageRepository } from '../../src/records/message-repository.ts';
import type { Page, PageRequest } from '../../src/records/page.ts';
import { isIn, pageOf } from './memory-page.ts';

/** The messages in memory, and the journal's store for them. */
export class MemoryMessages implements MessageRepository, JournalStore {
  /** Every entry that was committed, in order. */
  readonly entries: JournalEntry[] = [];
  /** When set, every commit fails with it. */
  failure: Error | undefined;
  readonly #rows = new Map<string, MessageRecord>();

  async commit(entry: JournalEntry): Promise<void> {
    if (this.failure !== undefined) throw this.failure;
    this.entries.push(entry);
    for (const message of entry.messages ?? []) this.write(message);
  }

  /** As the journal does: of one that is there already only its state changes. */
  write(record: MessageRecord): void {
    const known = this.#rows.get(record.sid);
    this.#rows.set(record.sid, known === undefined ? record : { ...record, body: known.body });
  }

  async find(accountSid: string, sid: string): Promise<MessageRecord | undefined> {
    const row = this.#rows.get(sid);
    return row?.accountSid === accountSid ? row : undefined;
  }

  async list(
    accountSid: string,
    page: PageRequest,
    { from, to, sentFrom, sentBefore }: MessageFilter,
  ): Promise<Page<MessageRecord>> {
    const rows = [...this.#rows.values()].filter(
      (row) =>
        row.accountSid === accountSid &&
        row.from === (from ?? row.from) &&
        row.to === (to ?? row.to) &&
        isIn(row.dateSent, sentFrom, sentBefore),
    );
    return pageOf(rows, page, { by: ({ dateCreated }) => [dateCreated] });
  }

  async unfinished(): Promise<readonly MessageRecord[]> {
    return [...this.#rows.values()].filter(({ status }) => status === 'queued');
  }

  async removeText(accountSid: string, sid: string, at: number): Promise<boolean> {
    const row = await this.#final(accountSid, sid);
    if (row !== undefined) this.#rows.set(sid, { ...row, body: '', dateUpdated: at });
    return row !== undefined;
  }

  async remove(accountSid: string, sid: string): Promise<boolean> {
    return (await this.#final(accountSid, sid)) !== undefined && this.#rows.delete(sid);
  }

  async #final(accountSid: string, sid: string): Promise<MessageRecord | undefined> {
    const row = await this.find(accountSid, sid);
    return row?.status === 'queued' ? undefined : row;
  }
}
