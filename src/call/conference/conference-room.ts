import { Serial } from '../../concurrency/serial.ts';
import type { Clock } from '../../concurrency/clock.ts';
import { conferenceCallback, conferenceEvent, type ConferenceEventName } from './conference-callbacks.ts';
import type { JournalStore, NewCallback, NewCallEvent } from '../journal-store.ts';
import type { CallControl } from '../call-control.ts';
import type { ConferenceRecord, ParticipantRecord } from './conference-record.ts';

export interface RoomDeps {
  readonly store: JournalStore;
  readonly control: Pick<CallControl, 'rooms' | 'mute' | 'startMusic' | 'stopMusic'>;
  readonly clock: Clock;
  /** Told of what could not be written; it must not throw. */
  onTrouble(conferenceSid: string, error: unknown): void;
}

/** What REST may change of a participant. */
export type ParticipantChange = Partial<Pick<ParticipantRecord, 'muted' | 'hold'>>;

export interface JoinTerms {
  readonly maxParticipants: number;
  /** Used when no earlier participant brought one. */
  readonly statusCallback?: ConferenceRecord['statusCallback'];
}

/** A participant as this process drives it. */
interface Place {
  record: ParticipantRecord;
  readonly over: AbortController;
  /** It was in the room before a restart, so no beep announces it. */
  readonly restored: boolean;
  connected: boolean;
}

/** With fewer participants there is nobody to talk to. */
const FEWEST_TO_START = 2;

/**
 * A conference that is not completed. What happens in it happens one step after another; each change is one
 * transaction with the callbacks that it owes.
 */
export class ConferenceRoom {
  readonly #deps: RoomDeps;
  #record: ConferenceRecord;
  readonly #places = new Map<string, Place>();
  readonly #started = new AbortController();
  readonly #steps = new Serial();
  #owed: NewCallback[] = [];
  /** Lines in the participants' timelines. */
  #lines: NewCallEvent[] = [];

  constructor(record: ConferenceRecord, deps: RoomDeps, participants: readonly ParticipantRecord[] = []) {
    this.#record = record;
    this.#deps = deps;
    for (const participant of participants) this.#placeOf(participant, true);
    if (record.status === 'in-progress') this.#started.abort();
  }

  get record(): ConferenceRecord {
    return this.#record;
  }

  get isOver(): boolean {
    return this.#record.status === 'completed';
  }

  get size(): number {
    return this.#places.size;
  }

  /** Aborted when the talk has begun: whoever waits is to be connected. */
  get started(): AbortSignal {
    return this.#started.signal;
  }

