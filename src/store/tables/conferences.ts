import type { Knex } from 'knex';
import type { JournalEntry } from '../../call/journal-store.ts';
import type { Page, PageRequest } from '../../records/page.ts';
import type {
  ConferenceFilter,
  ConferenceRepository,
  ParticipantFilter,
} from '../../records/conference-repository.ts';
import type {
  ConferenceRecord,
  ConferenceStatus,
  KeptConference,
  ParticipantRecord,
} from '../../call/conference/conference-record.ts';
import type { Database } from '../database.ts';
import { ofSwitch } from '../lease/scope.ts';
import { readPage } from './paging.ts';
import { fromJson, insertRows, onConflictChange, optional, orNull, type Row, toJson } from '../rows.ts';

interface ConferenceRow {
  readonly sid: string;
  readonly account_sid: string;
  readonly friendly_name: string;
  readonly status: ConferenceStatus;
  readonly status_callback: string | null;
  readonly next_sequence: number;
  readonly created_at: number;
  readonly updated_at: number;
}

interface ParticipantRow {
  readonly conference_sid: string;
  readonly sid: string;
  readonly account_sid: string;
  readonly status: ParticipantRecord['status'];
  readonly muted: number;
  readonly hold: number;
  readonly start_conference_on_enter: number;
  readonly end_conference_on_exit: number;
  readonly beep_on_enter: number;
  readonly beep_on_exit: number;
  readonly label: string | null;
  readonly call_sid_to_coach: string | null;
  readonly created_at: number;
  readonly updated_at: number;
}

const CHANGE_CONFERENCE = onConflictChange('sid', [
  'status',
  'status_callback',
  'next_sequence',
  'updated_at',
]);
// A leg that comes back into the same conference begins anew.
const CHANGE_PARTICIPANT = onConflictChange('conference_sid, sid', [
  'status',
  'muted',
  'hold',
  'start_conference_on_enter',
  'end_conference_on_exit',
  'beep_on_enter',
  'beep_on_exit',
  'label',
  'call_sid_to_coach',
  'created_at',
  'updated_at',
]);

/** Writes the conferences of these entries, and of one that changes twice only its last state. For the journal. */
export async function writeConferences(
  trx: Knex.Transaction,
  entries: readonly JournalEntry[],
  owned: (rows: readonly Row[]) => readonly Row[] = (rows) => rows,
): Promise<void> {
  const conferences = entries.flatMap(({ conference }) => conference ?? []);
  const participants = entries.flatMap((entry) => entry.participants ?? []);
  const lastConference = new Map(conferences.map((record) => [record.sid, record]));
  const lastParticipant = new Map(
    participants.map((record) => [`${record.conferenceSid} ${record.callSid}`, record]),
  );
  await insertRows(
    trx,
    'conferences',
    owned([...lastConference.values()].map(conferenceColumns)),
    CHANGE_CONFERENCE,
  );
  await insertRows(
    trx,
    'participants',
    [...lastParticipant.values()].map(participantColumns),
    CHANGE_PARTICIPANT,
  );
}

/** The conferences in SQL; only the journal writes them. */
export class SqlConferences implements ConferenceRepository {
  readonly #database: Database;
  readonly #switchId: string | undefined;

  /** `switchId`, in a cluster: whose rooms are unfinished here. */
  constructor(database: Database, switchId?: string) {
    this.#database = database;
    this.#switchId = switchId;
  }

  async find(accountSid: string, sid: string): Promise<ConferenceRecord | undefined> {
    const row: ConferenceRow | undefined = await this.#database
      .reader('conferences')
      .where({ sid, account_sid: accountSid })
      .first();
    return row === undefined ? undefined : conferenceOf(row);
  }

  async findByName(accountSid: string, friendlyName: string): Promise<ConferenceRecord | undefined> {
    const row: ConferenceRow | undefined = await this.#database
      .reader('conferences')
      .where({ account_sid: accountSid, friendly_name: friendlyName })
      .orderByRaw("(case when status = 'completed' then 1 else 0 end), created_at desc, sid desc")
      .first();
    return row === undefined ? undefined : conferenceOf(row);
  }

  async list(
    accountSid: string,
    page: PageRequest,
    filter: ConferenceFilter,
  ): Promise<Page<ConferenceRecord>> {
    const { status, friendlyName, createdFrom, createdBefore, updatedFrom, updatedBefore } = filter;
    const query = this.#database.reader('conferences').where({ account_sid: accountSid });
    if (status !== undefined) void query.where({ status });
    if (friendlyName !== undefined) void query.where({ friendly_name: friendlyName });
    if (createdFrom !== undefined) void query.where('created_at', '>=', createdFrom);
    if (createdBefore !== undefined) void query.where('created_at', '<', createdBefore);
    if (updatedFrom !== undefined) void query.where('updated_at', '>=', updatedFrom);
    if (updatedBefore !== undefined) void query.where('updated_at', '<', updatedBefore);
    // A range of times is read in the order of those times: in another one, each page would have to sort the whole range.
    const byUpdate =
      (updatedFrom ?? updatedBefore) !== undefined && (createdFrom ?? createdBefore) === undefined;
    return await readPage(query, { column: byUpdate ? 'updated_at' : 'created_at' }, page, conferenceOf);
  }

