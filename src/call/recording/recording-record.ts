import type { CallbackTarget } from '../callback-target.ts';
import type { Parameters } from '../request-parameters.ts';

export type RecordingStatus = 'in-progress' | 'paused' | 'stopped' | RecordingEnd;
/** `completed`: the file can be fetched. `absent`: there is nothing in it, or it was lost. */
export type RecordingEnd = 'completed' | 'absent';
/** The states that a recording status callback tells of. */
export type RecordingEvent = 'in-progress' | RecordingEnd;

/** Who made a recording, in Twilio's words. */
export type RecordingSource =
  | 'RecordVerb'
  | 'DialVerb'
  | 'Conference'
  | 'OutboundAPI'
  | 'StartCallRecordingAPI'
  | 'StartCallRecordingTwiML';

/** Which side of its leg is recorded: `inbound` is what the leg says, `outbound` what it hears. */
export type RecordingTrack = 'inbound' | 'outbound' | 'both';

/** What a pause leaves in the sound: silence of its length, or nothing. */
export type PauseBehavior = 'silence' | 'skip';

/** Nothing was recorded from `since` to `until` (milliseconds since the epoch). */
export interface RecordingPause {
  /** Where it is in the sound as it is recorded, in milliseconds. */
  readonly atMs: number;
  readonly since: number;
  readonly until?: number;
  readonly how: PauseBehavior;
}

/** A recording with all that its callbacks need; the sound lies beside the database. */
export interface RecordingRecord {
  readonly sid: string;
  readonly accountSid: string;
  /** Of a whole room: the leg whose document asked for it. */
  readonly callSid: string;
  /** The conference in which it was made. */
  readonly conferenceSid?: string;
  /** By which `<Stop>` finds it. */
  readonly name?: string;
  /** `stopped`: it is over, and its file is being fetched. */
  readonly status: RecordingStatus;
  readonly source: RecordingSource;
  readonly channels: 1 | 2;
  /** Default: both. */
  readonly track?: RecordingTrack;
  /** Those so far, in order; the last one has no end while it is `paused`. */
  readonly pauses?: readonly RecordingPause[];
  /** Leading and trailing silence is cut off. */
  readonly trimSilence: boolean;
  readonly statusCallback?: CallbackTarget<RecordingEvent>;
  /** Where to send what was said; absent once that callback is written. */
  readonly transcription?: {
    readonly url: string;
    /** The call's parameters, which the request carries too. */
    readonly parameters: Parameters;
  };
  readonly startTime: number;
  /** Whole seconds, once it is completed. */
  readonly duration?: number;
  readonly dateCreated: number;
  readonly dateUpdated: number;
}

/** Whether nothing changes of it any more, but for its transcription. */
export function isOver({ status }: Pick<RecordingRecord, 'status'>): boolean {
  return status === 'completed' || status === 'absent';
}

/** The SID of the one recording that a whole room may have: it says which room that is, and whether there was one. */
export function roomRecordingSid(conferenceSid: string): string {
  return `RE${conferenceSid.slice(2)}`;
}

/** The room whose mixed sound is recorded; undefined: the sound of a leg is. */
export function roomOf({
  sid,
  conferenceSid,
}: Pick<RecordingRecord, 'sid' | 'conferenceSid'>): string | undefined {
  return conferenceSid !== undefined && roomRecordingSid(conferenceSid) === sid ? conferenceSid : undefined;
}

/** `<Record>` records what the caller says. */
export function trackOf(record: Pick<RecordingRecord, 'source' | 'track'>): RecordingTrack {
  return record.track ?? (record.source === 'RecordVerb' ? 'inbound' : 'both');
}

/** The pause that it is in. */
export function pauseOf({
  status,
  pauses,
}: Pick<RecordingRecord, 'status' | 'pauses'>): RecordingPause | undefined {
  return status === 'paused' ? pauses?.at(-1) : undefined;
}

/** The silence that is to be put into the sound, in milliseconds: `atMs` counts in the sound as it was recorded. */
export function silences(
  { pauses = [] }: Pick<RecordingRecord, 'pauses'>,
  endedAt: number,
): readonly { readonly atMs: number; readonly lengthMs: number }[] {
  return pauses
    .filter(({ how }) => how === 'silence')
    .map(({ atMs, since, until = endedAt }) => ({ atMs, lengthMs: Math.max(0, until - since) }));
}

/** When its sound would have begun if it had never been paused; undefined: it was not. */
export function unpausedStart(pauses: readonly RecordingPause[]): number | undefined {
  const last = pauses.at(-1);
  if (last === undefined) return undefined;
  const pausedMs = pauses.slice(0, -1).reduce((sum, { since, until = since }) => sum + until - since, 0);
  return last.since - last.atMs - pausedMs;
}
