import type { JournalEntry, JournalStore } from '../../src/call/journal-store.ts';
import type { Page, PageRequest } from '../../src/records/page.ts';
import type {
  ConferenceFilter,
  ConferenceRepository,
  ParticipantFilter,
} from '../../src/records/conference-repository.ts';
import type {
  ConferenceRecord,
  KeptConference,
  ParticipantRecord,
} from '../../src/call/conference/conference-record.ts';

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
    filter: ConferenceFilter,
  ): Promise<Page<ConferenceRecord>> {
    const { status, friendlyName, createdFrom, createdBefore, updatedFrom, updatedBefore } = filter;
    const found = this.#newestFirst(accountSid).filter(
      (room) =>
        (status === undefined || room.status === status) &&
        (friendlyName === undefined || room.friendlyName === friendlyName) &&
        isIn(room.dateCreated, createdFrom, createdBefore) &&
        isIn(room.dateUpdated, updatedFrom, updatedBefore),
    );
    return pageOf(found, page);
  }

  async participants(
    conferenceSid: string,
    page: PageRequest,
    { muted, hold }: ParticipantFilter,
  ): Promise<Page<ParticipantRecord>> {
    const all = [...this.#participants.values()].toReversed();
    const here = all.filter((one) => one.conferenceSid === conferenceSid && one.status === 'connected');
    return pageOf(
      here.filter((one) => one.muted === (muted ?? one.muted) && one.hold === (hold ?? one.hold)),
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

function isIn(time: number, from = -Infinity, before = Infinity): boolean {
  return time >= from && time < before;
}

function pageOf<T>(rows: readonly T[], { page, pageSize }: PageRequest): Page<T> {
  return {
    items: rows.slice(page * pageSize, (page + 1) * pageSize),
    total: rows.length,
    nextKey: undefined,
  };
}