  /** Takes a participant in; it waits for the talk, or is to be connected. The signal aborts when it must leave. */
  join(
    participant: ParticipantRecord,
    { maxParticipants, statusCallback: callback }: JoinTerms,
  ): Promise<AbortSignal | 'full' | 'over'> {
    return this.#steps.run(async () => {
      if (this.isOver) return 'over';
      // Its verb begins again after a restart.
      const known = this.#places.get(participant.callSid);
      if (known !== undefined) return known.over.signal;
      if (this.size >= maxParticipants) return 'full';
      const { over } = this.#placeOf(participant);
      if (this.#record.statusCallback === undefined && callback !== undefined) {
        this.#record = { ...this.#record, statusCallback: callback };
      }
      this.#happens('participant-join', participant);
      if (this.#record.status === 'init' && this.#canStart()) {
        this.#record = { ...this.#record, status: 'in-progress' };
        this.#happens('conference-start');
      }
      await this.#write([participant]);
      if (this.#record.status === 'in-progress') this.#started.abort();
      return over.signal;
    });
  }

  /** Lets a participant talk to the others. */
  connect(callSid: string): Promise<void> {
    return this.#steps.run(async () => {
      const place = this.#places.get(callSid);
      if (place === undefined || place.connected) return;
      place.connected = true;
      const { control } = this.#deps;
      if (place.record.muted) await control.mute(callSid, true);
      if (place.record.hold) return control.startMusic(callSid);
      if (!(await control.rooms.enterRoom(this.#record.sid, callSid))) return;
      if (place.record.beepOnEnter && !place.restored) await control.rooms.beepInRoom(this.#record.sid);
    });
  }

  /** A participant leaves. The room ends with the last one, or with one that has endConferenceOnExit. */
  leave(callSid: string): Promise<void> {
    return this.#steps.run(async () => {
      const place = this.#places.get(callSid);
      if (place === undefined) return;
      this.#places.delete(callSid);
      const gone = [this.#goes(place)];
      const ends = this.size === 0 || place.record.endConferenceOnExit;
      const others = ends ? [...this.#places.values()] : [];
      if (ends) gone.push(...this.#end(others));
      await this.#write(gone);
      await this.#release(place);
      await this.#releaseAll(others, ends);
      const { control } = this.#deps;
      if (!ends && place.connected && place.record.beepOnExit)
        await control.rooms.beepInRoom(this.#record.sid);
    });
  }

  /** Ends the room for all. */
  end(): Promise<void> {
    return this.#steps.run(async () => {
      if (this.isOver) return;
      const all = [...this.#places.values()];
      await this.#write(this.#end(all));
      await this.#releaseAll(all, true);
    });
  }

  /** Makes a participant leave; false when there is no such one. */
  kick(callSid: string): boolean {
    const place = this.#places.get(callSid);
    place?.over.abort();
    return place !== undefined;
  }

  /** Mutes or holds a participant; undefined when there is no such one. */
  change(callSid: string, change: ParticipantChange): Promise<ParticipantRecord | undefined> {
    return this.#steps.run(async () => {
      const place = this.#places.get(callSid);
      if (place === undefined) return undefined;
      const before = place.record;
      place.record = { ...before, ...change, dateUpdated: this.#deps.clock.now() };
      const { muted, hold } = place.record;
      if (muted !== before.muted) {
        this.#happens(muted ? 'participant-mute' : 'participant-unmute', place.record);
      }
      if (hold !== before.hold) {
        this.#happens(hold ? 'participant-hold' : 'participant-unhold', place.record);
      }
      await this.#write([place.record]);
      if (place.connected) await this.#apply(place.record, before);
      return place.record;
    });
  }

  async #apply(now: ParticipantRecord, before: ParticipantRecord): Promise<void> {
    const { control } = this.#deps;
    const { callSid, muted, hold } = now;
    if (muted !== before.muted) await control.mute(callSid, muted);
    if (hold === before.hold) return;
    if (hold) {
      // Outside of the room it neither hears the others nor is heard.
      await control.rooms.leaveRoom(this.#record.sid, callSid);
      await control.startMusic(callSid);
    } else {
      await control.stopMusic(callSid);
      await control.rooms.enterRoom(this.#record.sid, callSid);
    }
  }

  #placeOf(record: ParticipantRecord, restored = false): Place {
    const place = { record, over: new AbortController(), restored, connected: false };
    this.#places.set(record.callSid, place);
    return place;
  }

  #canStart(): boolean {
    const all = [...this.#places.values()];
    return all.length >= FEWEST_TO_START && all.some(({ record }) => record.startConferenceOnEnter);
  }

  #goes(place: Place): ParticipantRecord {
    place.record = { ...place.record, status: 'left', dateUpdated: this.#deps.clock.now() };
    this.#happens('participant-leave', place.record);
    return place.record;
  }

  #end(others: readonly Place[]): readonly ParticipantRecord[] {
    const gone = others.map((other) => this.#goes(other));
    this.#places.clear();
    this.#record = { ...this.#record, status: 'completed' };
    this.#happens('conference-end');
    return gone;
  }

  async #releaseAll(places: readonly Place[], ends: boolean): Promise<void> {
    for (const place of places) await this.#release(place);
    if (ends && this.#started.signal.aborted) await this.#deps.control.rooms.closeRoom(this.#record.sid);
  }

  /** Undoes what the room did to the leg, so that its document goes on with the leg as it was before. */
  async #release(place: Place): Promise<void> {
    const { control } = this.#deps;
    const { callSid, muted, hold } = place.record;
    if (place.connected) {
      if (hold) await control.stopMusic(callSid);
      else await control.rooms.leaveRoom(this.#record.sid, callSid);
      if (muted) await control.mute(callSid, false);
    }
    place.over.abort();
  }

  #happens(event: ConferenceEventName, participant?: ParticipantRecord): void {
    const at = this.#deps.clock.now();
    const callback = conferenceCallback(this.#record, event, at, participant);
    if (callback !== undefined) this.#owed.push(callback);
    if (participant !== undefined) this.#lines.push(conferenceEvent(this.#record, event, at, participant));
    this.#record = { ...this.#record, nextSequence: this.#record.nextSequence + 1 };
  }

  async #write(participants: readonly ParticipantRecord[]): Promise<void> {
    const { store, clock } = this.#deps;
    this.#record = { ...this.#record, dateUpdated: clock.now() };
    const [callbacks, events] = [this.#owed, this.#lines];
    this.#owed = [];
    this.#lines = [];
    const { sid, accountSid } = this.#record;
    const entry = { subjectSid: sid, accountSid, conference: this.#record, participants, events };
    // Like a call, a room goes on even when the database cannot write.
    await store
      .commit(callbacks.length === 0 ? entry : { ...entry, callbacks })
      .catch((error: unknown) => this.#deps.onTrouble(sid, error));
  }
}
