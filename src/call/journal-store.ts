import type { HttpMethod } from './http-method.ts';
import type { EndedBy } from './leg/ended-by.ts';
import type { Leg, LegState } from './leg/leg.ts';
import type { ConferenceRecord, ParticipantRecord } from './conference/conference-record.ts';
import type { QueueMemberChange, QueueRecord } from './queue/queue-record.ts';
import type { RecordingRecord } from './recording/recording-record.ts';
import type { MessageRecord } from './message/message-record.ts';
import type { StreamRecord } from './stream/stream-record.ts';
import type { Parameters } from './request-parameters.ts';

/** A callback request that is owed, complete: nothing is added to it later. */
export interface NewCallback {
  /** `CB` + 32 hex: its identifier, and its I-Idempotency-Token for every attempt. */
  readonly sid: string;
  readonly accountSid: string;
  /** The leg's CallSid; of a conference's, queue's or message's callback, the SID of that. */
  readonly callSid: string;
  readonly url: string;
  readonly method: HttpMethod;
  readonly parameters: Parameters;
  readonly createdAt: number;
}

/** One line of a call's timeline. */
export interface NewCallEvent {
  readonly accountSid: string;
  readonly callSid: string;
  readonly at: number;
  /** `state`, `verb`, `document`, `notice` … */
  readonly kind: string;
  /** JSON; never a token, password or digit. */
  readonly data: Readonly<Record<string, unknown>>;
}

/** A warning or error that the application server's author should read. */
export interface NotificationRecord {
  /** `NO` + 32 hex. */
  readonly sid: string;
  readonly accountSid: string;
  /** Undefined: it is about no leg, such as a call that was refused before it became one. */
  readonly callSid?: string;
  readonly at: number;
  readonly level: 'error' | 'warning';
  /** Twilio's code for the same kind of mistake, e.g. 11200, 12100. */
  readonly errorCode: number;
  readonly message: string;
  readonly requestUrl?: string;
  readonly requestMethod?: HttpMethod;
  readonly responseBody?: string;
}

export type CallNotification = NotificationRecord & { readonly callSid: string };

/** A long document, kept apart from the positions in it, which refer to it by its name. */
export interface KeptDocument {
  readonly name: string;
  readonly text: string;
}

/** A leg as the store knows it. */
export interface StoredLeg {
  readonly leg: Leg;
  readonly state: LegState;
  /** Written once, when it ends. */
  readonly endedBy?: EndedBy;
}

/** Everything that one step changes; written whole or not at all. */
export interface JournalEntry {
  /** The CallSid of the leg that it is about, or the sid of the conference, queue or message. */
  readonly subjectSid: string;
  readonly accountSid: string;
  /** The leg with its new state: inserted when the store does not have it. */
  readonly leg?: StoredLeg;
  /** Where the interpreter stands on this leg (JSON; null removes it). */
  readonly position?: unknown;
  /** The document that the leg's position from now on refers to; null removes it. */
  readonly document?: KeptDocument | null;
  readonly events?: readonly NewCallEvent[];
  readonly callbacks?: readonly NewCallback[];
  readonly notifications?: readonly NotificationRecord[];
  /** Recordings with their new state: inserted when the store does not have them. */
  readonly recordings?: readonly RecordingRecord[];
  /** Streams with their new state: inserted when the store does not have them. */
  readonly streams?: readonly StreamRecord[];
  /** Messages with their new state: inserted when the store does not have them. */
  readonly messages?: readonly MessageRecord[];
  /** A conference and its participants, with their new state: inserted when the store does not have them. */
  readonly conference?: ConferenceRecord;
  readonly participants?: readonly ParticipantRecord[];
  /** A queue and its members, with their new state: inserted when the store does not have them. */
  readonly queue?: QueueRecord;
  readonly queueMembers?: readonly QueueMemberChange[];
  /** The sid of a queue that is no more. */
  readonly removedQueue?: string;
}

export interface JournalStore {
  /** Resolves when the entry is durable. Entries about one subject are written in the order in which they are committed. */
  commit(entry: JournalEntry, options?: CommitOptions): Promise<void>;
}

export interface CommitOptions {
  /** While the database cannot write: `keep` (default) lets the entry wait in memory until it can, `refuse` rejects. */
  readonly whenUnavailable?: 'keep' | 'refuse';
}
