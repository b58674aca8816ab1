import type { RequestTarget } from '../callback-target.ts';
import { compact } from '../compact.ts';
import { ConferenceRoom, type RoomDeps } from './conference-room.ts';
import type { ParticipantChange } from './participant-change.ts';
import type { HearAside } from './participant-place.ts';
import type { ConferenceRecord, KeptConference, ParticipantRecord } from './conference-record.ts';
import type { RoomRecordTerms } from './room-recorder.ts';
import { newSid } from '../sids.ts';

/** A leg's request to enter a room. */
export interface EnterOrder {
  readonly accountSid: string;
  readonly callSid: string;
  /** The room's name, private to the account. */
  readonly room: string;
  readonly muted: boolean;
  readonly beepOnEnter: boolean;
  readonly beepOnExit: boolean;
  readonly startConferenceOnEnter: boolean;
  readonly endConferenceOnExit: boolean;
  readonly label?: string;
  /** Only this participant hears it. */
  readonly callSidToCoach?: string;
  /** This leg is not let in when so many are in the room. */
  readonly maxParticipants: number;
  /** Used when no earlier participant brought one. */
  readonly statusCallback?: ConferenceRecord['statusCallback'];
  /** Its document wants the room to be recorded. */
  readonly recording?: RoomRecordTerms;
}

/** A participant's handle on its place in a room. */
export interface Seat {
  readonly conferenceSid: string;
  /** Aborted when the talk has begun: `connect` is due. */
  readonly started: AbortSignal;
  /** Aborted when the room has ended, or the participant was kicked. */
  readonly over: AbortSignal;
  /** Lets it talk to the others. From then on it may have to hear something else for a while, by `hear`. */
  connect(hear: HearAside): Promise<void>;
  /** Leaves the room; resolves when that is durable. */
  leave(): Promise<void>;
}

/** The rooms of the other switches of a cluster, where a name's open room is on one of them. */
export interface RoomsElsewhere {
  /**
   * Claims the name for this switch: `here`. Where another one has it, a place in its room. `unreachable`: nobody can say
   * where it is, or that switch does not answer in time. Never rejects.
   */
  enter(order: EnterOrder): Promise<Seat | 'full' | 'here' | 'unreachable'>;
  /** The open room of this name, which was here, has ended; `isOpen`: whether there is another one here by then. */
  ended(accountSid: string, room: string, isOpen: () => boolean): void;
}

/** The rooms that are not completed, of all accounts. */
export class ConferenceRooms {
  readonly #deps: RoomDeps;
  readonly #rooms = new Map<string, ConferenceRoom>();

  readonly #elsewhere: RoomsElsewhere | undefined;

  constructor(deps: RoomDeps, elsewhere?: RoomsElsewhere) {
    this.#deps = deps;
    this.#elsewhere = elsewhere;
  }

  /** Restores the rooms of a former process, before its calls go on. */
  restore(kept: readonly KeptConference[]): void {
    for (const { conference, participants } of kept) {
      this.#rooms.set(keyOf(conference), new ConferenceRoom(conference, this.#deps, participants));
    }
  }

  /**
   * Takes a place in a room, which is made if necessary, here or where the name's room is; a leg that is in it already gets
   * its place. Never rejects.
   */
  async enter(order: EnterOrder): Promise<Seat | 'full' | 'unreachable'> {
    const known = this.#rooms.get(keyOf({ ...order, friendlyName: order.room }));
    if (this.#elsewhere === undefined || (known !== undefined && !known.isOver))
      return await this.enterHere(order);
    const seat = await this.#elsewhere.enter(order);
    return seat === 'here' ? await this.enterHere(order) : seat;
  }

  /** The same, in a room of this switch. */
  async enterHere(order: EnterOrder): Promise<Seat | 'full'> {
    const { callSid } = order;
    const room = this.#roomFor(order);
    const over = await room.join(this.#participant(room, order), order);
    if (over === 'full') return over;
    // The room ended while this leg was about to enter.
    if (over === 'over') return this.enterHere(order);
    return {
      conferenceSid: room.record.sid,
      started: room.started,
      over,
      connect: (hear) => room.connect(callSid, hear),
      leave: async () => {
        await room.leave(callSid);
        if (room.isOver) this.#forget(room);
      },
    };
  }

  /** Mutes or holds a participant; undefined when it is not in that room. */
  async change(
    conferenceSid: string,
    callSid: string,
    change: ParticipantChange,
  ): Promise<ParticipantRecord | undefined> {
    return this.#bySid(conferenceSid)?.change(callSid, change);
  }

  /**
   * Lets one participant, or all who talk, hear a document; resolves when they begin to. False: there is nobody to hear it.
   */
  announce(conferenceSid: string, target: RequestTarget, callSid?: string): boolean {
    return this.#bySid(conferenceSid)?.announce(target, callSid) ?? false;
  }

  /** Makes a participant leave and go on with its document; false when it is not in that room. */
  kick(conferenceSid: string, callSid: string): boolean {
    return this.#bySid(conferenceSid)?.kick(callSid) ?? false;
  }

  /** A leg that was in a room before a restart has left it meanwhile; does nothing when it is not there. */
  async leave(conferenceSid: string, callSid: string): Promise<void> {
    const room = this.#bySid(conferenceSid);
    await room?.leave(callSid);
    if (room?.isOver === true) this.#forget(room);
  }

  /** Ends a room for all; false when it is over. */
  async end(conferenceSid: string): Promise<boolean> {
    const room = this.#bySid(conferenceSid);
    if (room === undefined) return false;
    await room.end();
    this.#forget(room);
    return true;
  }

  #roomFor({ accountSid, room: friendlyName }: EnterOrder): ConferenceRoom {
    const known = this.#rooms.get(keyOf({ accountSid, friendlyName }));
    if (known !== undefined && !known.isOver) return known;
    const now = this.#deps.clock.now();
    const record: ConferenceRecord = {
      sid: newSid('CF'),
      accountSid,
      friendlyName,
      status: 'init',
      nextSequence: 0,
      dateCreated: now,
      dateUpdated: now,
    };
    const room = new ConferenceRoom(record, this.#deps);
    this.#rooms.set(keyOf(record), room);
    return room;
  }

  #participant(room: ConferenceRoom, order: EnterOrder): ParticipantRecord {
    const now = this.#deps.clock.now();
    const { accountSid, callSid, muted, beepOnEnter, beepOnExit } = order;
    const { startConferenceOnEnter, endConferenceOnExit, label, callSidToCoach } = order;
    return compact({
      label,
      callSidToCoach,
      conferenceSid: room.record.sid,
      callSid,
      accountSid,
      status: 'connected' as const,
      muted,
      hold: false,
      startConferenceOnEnter,
      endConferenceOnExit,
      beepOnEnter,
      beepOnExit,
      dateCreated: now,
      dateUpdated: now,
    });
  }

  #bySid(conferenceSid: string): ConferenceRoom | undefined {
    return [...this.#rooms.values()].find(({ record, isOver }) => record.sid === conferenceSid && !isOver);
  }

  #forget(room: ConferenceRoom): void {
    const key = keyOf(room.record);
    if (this.#rooms.get(key) !== room) return;
    this.#rooms.delete(key);
    const { accountSid, friendlyName } = room.record;
    this.#elsewhere?.ended(accountSid, friendlyName, () => this.#rooms.has(key));
  }
}

function keyOf({ accountSid, friendlyName }: Pick<ConferenceRecord, 'accountSid' | 'friendlyName'>): string {
  return `${accountSid} ${friendlyName}`;
}