  async participants(
    conferenceSid: string,
    page: PageRequest,
    { muted, hold, coaching }: ParticipantFilter,
  ): Promise<Page<ParticipantRecord>> {
    const query = this.#database
      .reader('participants')
      .where({ conference_sid: conferenceSid, status: 'connected' });
    if (muted !== undefined) void query.where({ muted: Number(muted) });
    if (hold !== undefined) void query.where({ hold: Number(hold) });
    if (coaching === true) void query.whereNotNull('call_sid_to_coach');
    if (coaching === false) void query.whereNull('call_sid_to_coach');
    return await readPage(query, { column: 'created_at' }, page, participantOf);
  }

  async participant(conferenceSid: string, callSid: string): Promise<ParticipantRecord | undefined> {
    const row: ParticipantRow | undefined = await this.#database
      .reader('participants')
      .where({ conference_sid: conferenceSid, sid: callSid, status: 'connected' })
      .first();
    return row === undefined ? undefined : participantOf(row);
  }

  async participantLabelled(conferenceSid: string, label: string): Promise<ParticipantRecord | undefined> {
    const row: ParticipantRow | undefined = await this.#database
      .reader('participants')
      .where({ conference_sid: conferenceSid, label, status: 'connected' })
      .orderBy(['created_at', 'sid'])
      .first();
    return row === undefined ? undefined : participantOf(row);
  }

  async unfinished(): Promise<readonly KeptConference[]> {
    const { sql, values } = ofSwitch(this.#switchId);
    const rooms: ConferenceRow[] = await this.#database
      .reader('conferences')
      .whereRaw(`status <> 'completed'${sql}`, [...values])
      .orderBy(['created_at', 'sid']);
    const places: ParticipantRow[] = await this.#database
      .reader('participants')
      .whereIn(
        'conference_sid',
        rooms.map(({ sid }) => sid),
      )
      .where({ status: 'connected' })
      .orderBy(['created_at', 'sid']);
    return rooms.map((room) => ({
      conference: conferenceOf(room),
      participants: places.filter((place) => place.conference_sid === room.sid).map(participantOf),
    }));
  }
}

function conferenceColumns(record: ConferenceRecord): Row {
  return {
    sid: record.sid,
    account_sid: record.accountSid,
    friendly_name: record.friendlyName,
    status: record.status,
    status_callback: toJson(record.statusCallback),
    next_sequence: record.nextSequence,
    created_at: record.dateCreated,
    updated_at: record.dateUpdated,
  };
}

function conferenceOf(row: ConferenceRow): ConferenceRecord {
  return {
    sid: row.sid,
    accountSid: row.account_sid,
    friendlyName: row.friendly_name,
    status: row.status,
    ...(row.status_callback === null ? {} : { statusCallback: fromJson(row.status_callback) }),
    nextSequence: row.next_sequence,
    dateCreated: row.created_at,
    dateUpdated: row.updated_at,
  };
}

function participantColumns(record: ParticipantRecord): Row {
  return {
    conference_sid: record.conferenceSid,
    sid: record.callSid,
    account_sid: record.accountSid,
    status: record.status,
    muted: Number(record.muted),
    hold: Number(record.hold),
    start_conference_on_enter: Number(record.startConferenceOnEnter),
    end_conference_on_exit: Number(record.endConferenceOnExit),
    beep_on_enter: Number(record.beepOnEnter),
    beep_on_exit: Number(record.beepOnExit),
    label: orNull(record.label),
    call_sid_to_coach: orNull(record.callSidToCoach),
    created_at: record.dateCreated,
    updated_at: record.dateUpdated,
  };
}

function participantOf(row: ParticipantRow): ParticipantRecord {
  return {
    conferenceSid: row.conference_sid,
    callSid: row.sid,
    accountSid: row.account_sid,
    status: row.status,
    muted: row.muted !== 0,
    hold: row.hold !== 0,
    startConferenceOnEnter: row.start_conference_on_enter !== 0,
    endConferenceOnExit: row.end_conference_on_exit !== 0,
    beepOnEnter: row.beep_on_enter !== 0,
    beepOnExit: row.beep_on_exit !== 0,
    ...optional('label', row.label),
    ...optional('callSidToCoach', row.call_sid_to_coach),
    dateCreated: row.created_at,
    dateUpdated: row.updated_at,
  };
}
