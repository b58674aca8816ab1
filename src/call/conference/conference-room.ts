import { Serial } from '../../concurrency/serial.ts';
import type { Clock } from '../../concurrency/clock.ts';
import { conferenceCallback, conferenceEvent, type ConferenceEventName } from './conference-callbacks.ts';
import type { JournalStore, NewCallback, NewCallEvent } from '../journal-store.ts';
import type { CallControl } from '../call-control.ts';
import type { RequestTarget } from '../callback-target.ts';
import { TALK_ENDS_AFTER_MS } from '../answering-machine/answer-detector.ts';
import type { ConferenceRecord, ParticipantRecord } from './conference-record.ts';
import { changed, isModified, type ParticipantChange } from './participant-change.ts';
import { type Coaching, type HearAside, ParticipantPlace } from './participant-place.ts';
import type { RoomRecorder, RoomRecordTerms } from './room-recorder.ts';
import { Speech } from './speech.ts';

export interface RoomDeps {
  readonly store: JournalStore;
  readonly control: Pick<CallControl, 'rooms' | 'mute' | 'startMusic' | 'stopMusic' | 'listenForTalk'>;
  readonly clock: Clock;
  readonly recorder: RoomRecorder;
  /** Told of what could not be written; it must not throw. */
  onTrouble(conferenceSid: string, error: unknown): void;
}

