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
import { isIn, pageOf } from './memory-page.ts';

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
    const rooms = [...this.#rooms.values()].filter(
      (room) => room.accountSid === accountSid && room.friendlyName === friendlyName,
    );
    const sorted = rooms.toSorted(oldestFirst).toReversed();
    return sorted.find(({ status }) => status !== 'completed') ?? sorted[0];
  }

  async list(
    accountSid: string,
    page: PageRequest,
    filter: ConferenceFilter,
  ): Promise<Page<ConferenceRecord>> {
    const { status, friendlyName, createdFrom, createdBefore, updatedFrom, updatedBefore } = filter;
    const found = [...this.#rooms.values()].filter(
      (room) =>
        room.accountSid === accountSid &&
        (status === undefined || room.status === status) &&
        (friendlyName === undefined || room.friendlyName === friendlyName) &&
        isIn(room.dateCreated, createdFrom, createdBefore) &&
        isIn(room.dateUpdated, updatedFrom, updatedBefore),
    );
    const byUpdate =
      (updatedFrom ?? updatedBefore) !== undefined && (createdFrom ?? createdBefore) === undefined;
    return pageOf(found, page, { by: (room) => [byUpdate ? room.dateUpdated : room.dateCreated] });
  }

  async participantLabelled(conferenceSid: string, label: string): Promise<ParticipantRecord | undefined> {
    return this.#connected(conferenceSid).find((one) => one.label === label);
  }

  async participants(
    conferenceSid: string,
    page: PageRequest,
    { muted, hold, coaching }: ParticipantFilter,
  ): Promise<Page<ParticipantRecord>> {
    const here = this.#connected(conferenceSid)
      .filter((one) => one.muted === (muted ?? one.muted) && one.hold === (hold ?? one.hold))
      .filter((one) => coaching === undefined || (one.callSidToCoach !== undefined) === coaching)
      .map((one) => ({ ...one, sid: one.callSid }));
    const { items, ...rest } = pageOf(here, page, { by: ({ dateCreated }) => [dateCreated] });
    return { ...rest, items: items.map(({ sid: _sid, ...one }) => one) };
  }

  async participant(conferenceSid: string, callSid: string): Promise<ParticipantRecord | undefined> {
    const found = this.#participants.get(`${conferenceSid} ${callSid}`);
    return found?.status === 'connected' ? found : undefined;
  }

  async unfinished(): Promise<readonly KeptConference[]> {
    const rooms = [...this.#rooms.values()].filter(({ status }) => status !== 'completed');
    return rooms.toSorted(oldestFirst).map((conference) => ({
      conference,
      participants: this.#connected(conference.sid).toSorted((a, b) => a.dateCreated - b.dateCreated),
    }));
  }

  #connected(conferenceSid: string): readonly ParticipantRecord[] {
    return [...this.#participants.values()].filter(
      (one) => one.conferenceSid === conferenceSid && one.status === 'connected',
    );
  }
}

function oldestFirst(a: ConferenceRecord, b: ConferenceRecord): number {
  return a.dateCreated - b.dateCreated || (a.sid < b.sid ? -1 : 1);
}
