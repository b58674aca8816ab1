import type { RecordingRecord } from '../recording/recording-record.ts';

/** How a room is recorded. */
export type RoomRecordTerms = Pick<RecordingRecord, 'trimSilence' | 'statusCallback'>;

/** `callSid`: the participant whose document asks for it. */
export type RoomRecordOrder = RoomRecordTerms &
  Pick<RecordingRecord, 'accountSid' | 'callSid'> & { readonly conferenceSid: string };

/** Records what is heard in rooms: each as a whole, and at most once. */
export interface RoomRecorder {
  /** Begins, unless the room has had a recording; resolves when that is durable. Never rejects. */
  beginInRoom(order: RoomRecordOrder): Promise<void>;
  /** The room is over, and with it its recording, if there is one. */
  endInRoom(conferenceSid: string): void;
}
