import type { RequestTarget } from '../callback-target.ts';
import type { CallControl } from '../call-control.ts';
import type { ParticipantRecord } from './conference-record.ts';

/**
 * Lets a participant hear a document instead of the others: on hold again and again, an announcement once. Resolves when it
 * has ended, or `signal` has aborted and nothing is heard any more. False: there was nothing to hear.
 */
export type HearAside = (
  what: 'hold' | 'announcement',
  target: RequestTarget,
  signal: AbortSignal,
) => Promise<boolean>;

/**
 * How a participant coaches another one. `nobody`: that one is not there, so it is muted. `alone`: nobody else is there who
 * must not hear it, so it is in the room. (Asterisk lets nobody whisper to a channel to which nothing is sent.)
 */
export type Coaching = 'nobody' | 'alone' | 'whisper';

type Control = Pick<CallControl, 'rooms' | 'mute' | 'startMusic' | 'stopMusic'>;

/** A participant as this process drives it: what it hears, and who hears it. */
export class ParticipantPlace {
  record: ParticipantRecord;
  readonly over = new AbortController();
  /** It was in the room before a restart, so no beep announces it. */
  readonly restored: boolean;
  readonly #control: Control;
  #hear: HearAside | undefined;
  /** What it hears beside the room, and when that is over. */
  #aside: { readonly stop: AbortController; readonly over: Promise<boolean> } | undefined;
  #hasMusic = false;
  #isInRoom = false;
  #coaching: Coaching = 'nobody';
  /** It was muted because nobody is left whom it coaches. */
  #isMutedAsCoach = false;

  constructor(record: ParticipantRecord, control: Control, restored: boolean) {
    this.record = record;
    this.#control = control;
    this.restored = restored;
  }

  get connected(): boolean {
    return this.#hear !== undefined;
  }

  /** Connects it for the first time. True: it is in the room. */
  async connect(hear: HearAside, coaching: Coaching): Promise<boolean> {
    this.#hear = hear;
    if (this.record.muted) await this.#control.mute(this.record.callSid, true);
    if (this.record.hold) {
      await this.#startMusic();
      return false;
    }
    return this.enter(coaching);
  }

  /** Lets it hear the others, who hear it, or of whom one does. */
  async enter(coaching: Coaching): Promise<boolean> {
    const { callSid, conferenceSid, callSidToCoach } = this.record;
    const { rooms } = this.#control;
    const coaches = callSidToCoach !== undefined;
    this.#coaching = coaching;
    this.#isInRoom = true;
    await this.#muteAsCoach(coaches && coaching === 'nobody');
    if (coaches && coaching === 'whisper') {
      if (await rooms.coach(conferenceSid, callSid, callSidToCoach)) return true;
      await this.#muteAsCoach(true);
    }
    return rooms.enterRoom(conferenceSid, callSid);
  }

  /** Whether the others, one who coaches apart, hear it. */
  get isHeard(): boolean {
    return this.#isInRoom && this.record.callSidToCoach === undefined;
  }

  /** Changes how it coaches, because others have come or gone. */
  async arrange(coaching: Coaching): Promise<void> {
    if (!this.#isInRoom || this.record.callSidToCoach === undefined || coaching === this.#coaching) return;
    await this.#leave();
    await this.enter(coaching);
  }

  async #muteAsCoach(mutes: boolean): Promise<void> {
    if (mutes === this.#isMutedAsCoach) return;
    this.#isMutedAsCoach = mutes;
    if (!this.record.muted) await this.#control.mute(this.record.callSid, mutes);
  }

  /** Does what has changed to the leg. */
  async apply(before: ParticipantRecord, coaching: Coaching, holdSound?: RequestTarget): Promise<void> {
    if (!this.connected) return;
    const { callSid, muted, hold, callSidToCoach } = this.record;
    if (muted !== before.muted) await this.#control.mute(callSid, muted || this.#isMutedAsCoach);
    if (hold && (!before.hold || holdSound !== undefined)) {
      // Outside of the room it neither hears the others nor is heard.
      await this.#stopAside();
      await this.#leave();
      if (holdSound === undefined) await this.#startMusic();
      else this.#holdWith(holdSound);
    } else if (before.hold && !hold) {
      await this.#stopAside();
      await this.enter(coaching);
    } else if (!hold && callSidToCoach !== before.callSidToCoach) {
      await this.#leave();
      if (this.#aside === undefined) await this.enter(coaching);
    }
  }

  /** Begins an announcement, for which it leaves the room; undefined: not now. The result says when it is over. */
  async announce(target: RequestTarget): Promise<{ readonly over: Promise<boolean> } | undefined> {
    if (!this.connected || this.record.hold || this.#aside !== undefined) return undefined;
    await this.#leave();
    return { over: this.#begin('announcement', target) };
  }

  /** After an announcement it goes back, unless it is on hold by then. */
  async goBack(coaching: Coaching): Promise<void> {
    if (this.record.hold || this.over.signal.aborted) return;
    this.#aside = undefined;
    await this.enter(coaching);
  }

  /** Undoes what the room did to the leg, so that its document goes on with the leg as it was before. */
  async release(): Promise<void> {
    const { callSid, muted } = this.record;
    if (this.connected) {
      await this.#stopAside();
      await this.#leave();
      if (muted || this.#isMutedAsCoach) await this.#control.mute(callSid, false);
    }
    this.over.abort();
  }

  async #leave(): Promise<void> {
    if (!this.#isInRoom) return;
    this.#isInRoom = false;
    await this.#control.rooms.leaveRoom(this.record.conferenceSid, this.record.callSid);
  }

  #begin(what: 'hold' | 'announcement', target: RequestTarget): Promise<boolean> {
    const stop = new AbortController();
    const over =
      this.#hear?.(what, target, AbortSignal.any([stop.signal, this.over.signal])) ?? Promise.resolve(false);
    this.#aside = { stop, over };
    return over;
  }

  #holdWith(target: RequestTarget): void {
    const over = this.#begin('hold', target);
    const aside = this.#aside;
    // There is nothing to hear, so it hears what it would have heard without the URL.
    void over.then(() =>
      aside?.stop.signal.aborted === false && !this.over.signal.aborted ? this.#startMusic() : undefined,
    );
  }

  async #startMusic(): Promise<void> {
    this.#hasMusic = true;
    await this.#control.startMusic(this.record.callSid);
  }

  async #stopAside(): Promise<void> {
    const aside = this.#aside;
    this.#aside = undefined;
    aside?.stop.abort();
    await aside?.over;
    if (!this.#hasMusic) return;
    this.#hasMusic = false;
    await this.#control.stopMusic(this.record.callSid);
  }
}