export interface JoinTerms {
  readonly maxParticipants: number;
  /** Used when no earlier participant brought one. */
  readonly statusCallback?: ConferenceRecord['statusCallback'];
  /** The room is to be recorded from when this participant talks, unless it is already. */
  readonly recording?: RoomRecordTerms;
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
  readonly #places = new Map<string, ParticipantPlace>();
  readonly #started = new AbortController();
  readonly #steps = new Serial();
  /** CallSid of a participant that has not talked yet → how the room is to be recorded when it does. */
  readonly #toRecord = new Map<string, RoomRecordTerms>();
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
    { maxParticipants, statusCallback: callback, recording }: JoinTerms,
  ): Promise<AbortSignal | 'full' | 'over'> {
    return this.#steps.run(async () => {
      if (this.isOver) return 'over';
      if (recording !== undefined) this.#toRecord.set(participant.callSid, recording);
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
  connect(callSid: string, hear: HearAside): Promise<void> {
    return this.#steps.run(async () => {
      const place = this.#places.get(callSid);
      if (place === undefined || place.connected) return;
      const { control } = this.#deps;
      await this.#arrangeCoaches(place);
      const isIn = await place.connect(hear, this.#coachingOf(place));
      await this.#arrangeCoaches();
      this.#listen(place);
      await this.#recordIfAsked();
      if (isIn && place.record.beepOnEnter && !place.restored) {
        await control.rooms.beepInRoom(this.#record.sid);
      }
    });
  }

  /** A participant leaves. The room ends with the last one, or with one that has endConferenceOnExit. */
  leave(callSid: string): Promise<void> {
    return this.#steps.run(async () => {
      const place = this.#places.get(callSid);
      if (place === undefined) return;
      this.#places.delete(callSid);
      this.#toRecord.delete(callSid);
      const gone = [this.#goes(place)];
      const ends = this.size === 0 || place.record.endConferenceOnExit;
      const others = ends ? [...this.#places.values()] : [];
      if (ends) gone.push(...this.#end(others));
      await this.#write(gone);
      await place.release();
      await this.#releaseAll(others, ends);
      await this.#arrangeCoaches();
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

  /** Changes a participant; undefined when there is no such one. */
  change(callSid: string, change: ParticipantChange): Promise<ParticipantRecord | undefined> {
    return this.#steps.run(async () => {
      const place = this.#places.get(callSid);
      if (place === undefined) return undefined;
      const before = place.record;
      const now = (place.record = changed(before, change, this.#deps.clock.now()));
      const { muted, hold } = now;
      if (muted !== before.muted) this.#happens(muted ? 'participant-mute' : 'participant-unmute', now);
      if (hold !== before.hold) this.#happens(hold ? 'participant-hold' : 'participant-unhold', now);
      if (isModified(now, before)) this.#happens('participant-modify', now);
      await this.#write([now]);
      if (!hold) await this.#arrangeCoaches(place);
      await place.apply(before, this.#coachingOf(place), change.holdSound);
      await this.#arrangeCoaches();
      await this.#recordIfAsked();
      return now;
    });
  }

  /** Lets one participant, or all, hear a document; false when nobody talks who could. */
  announce(target: RequestTarget, callSid?: string): boolean {
    const all = callSid === undefined ? [...this.#places.values()] : [this.#places.get(callSid)];
    const places = all.filter((place) => place?.connected === true && !place.record.hold);
    if (places.length === 0) return false;
    void this.#announceTo(
      places.filter((place) => place !== undefined),
      target,
      callSid,
    );
    return true;
  }

  async #announceTo(
    places: readonly ParticipantPlace[],
    target: RequestTarget,
    callSid: string | undefined,
  ): Promise<void> {
    const heard = places.map(async (place) => {
      const begun = await this.#steps.run(async () => {
        const over = this.#isIn(place) ? await place.announce(target) : undefined;
        await this.#arrangeCoaches();
        return over;
      });
      const wasHeard = await begun?.over;
      await this.#steps.run(async () => {
        if (wasHeard === undefined || !this.#isIn(place)) return;
        await this.#arrangeCoaches(place);
        await place.goBack(this.#coachingOf(place));
        await this.#arrangeCoaches();
      });
      return wasHeard !== false;
    });
    const isHeard = (await Promise.all(heard)).every(Boolean);
    await this.#steps.run(async () => {
      if (this.isOver) return;
      const about = callSid === undefined ? undefined : this.#places.get(callSid)?.record;
      this.#happens(isHeard ? 'announcement-end' : 'announcement-fail', about);
      await this.#write([]);
    });
  }

  #isIn(place: ParticipantPlace): boolean {
    return this.#places.get(place.record.callSid) === place;
  }

  #coachingOf(coach: ParticipantPlace, comes?: ParticipantPlace): Coaching {
    const { callSidToCoach, callSid } = coach.record;
    const places = [...this.#places.values()];
    const isHeard = (place: ParticipantPlace) => place.isHeard || place === comes;
    const others = places.filter(({ record }) => record.callSid !== callSid);
    if (!others.some(({ record, connected }) => record.callSid === callSidToCoach && connected))
      return 'nobody';
    const audience = others.filter(({ record }) => record.callSid !== callSidToCoach);
    return audience.some((place) => place.record.callSidToCoach === undefined && isHeard(place))
      ? 'whisper'
      : 'alone';
  }

  /** Those who coach are heard by whom they shall be, before somebody comes, and after somebody has come or gone. */
  async #arrangeCoaches(comes?: ParticipantPlace): Promise<void> {
    for (const place of this.#places.values()) {
      if (place.record.callSidToCoach !== undefined) await place.arrange(this.#coachingOf(place, comes));
    }
  }

  /** Begins to record the room, if the document of somebody who talks asks for it, and there is anything to be heard. */
  async #recordIfAsked(): Promise<void> {
    const places = [...this.#places.values()];
    const asking = places.find(({ connected, record }) => connected && this.#toRecord.has(record.callSid));
    if (asking === undefined || !places.some(({ isHeard }) => isHeard)) return;
    const { accountSid, callSid } = asking.record;
    const terms = this.#toRecord.get(callSid);
    this.#toRecord.clear();
    const { sid: conferenceSid } = this.#record;
    if (terms !== undefined)
      await this.#deps.recorder.beginInRoom({ ...terms, accountSid, callSid, conferenceSid });
  }

  /** Tells who speaks, if somebody wants to know. */
  #listen(place: ParticipantPlace): void {
    if (this.#record.statusCallback?.events.includes('speaker') !== true) return;
    const { control, clock } = this.#deps;
    const { callSid } = place.record;
    const speech = new Speech(clock, (speaks) => {
      void this.#steps.run(async () => {
        if (!this.#isIn(place) || place.record.muted) return;
        this.#happens(speaks ? 'participant-speech-start' : 'participant-speech-stop', place.record);
        await this.#write([]);
      });
    });
    void control
      .listenForTalk(callSid, TALK_ENDS_AFTER_MS, (talk) => speech.heard(talk), place.over.signal)
      .then(() => speech.stop());
  }

  #placeOf(record: ParticipantRecord, restored = false): ParticipantPlace {
    const place = new ParticipantPlace(record, this.#deps.control, restored);
    this.#places.set(record.callSid, place);
    return place;
  }

  #canStart(): boolean {
    const all = [...this.#places.values()];
    return all.length >= FEWEST_TO_START && all.some(({ record }) => record.startConferenceOnEnter);
  }

  #goes(place: ParticipantPlace): ParticipantRecord {
    place.record = { ...place.record, status: 'left', dateUpdated: this.#deps.clock.now() };
    this.#happens('participant-leave', place.record);
    return place.record;
  }

  #end(others: readonly ParticipantPlace[]): readonly ParticipantRecord[] {
    const gone = others.map((other) => this.#goes(other));
    this.#places.clear();
    this.#record = { ...this.#record, status: 'completed' };
    this.#happens('conference-end');
    return gone;
  }

  async #releaseAll(places: readonly ParticipantPlace[], ends: boolean): Promise<void> {
    if (ends) this.#deps.recorder.endInRoom(this.#record.sid);
    for (const place of places) await place.release();
    if (ends && this.#started.signal.aborted) await this.#deps.control.rooms.closeRoom(this.#record.sid);
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
