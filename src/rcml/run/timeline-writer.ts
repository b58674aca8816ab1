import { compact } from '../../call/compact.ts';
import type { LiveLeg } from '../../call/leg/live-leg.ts';
import type { LegJournal } from '../../call/leg/journal.ts';
import type { Clock } from '../../concurrency/clock.ts';
import type { NewCallEvent, NotificationRecord } from '../../call/journal-store.ts';
import { newSid } from '../../call/sids.ts';
import type { Kept } from './position-keeper.ts';

/** A notification without the members that are the same for all of a call. */
export type Notice = Pick<
  NotificationRecord,
  'level' | 'errorCode' | 'message' | 'requestUrl' | 'requestMethod' | 'responseBody'
>;

const MOST_NOTIFICATIONS = 1000;

/**
 * Writes a call's timeline and notifications. Lines wait in memory and are written with the next position, so that
 * a step costs one transaction.
 */
export class TimelineWriter {
  readonly #live: LiveLeg;
  readonly #journal: LegJournal;
  readonly #clock: Clock;
  #events: NewCallEvent[] = [];
  #notifications: NotificationRecord[] = [];
  #notified = 0;

  constructor(live: LiveLeg, journal: LegJournal, clock: Clock) {
    this.#live = live;
    this.#journal = journal;
    this.#clock = clock;
  }

  /** Adds a line to the timeline. `data` never holds a token, a password or a digit. */
  event(kind: 'document' | 'verb' | 'notice', data: NewCallEvent['data']): void {
    const { accountSid, sid: callSid } = this.#live.leg;
    this.#events.push({ accountSid, callSid, at: this.#clock.now(), kind, data });
  }

  /** Adds a notification, and a line to the timeline that says the same. */
  notify(notice: Notice): void {
    // A document that loops for hours with the same mistake must not fill the database.
    this.#notified += 1;
    if (this.#notified > MOST_NOTIFICATIONS) return;
    const { level, errorCode, message } = notice;
    this.event('notice', { level, errorCode, message });
    const { accountSid, sid: callSid } = this.#live.leg;
    this.#notifications.push({ sid: newSid('NO'), accountSid, callSid, at: this.#clock.now(), ...notice });
  }

  /** Writes all that waits. */
  async flush(): Promise<void> {
    if (this.#events.length + this.#notifications.length > 0) await this.flushWith({});
  }

  /** Writes all that waits together with this; resolves to false when it could not be written. */
  flushWith(kept: Kept): Promise<boolean> {
    const [events, notifications] = [this.#events, this.#notifications];
    this.#events = [];
    this.#notifications = [];
    return this.#journal.tryNote(
      this.#live,
      compact({
        ...kept,
        ...(events.length === 0 ? {} : { events }),
        ...(notifications.length === 0 ? {} : { notifications }),
      }),
    );
  }
}
