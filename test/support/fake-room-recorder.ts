import type { RoomRecorder, RoomRecordOrder } from '../../src/call/conference/room-recorder.ts';

/** Keeps what it was asked for. */
export class FakeRoomRecorder implements RoomRecorder {
  readonly begun: RoomRecordOrder[] = [];
  readonly ended: string[] = [];

  beginInRoom(order: RoomRecordOrder): Promise<void> {
    this.begun.push(order);
    return Promise.resolve();
  }

  endInRoom(conferenceSid: string): void {
    this.ended.push(conferenceSid);
  }
}
