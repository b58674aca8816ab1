import type { JournalEntry, JournalStore } from '../../src/call/ports.ts';
import type { Page, PageRequest } from '../../src/call/page.ts';
import type {
  ConferenceFilter,
  ConferenceRecord,
  ConferenceRepository,
  KeptConference,
  ParticipantRecord,
} from '../../src/call/conference-record.ts';

/** The rooms in memory, and the journal's store for them. */
export class MemoryConferences implements ConferenceRepository, JournalStore {
  readonly #rooms = new Map<string, ConferenceRecord>();
  readonly #participants = new Map<string, ParticipantRecord>();

  async commit({ conference, participants = [] }: JournalEntry): Promise<void> {
    if (conference !== undefined) this.#rooms.set(conference.sid, conference);
    for (const one of participants) this.#participants.set(`${one.conferenceSid} ${one.callSid}`, one);
  }

  async find(accountSid: string, sid: string): Promise<ConferenceRecord | undefined> {
    const room = this.#rooms.get(sid);
    return room?.accountSid === accountSid ? room : undefined;
  }

  async findByName(accountSid: string, friendlyName: string): Promise<ConferenceRecord | undefined> {
    const rooms = this.#newestFirst(accountSid).filter((room) => room.friendlyName === friendlyName);
    return rooms.find(({ status }) => status !== 'completed') ?? rooms[0];
  }

  async list(
    accountSid: string,
    page: PageRequest,
    { status, friendlyName }: ConferenceFilter,
  ): Promise<Page<ConferenceRecord>> {
    const found = this.#newestFirst(accountSid).filter(
      (room) =>
        (status === undefined || room.status === status) &&
        (friendlyName === undefined || room.friendlyName === friendlyName),
    );
    return pageOf(found, page);
  }

  async participants(conferenceSid: string, page: PageRequest): Promise<Page<ParticipantRecord>> {
    const all = [...this.#participants.values()].toReversed();
    return pageOf(
      all.filter((one) => one.conferenceSid === conferenceSid && one.status === 'connected'),
      page,
    );
  }

  async participant(conferenceSid: string, callSid: string): Promise<ParticipantRecord | undefined> {
    const found = this.#participants.get(`${conferenceSid} ${callSid}`);
    return found?.status === 'connected' ? found : undefined;
  }

  unfinished(): Promise<readonly KeptConference[]> {
    return Promise.resolve([]);
  }

  #newestFirst(accountSid: string): readonly ConferenceRecord[] {
    return [...this.#rooms.values()].filter((room) => room.accountSid === accountSid).toReversed();
  }
}

function pageOf<T>(rows: readonly T[], { page, pageSize }: PageRequest): Page<T> {
  return {
    items: rows.slice(page * pageSize, (page + 1) * pageSize),
    total: rows.length,
    nextKey: undefined,
  };
}
